import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/*
 * The upsert of Quick Base's REST API, written by hand from its reference (https://developer.quickbase.com) and from the
 * types of https://github.com/DrewBradfordXYZ/quickbase-js, read 2026-11.
 */

/** What differs from app to app, and what Quick Base does not document. */
export interface QuickBaseOptions {
  readonly realm?: string;
  readonly table?: string;
  /** Fields the table has; left out, any number above 5 is one. */
  readonly fields?: readonly number[];
  /** The one field beside the record's id that is unique; left out, whichever is asked for. */
  readonly unique?: number;
  /** Values a multiple-choice field takes, by its number. */
  readonly choices?: Readonly<Record<number, readonly string[]>>;
  /** The fields that the company's apps look at; left out, 7 to 10. */
  readonly columns?: Readonly<Record<'customer' | 'channel' | 'topic' | 'state', number>>;
  /** Status where only some records are stored. Unconfirmed. */
  readonly partial?: 200 | 207;
}

export interface QuickBase extends Simulator {
  readonly secret: () => { readonly userToken: string; readonly endpoint: string };
  /** Writes a record as somebody does in the app itself. */
  readonly write: (cells: Readonly<Record<number, string>>, key: number) => void;
  /** The record whose key field says this. */
  readonly record: (key: string) => ReadonlyMap<number, string> | undefined;
  /** The whole table, by key. */
  readonly records: () => ReadonlyMap<string, ReadonlyMap<number, string>>;
}

const Upsert = z.object({
  to: z.string(),
  data: z.array(z.record(z.string().regex(/^\d+$/), z.object({ value: z.string() }))).min(1),
  mergeFieldId: z.int().optional(),
  fieldsToReturn: z.array(z.int()).optional(),
});

interface App {
  readonly options: QuickBaseOptions;
  readonly token: string;
  readonly records: Map<string, Map<number, string>>;
}

/** One table of a Quick Base app. */
export function simulateQuickBase(options: QuickBaseOptions = {}): QuickBase {
  const app: App = { options, token: randomUUID(), records: new Map() };
  const simulator = simulate({
    answer: (asked) => answer(app, asked),
    unauthorized: UNAUTHORIZED,
    permitted: (question) => permitted(app, question),
    facts: () => facts(app),
  });
  return Object.assign(simulator, {
    secret: () => ({ userToken: app.token, endpoint: simulator.url }),
    write: (cells: Readonly<Record<number, string>>, key: number) => {
      const entries = Object.entries(cells).map(([field, value]) => [Number(field), value] as const);
      app.records.set(cells[key] ?? '', new Map(entries));
    },
    record: (key: string) => app.records.get(key),
    records: () => app.records,
  });
}

const said = (status: number, message: string, description: string): Answer => ({
  status,
  headers: { 'qb-api-ray': randomUUID() },
  body: { message, description },
});

const UNAUTHORIZED = said(401, 'Access denied', 'User token is invalid');

/** More than this a payload cannot hold. Unconfirmed: the lower of two figures. */
const MOST_BYTES = 10_000_000;

/** What the gateway refuses before it looks at what is asked. */
function refused({ token, options: { realm } }: App, { headers, body }: Asked): Answer | undefined {
  if (!/^[\w-]+\.quickbase\.com$/.test(headers['qb-realm-hostname'] ?? ''))
    return said(400, 'Bad Request', 'Missing or bad header QB-Realm-Hostname');
  if (realm && headers['qb-realm-hostname'] !== `${realm}.quickbase.com`)
    return said(403, 'Access denied', 'User token does not belong to this realm');
  if (headers['authorization'] !== `QB-USER-TOKEN ${token}`) return UNAUTHORIZED;
  return body.length > MOST_BYTES ? said(413, 'Payload too large', 'The request is too large') : undefined;
}

function answer(app: App, asked: Asked): Answer {
  const { method, path } = asked;
  const { table } = app.options;
  const refusal = refused(app, asked);
  if (refusal) return refusal;
  if (method !== 'POST' || path !== '/v1/records') return said(404, 'Not found', 'No such resource');
  const upsert = Upsert.safeParse(jsonOf(asked)).data;
  if (!upsert) return said(400, 'Bad Request', 'Field value of data is not valid');
  if (table && upsert.to !== table) return said(404, 'Not found', `Table ${upsert.to} was not found`);
  return upsertAll(app, upsert);
}

function upsertAll(app: App, { data, mergeFieldId = 3 }: z.output<typeof Upsert>): Answer {
  const { unique = mergeFieldId, partial = 207 } = app.options;
  if (mergeFieldId !== 3 && mergeFieldId !== unique)
    return said(400, 'Bad Request', `The merge field ${mergeFieldId} is not unique`);
  const lineErrors: Record<string, readonly string[]> = {};
  const created: number[] = [];
  const updated: number[] = [];
  data.forEach((record, n) => {
    const errors = faultsIn(app, record, mergeFieldId);
    if (errors.length > 0) lineErrors[String(n + 1)] = errors;
    else (keep(app, record, mergeFieldId) ? created : updated).push(n + 1);
  });
  const bad = Object.keys(lineErrors).length;
  const metadata = {
    createdRecordIds: created,
    updatedRecordIds: updated,
    unchangedRecordIds: [],
    totalNumberOfRecordsProcessed: data.length,
    ...(bad > 0 && { lineErrors }),
  };
  return { status: bad > 0 ? partial : 200, body: { data: [], metadata } };
}

type Cells = z.output<typeof Upsert>['data'][number];

function faultsIn({ options: { fields, choices } }: App, record: Cells, merge: number): readonly string[] {
  const faults = Object.entries(record).flatMap(([name, { value }]) => {
    const field = Number(name);
    const known = fields ? fields.includes(field) : field > 5;
    if (!known) return [`Field ${field} does not exist`];
    const allowed = choices?.[field];
    return allowed && !allowed.includes(value)
      ? [`Incompatible value "${value}" for field with ID "${field}".`]
      : [];
  });
  return record[String(merge)]?.value ? faults : [...faults, `No value for the merge field ${merge}`];
}

/** Cells that are not sent stay as they were. True where the record is new. */
function keep({ records }: App, record: Cells, merge: number): boolean {
  const key = record[String(merge)]?.value ?? '';
  const kept = records.get(key);
  const cells = kept ?? new Map<number, string>();
  for (const [field, { value }] of Object.entries(record)) cells.set(Number(field), value);
  records.set(key, cells);
  return kept === undefined;
}

const COLUMNS = { customer: 7, channel: 8, topic: 9, state: 10 };

/** What an app of the company's would do, by all records of a customer, a channel and a topic. */
function permitted(app: App, { identifier, topic, channel }: Question): boolean | undefined {
  const about = facts(app).filter(
    (fact) => fact.identifier === identifier && fact.topic === topic && fact.channel === channel,
  );
  return about.length === 0 ? undefined : about.every((fact) => fact.permitted);
}

const facts = ({ records, options: { columns = COLUMNS } }: App) =>
  [...records.values()].map((cells) => ({
    identifier: cells.get(columns.customer) ?? '',
    topic: cells.get(columns.topic) ?? '',
    channel: cells.get(columns.channel) ?? '',
    permitted: cells.get(columns.state) === 'opted in',
  }));
