import * as z from 'zod';
import type { BatchCall, FollowUp, Reply } from '../destination.ts';
import { outcomesOf, type Row } from './replies.ts';

export const BULK = '/api/bulk/2.0';

/** What a sync does to each contact: {{EmailGroup[7]}} or {{GlobalSubscribe}}. */
export interface Action {
  readonly destination: string;
  readonly status: 'subscribed' | 'unsubscribed';
}

export interface Sync {
  /** `syncActions` meet contacts there are; `imports` add those there are not. */
  readonly kind: 'syncActions' | 'imports';
  readonly actions: readonly Action[];
  /** Contact fields an import writes. */
  readonly fields: Readonly<Record<string, string>>;
  readonly email: string;
  readonly goesOn: boolean;
}

const Items = z.array(
  z.object({ email: z.string(), goesOn: z.boolean(), fields: z.record(z.string(), z.string()) }),
);
const Made = z.object({ uri: z.string().regex(/^\/contacts\/(imports|syncActions)\/\d+$/) });
const Running = z.object({ uri: z.string().regex(/^\/syncs\/\d+$/), status: z.string() });

/** Milliseconds between two looks at a sync, and how many looks a delivery can wait for. */
const PAUSE = 2_000;
const LOOKS = 4;

/** A request for many contacts: people share it where the same is done to all of them. */
export function syncOf(sync: Sync): BatchCall {
  const { kind, actions, fields, email, goesOn } = sync;
  const does = actions.map(({ destination, status }) => `${destination} ${status}`);
  let course: Course | undefined;
  return {
    method: 'POST',
    path: `${BULK}/contacts/${kind}`,
    /** Ours, and nothing to Eloqua: what is done to others is another request. */
    headers: { 'x-does': [...does, ...Object.keys(fields)].join() },
    items: [{ email, goesOn, fields }],
    wrap: (items) => {
      course = courseOf(Items.parse(items));
      return definitionOf(sync);
    },
    follow: (reply) => course?.next(reply),
    split: (reply) => course?.end(reply),
  };
}

const definitionOf = ({ kind, actions, fields }: Sync) => ({
  ...{ name: `Heed ${kind}`, identifierFieldName: 'Email', isSyncTriggeredOnImport: true },
  ...(kind === 'imports' && { updateRule: 'always', autoDeleteDuration: 'P1D' }),
  syncActions: actions.map(({ destination, status }) => ({ action: 'setStatus', destination, status })),
  fields: {
    Email: '{{Contact.Field(C_EmailAddress)}}',
    ...Object.fromEntries(Object.keys(fields).map((name) => [name, `{{Contact.Field(${name})}}`])),
  },
});

/** How far a sync has come. Eloqua takes a definition, then the rows, and tells last, in two places, what it did. */
type Stage = 'definition' | 'rows' | 'running' | 'rejects' | 'logs';

interface Course {
  readonly next: (reply: Reply) => FollowUp | undefined;
  readonly end: (reply: Reply) => ReturnType<BatchCall['split']>;
}

/**
 * One way through the bulk API: each reply says what is asked next, and the last two are read together. It begins with
 * the request, because only then is it known for whom it is.
 */
function courseOf(rows: z.output<typeof Items>): Course {
  let stage: Stage = 'definition';
  let definition = '';
  let sync = { uri: '', status: '' };
  let looks = 0;
  let rejects: unknown;

  /** Where a sync was started with the rows, their reply is about it already. */
  const look = (body: unknown): FollowUp | undefined => {
    const running = Running.safeParse(body).data;
    if (!running) return undefined;
    sync = running;
    if (!['pending', 'active'].includes(running.status)) {
      stage = 'rejects';
      return { method: 'GET', path: `${BULK}${running.uri}/rejects?limit=1000` };
    }
    looks += 1;
    return looks > LOOKS ? undefined : { method: 'GET', path: `${BULK}${running.uri}`, pause: PAUSE };
  };

  const steps: Readonly<Record<Stage, (reply: Reply) => FollowUp | undefined>> = {
    definition: ({ body }) => {
      const made = Made.safeParse(body).data;
      if (!made) return undefined;
      [stage, definition] = ['rows', made.uri];
      return { method: 'POST', path: `${BULK}${definition}/data`, body: distinct(rows) };
    },
    rows: ({ body }) => {
      stage = 'running';
      const started = {
        method: 'POST' as const,
        path: `${BULK}/syncs`,
        body: { syncedInstanceUri: definition },
      };
      return Running.safeParse(body).success ? look(body) : started;
    },
    running: ({ body }) => look(body),
    rejects: ({ body }) => {
      [stage, rejects] = ['logs', body];
      return { method: 'GET', path: `${BULK}${sync.uri}/logs?limit=1000` };
    },
    logs: () => undefined,
  };

  return {
    next: (reply) => (reply.status < 300 ? steps[stage](reply) : undefined),
    end: (reply) => {
      if (reply.status >= 300) return undefined;
      if (stage === 'running' && looks > LOOKS)
        return rows.map(() => ({ kind: 'delivered', appliedLater: true }));
      if (stage !== 'logs') return rows.map(() => ({ kind: 'retry', reason: 'unreadable-reply' }));
      return outcomesOf({ status: sync.status, rejects, logs: reply.body }, rows);
    },
  };
}

/** People may share an address, and Eloqua rejects a row it was given twice. */
function distinct(rows: readonly (Row & Pick<Sync, 'fields'>)[]): readonly object[] {
  const byEmail = new Map(
    rows.map(({ email, fields }) => [email.toLowerCase(), { Email: email, ...fields }]),
  );
  return [...byEmail.values()];
}
