import * as z from 'zod';
import type { Ask, Learned, Reply } from '../destination.ts';
import { type Leaver, learnedOf, MOST_CONTACTS } from './left.ts';
import type { Settings } from './settings.ts';
import { BULK } from './sync.ts';

const Mark = z.object({
  /** Unsubscribes up to here are known. */
  since: z.string(),
  /** An export that was asked for, the moment it was, and the row it is read from once it is done. */
  export: z
    .object({ sync: z.string().regex(/^\/syncs\/\d+$/), until: z.string(), from: z.int().optional() })
    .optional(),
});
type Mark = z.output<typeof Mark>;

const HOUR = 3_600_000;
/** Which time zone a filter is read in is not documented: it begins a day early, and what is older is left out here. */
const EARLY = 24 * HOUR;
/** How late an activity may turn up. What was heard before says nothing new. */
const LATE = HOUR;
const PAUSE = 3_000;

const Made = z.object({ uri: z.string().regex(/^\/activities\/exports\/\d+$/) });
const Sync = z.object({ uri: z.string().regex(/^\/syncs\/\d+$/), status: z.string() });
const Page = z.object({
  items: z
    .array(
      z.object({
        EmailAddress: z.string(),
        ActivityDate: z.string(),
        ContactId: z.coerce.string().optional(),
      }),
    )
    .default([]),
  hasMore: z.boolean().default(false),
});

/**
 * Asks for activities of the type Unsubscribe. An export takes minutes on some days: the cursor keeps which one was
 * asked for and how far it was read, so that a poll goes on where the one before had to stop.
 */
export function ask(cursor: string | undefined, settings: Settings, now: number): readonly Ask[] {
  const mark = markIn(cursor, now);
  if (!mark.export) return [define(mark.since, now)];
  return [mark.export.from === undefined ? waitFor(mark, mark.export) : page(mark, mark.export, settings)];
}

type Export = NonNullable<Mark['export']>;

function markIn(cursor: string | undefined, now: number): Mark {
  const first = { since: new Date(now).toISOString() };
  try {
    return Mark.safeParse(JSON.parse(cursor ?? '')).data ?? first;
  } catch {
    return first;
  }
}

/** From here the next poll goes on; at once where an export is on its way. */
const goOn = (mark: Mark, learned: Learned = { choices: [] }): Learned => ({
  ...learned,
  cursor: JSON.stringify(mark),
  ...(mark.export && { more: true }),
});

const ok = ({ status }: Reply): boolean => status < 300;
const isForgotten = ({ status }: Reply): boolean => status === 404 || status === 410;

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
        ActivityDate: '{{Activity.CreatedAt}}',
        EmailAddress: '{{Activity.Field(EmailAddress)}}',
        ContactId: '{{Activity.Contact.Id}}',
      },
      ...{ areSystemTimestampsInUTC: true, autoDeleteDuration: 'P1D' },
    },
    learn: (reply) => {
      const made = ok(reply) ? Made.safeParse(reply.body).data : undefined;
      return made && { choices: [], asks: [start(made.uri, since, new Date(now).toISOString())] };
    },
  };
}

const start = (syncedInstanceUri: string, since: string, until: string): Ask => ({
  ...{ method: 'POST', path: `${BULK}/syncs`, body: { syncedInstanceUri } },
  learn: (reply) => {
    const sync = ok(reply) ? Sync.safeParse(reply.body).data : undefined;
    return sync && goOn({ since, export: { sync: sync.uri, until } });
  },
});

/** One that ended badly, or that Eloqua has forgotten, is asked for anew by the next poll. */
const waitFor = (mark: Mark, exported: Export): Ask => ({
  ...{ method: 'GET', path: `${BULK}${exported.sync}`, pause: PAUSE },
  learn: (reply) => {
    const sync = ok(reply) ? Sync.safeParse(reply.body).data : undefined;
    if (isForgotten(reply) || sync?.status === 'error') return goOn({ since: mark.since });
    if (!sync) return undefined;
    if (sync.status === 'pending' || sync.status === 'active')
      return { choices: [], asks: [waitFor(mark, exported)] };
    return goOn({ ...mark, export: { ...exported, from: 0 } });
  },
});

/** So many rows as may be asked about at once; a page that was understood stays read. */
const page = ({ since }: Mark, exported: Export, settings: Settings): Ask => ({
  method: 'GET',
  path: `${BULK}${exported.sync}/data?limit=${MOST_CONTACTS}&offset=${exported.from}`,
  learn: (reply) => {
    if (isForgotten(reply)) return goOn({ since });
    const data = ok(reply) ? Page.safeParse(reply.body).data : undefined;
    if (!data) return undefined;
    const leavers = data.items.flatMap((item) => leaverIn(item, Date.parse(since) - LATE));
    const next = { since, export: { ...exported, from: (exported.from ?? 0) + MOST_CONTACTS } };
    return goOn(data.hasMore ? next : { since: exported.until }, learnedOf(leavers, settings));
  },
});

/** Times are in UTC, as the export asked for, and may come without saying so. */
const timeOf = (text: string): number =>
  Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);

function leaverIn(
  { EmailAddress: email, ActivityDate, ContactId }: z.output<typeof Page>['items'][number],
  from: number,
): readonly Leaver[] {
  const at = timeOf(ActivityDate);
  if (email === '' || Number.isNaN(at) || at < from) return [];
  return [{ email, occurredAt: new Date(at).toISOString(), ...(ContactId && { contact: ContactId }) }];
}
