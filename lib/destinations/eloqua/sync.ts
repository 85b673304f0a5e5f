import type { BatchCall, FollowUp, Reply } from '../destination.ts';
import { isJson, textIn } from '../json.ts';
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

/** A contact's row of a sync. */
type Item = Row & Pick<Sync, 'fields'>;

const DEFINITION = /^\/contacts\/(imports|syncActions)\/\d+$/;
const SYNC = /^\/syncs\/\d+$/;

/** Milliseconds before each look at a sync: most are soon over, and a delivery can wait for no more looks than these. */
const PAUSES = [500, 1_500, 3_000, 3_000];

/** A request for many contacts: people share it where the same is done to all of them. */
export function syncOf(sync: Sync): BatchCall {
  const { kind, fields, email, goesOn } = sync;
  const item: Item = { email, fields };
  let course: Course | undefined;
  return {
    method: 'POST',
    path: `${BULK}/contacts/${kind}`,
    group: groupOf(sync),
    goesOn,
    items: [item],
    wrap: (items) => {
      course = begun(items.filter(isItem));
      return definitionOf(sync);
    },
    follow: (reply) => (course && reply.status < 300 ? STEPS[course.stage](course, reply.body) : undefined),
    split: (reply) => course && outcomes(course, reply),
  };
}

/** What is done to others is another request. */
function groupOf({ actions, fields }: Sync): string {
  let group = '';
  for (const { destination, status } of actions) group += `${destination} ${status},`;
  for (const name in fields) group += `${name},`;
  return group;
}

const isItem = (item: unknown): item is Item =>
  isJson(item) && typeof item['email'] === 'string' && isJson(item['fields']);

const ADDRESS = { Email: '{{Contact.Field(C_EmailAddress)}}' };

function definitionOf({ kind, actions, fields }: Sync): object {
  const named: Record<string, string> = { ...ADDRESS };
  for (const name in fields) named[name] = `{{Contact.Field(${name})}}`;
  return {
    name: `Heed ${kind}`,
    identifierFieldName: 'Email',
    isSyncTriggeredOnImport: true,
    syncActions: actions.map(({ destination, status }) => ({ action: 'setStatus', destination, status })),
    fields: named,
    ...(kind === 'imports' && { updateRule: 'always', autoDeleteDuration: 'P1D' }),
  };
}

/** Eloqua takes a definition, then the rows, and tells last, in two places, what it did. */
type Stage = 'definition' | 'rows' | 'running' | 'rejects' | 'logs';

/**
 * One way through the bulk API: each reply says what is asked next, and the last two are read together. It begins with
 * the request, because only then is it known for whom it is.
 */
interface Course {
  readonly rows: readonly Item[];
  stage: Stage;
  definition: string;
  sync: { readonly uri: string; readonly status: string };
  looks: number;
  rejects: unknown;
}

const begun = (rows: readonly Item[]): Course => ({
  ...{ rows, stage: 'definition', definition: '', sync: { uri: '', status: '' }, looks: 0 },
  rejects: undefined,
});

/** A sync that was started; the reply to the rows is about one already where they start it themselves. */
function runningIn(body: unknown): Course['sync'] | undefined {
  const [uri = '', status] = isJson(body) ? [textIn(body, 'uri'), textIn(body, 'status')] : [];
  return SYNC.test(uri) && status !== undefined ? { uri, status } : undefined;
}

function look(course: Course, body: unknown): FollowUp | undefined {
  const running = runningIn(body);
  if (!running) return undefined;
  course.sync = running;
  if (running.status !== 'pending' && running.status !== 'active') {
    course.stage = 'rejects';
    return { method: 'GET', path: `${BULK}${running.uri}/rejects?limit=1000` };
  }
  const pause = PAUSES[course.looks];
  course.looks += 1;
  return pause === undefined ? undefined : { method: 'GET', path: `${BULK}${running.uri}`, pause };
}

const STEPS: Readonly<Record<Stage, (course: Course, body: unknown) => FollowUp | undefined>> = {
  definition: (course, body) => {
    const uri = isJson(body) ? textIn(body, 'uri') : undefined;
    if (uri === undefined || !DEFINITION.test(uri)) return undefined;
    course.stage = 'rows';
    course.definition = uri;
    return { method: 'POST', path: `${BULK}${uri}/data`, body: distinct(course.rows) };
  },
  rows: (course, body) => {
    course.stage = 'running';
    if (runningIn(body)) return look(course, body);
    return { method: 'POST', path: `${BULK}/syncs`, body: { syncedInstanceUri: course.definition } };
  },
  running: look,
  rejects: (course, body) => {
    course.stage = 'logs';
    course.rejects = body;
    return { method: 'GET', path: `${BULK}${course.sync.uri}/logs?limit=1000` };
  },
  logs: () => undefined,
};

function outcomes(course: Course, { status, body }: Reply): ReturnType<BatchCall['split']> {
  const { rows, stage, looks, sync, rejects } = course;
  if (status >= 300) return undefined;
  if (stage === 'logs') return outcomesOf({ status: sync.status, rejects, logs: body }, rows);
  const slow = stage === 'running' && looks > PAUSES.length;
  return rows.map(() =>
    slow ? { kind: 'delivered', appliedLater: true } : { kind: 'retry', reason: 'unreadable-reply' },
  );
}

/** People may share an address, and Eloqua rejects a row it was given twice. */
function distinct(rows: readonly Item[]): readonly object[] {
  const byEmail = new Map(
    rows.map(({ email, fields }) => [email.toLowerCase(), { Email: email, ...fields }]),
  );
  return [...byEmail.values()];
}
