import * as z from 'zod';
import type { Ask, Learned, Reply, ReportedChoice } from '../destination.ts';
import type { Settings } from './settings.ts';
import { BULK } from './sync.ts';

const Mark = z.object({
  /** Unsubscribes up to here are known. */
  since: z.string(),
  /** An export that was asked for, and the moment it was. */
  export: z.object({ sync: z.string().regex(/^\/syncs\/\d+$/), until: z.string() }).optional(),
});
type Mark = z.output<typeof Mark>;
type Export = NonNullable<Mark['export']>;

const HOUR = 3_600_000;
/** Which time zone a filter is read in is not documented: it begins a day early, and what is older is left out here. */
const EARLY = 24 * HOUR;
/** How late an activity may turn up. What was heard before says nothing new. */
const LATE = 2 * HOUR;
const PAUSE = 3_000;
const PAGE = 1000;

const Made = z.object({ uri: z.string().regex(/^\/activities\/exports\/\d+$/) });
const Sync = z.object({ uri: z.string().regex(/^\/syncs\/\d+$/), status: z.string() });
const Page = z.object({
  items: z.array(z.looseObject({ EmailAddress: z.string(), ActivityDate: z.string() })).default([]),
  hasMore: z.boolean().default(false),
});

/**
 * Asks for activities of the type Unsubscribe. An export takes minutes on some days: the cursor keeps which one was
 * asked for, so that a poll goes on waiting where the one before had to stop.
 */
export function ask(cursor: string | undefined, settings: Settings, now: number): readonly Ask[] {
  const mark = markIn(cursor, now);
  return mark.export ? [waitFor(mark.since, mark.export, settings)] : [define(mark.since, now)];
}

function markIn(cursor: string | undefined, now: number): Mark {
  const first = { since: new Date(now).toISOString() };
  try {
    return Mark.safeParse(JSON.parse(cursor ?? '')).data ?? first;
  } catch {
    return first;
  }
}

const goOn = (mark: Mark, choices: readonly ReportedChoice[] = []): Learned => ({
  ...{ choices, cursor: JSON.stringify(mark) },
  ...(mark.export && { more: true }),
});

const ok = ({ status }: Reply): boolean => status < 300;

/** `2026-05-01 10:00:00` */
const asFilterTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

function define(since: string, now: number): Ask {
  const from = asFilterTime(Date.parse(since) - EARLY);
  return {
    ...{ method: 'POST', path: `${BULK}/activities/exports` },
    body: {
      name: 'Heed unsubscribes',
      filter: `'{{Activity.Type}}' = 'Unsubscribe' AND '{{Activity.CreatedAt}}' >= '${from}'`,
      fields: {
        ActivityId: '{{Activity.Id}}',
        ActivityDate: '{{Activity.CreatedAt}}',
        EmailAddress: '{{Activity.Field(EmailAddress)}}',
      },
      ...{ areSystemTimestampsInUTC: true, autoDeleteDuration: 'P1D' },
    },
    learn: (reply) => {
      const made = ok(reply) ? Made.safeParse(reply.body).data : undefined;
      return made && { choices: [], asks: [start(made.uri, { since, until: new Date(now).toISOString() })] };
    },
  };
}

const start = (
  syncedInstanceUri: string,
  { since, until }: { readonly since: string; readonly until: string },
): Ask => ({
  ...{ method: 'POST', path: `${BULK}/syncs`, body: { syncedInstanceUri } },
  learn: (reply) => {
    const sync = ok(reply) ? Sync.safeParse(reply.body).data : undefined;
    return sync && goOn({ since, export: { sync: sync.uri, until } });
  },
});

const isForgotten = ({ status }: Reply): boolean => status === 404 || status === 410;

/** One that ended badly, or that Eloqua has forgotten, is asked for anew by the next poll. */
const waitFor = (since: string, exported: Export, settings: Settings): Ask => ({
  ...{ method: 'GET', path: `${BULK}${exported.sync}`, pause: PAUSE },
  learn: (reply) => {
    const sync = ok(reply) ? Sync.safeParse(reply.body).data : undefined;
    if (isForgotten(reply) || sync?.status === 'error') return goOn({ since });
    if (!sync) return undefined;
    const running = sync.status === 'pending' || sync.status === 'active';
    const next = running ? waitFor(since, exported, settings) : page({ since, exported, settings }, 0);
    return { choices: [], asks: [next] };
  },
});

interface Reading {
  readonly since: string;
  readonly exported: Export;
  readonly settings: Settings;
}

const page = (reading: Reading, offset: number): Ask => ({
  ...{ method: 'GET', path: `${BULK}${reading.exported.sync}/data?limit=${PAGE}&offset=${offset}` },
  learn: (reply) => {
    const { since, exported, settings } = reading;
    if (isForgotten(reply)) return goOn({ since });
    const data = ok(reply) ? Page.safeParse(reply.body).data : undefined;
    if (!data) return undefined;
    const choices = data.items.flatMap((item) => withdrawals(item, Date.parse(since) - LATE, settings));
    if (data.hasMore) return { choices, asks: [page(reading, offset + PAGE)] };
    return goOn({ since: exported.until }, choices);
  },
});

/** Times are in UTC, as the export asked for, and may come without saying so. */
const timeOf = (text: string): number =>
  Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);

function withdrawals(
  { EmailAddress: value, ActivityDate }: z.output<typeof Page>['items'][number],
  from: number,
  { groups, optOutTopics }: Settings,
): readonly ReportedChoice[] {
  const at = timeOf(ActivityDate);
  if (value === '' || Number.isNaN(at) || at < from) return [];
  const occurredAt = new Date(at).toISOString();
  return (optOutTopics ?? Object.keys(groups)).map((topic) => ({
    ...{ identifier: { kind: 'email', value }, topic, channel: 'email', state: 'withdrawn', occurredAt },
    method: 'eloqua-unsubscribe',
  }));
}
