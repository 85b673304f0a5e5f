import * as z from 'zod';
import type { BatchCall, Call, Delivery } from './destination.ts';

/** Columns that tell one choice from another, in the table of choices. */
export const CHOICE_KEY = ['subject', 'topic', 'channel'] as const;

/** Columns that tell one version from another, in the table of versions. */
export const VERSION_KEY = ['subject', 'version'] as const;

/** Name of a table, a schema and the like: nothing else ever becomes part of a statement. */
export const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** Rows of the table of choices: what this version says of each topic and channel. No contact data. */
export const choiceRows = ({ subject, version, recordedAt, choices }: Delivery) =>
  choices.map((row) => ({
    subject,
    topic: row.topic,
    channel: row.channel,
    state: row.state,
    version,
    recorded_at: recordedAt,
    occurred_at: row.occurredAt,
    source: row.source,
    actor: row.actor,
    method: row.method,
    legal_basis: row.legalBasis,
    notice_id: row.notice?.id,
    notice_version: row.notice?.version,
    notice_language: row.notice?.language,
    expires_at: row.expiresAt,
  }));

/** The row of the table of versions, with the whole event: what was chosen, and the state that results. */
export const versionRow = ({ subject, version, recordedAt, event }: Delivery) => ({
  subject,
  version,
  recorded_at: recordedAt,
  occurred_at: event.data.occurredAt,
  source: event.data.source,
  actor: event.data.actor,
  method: event.data.method,
  event,
});

/** How a column is read out of what is bound: a text unless named here. */
const TYPES: Readonly<Record<string, 'number' | 'time' | 'document'>> = {
  version: 'number',
  recorded_at: 'time',
  occurred_at: 'time',
  expires_at: 'time',
  event: 'document',
};

export interface Column {
  readonly name: string;
  readonly type: 'text' | 'number' | 'time' | 'document';
}

const columns = (...names: readonly string[]): readonly Column[] =>
  names.map((name) => ({ name, type: TYPES[name] ?? 'text' }));

const ORIGIN = ['recorded_at', 'occurred_at', 'source', 'actor', 'method'];
const NOTICE = ['notice_id', 'notice_version', 'notice_language'];

export const CHOICE_COLUMNS = columns(
  ...[...CHOICE_KEY, 'state', 'version', ...ORIGIN, 'legal_basis', ...NOTICE, 'expires_at'],
);
export const VERSION_COLUMNS = columns(...VERSION_KEY, ...ORIGIN, 'event');

/** A table, what its rows are known by, and a query that reads rows for it out of the one value that is bound. */
export interface Merge {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
  readonly rows: string;
}

/**
 * A row for each key, that of its newest version. Where `guarded`, a row is replaced by one of the same or a later
 * version; without, what is there stays: it is the same version. A version that arrives late therefore changes nothing.
 */
export function mergeOf({ table, columns, key, rows }: Merge, guarded: boolean): string {
  const names = columns.map(({ name }) => name);
  const set = names.filter((name) => !key.includes(name)).map((name) => `${name} = s.${name}`);
  return [
    `MERGE INTO ${table} t`,
    `USING (SELECT * FROM (${rows}) QUALIFY ROW_NUMBER() OVER (PARTITION BY ${key.join(', ')} ORDER BY version DESC) = 1) s`,
    `ON ${key.map((name) => `t.${name} = s.${name}`).join(' AND ')}`,
    ...(guarded ? [`WHEN MATCHED AND s.version >= t.version THEN UPDATE SET ${set.join(', ')}`] : []),
    `WHEN NOT MATCHED THEN INSERT (${names.join(', ')}) VALUES (${names.map((name) => `s.${name}`).join(', ')})`,
  ].join('\n');
}

export const AskAgainAfter = z
  .int()
  .min(100)
  .max(5000)
  .default(500)
  .describe('How long to wait, in milliseconds, before asking again whether a statement has finished.');

/** The two statements, by a query that reads rows out of the one value that is bound. */
export function statementsBy(rowsOf: (columns: readonly Column[]) => string) {
  const choices = { columns: CHOICE_COLUMNS, key: CHOICE_KEY, rows: rowsOf(CHOICE_COLUMNS) };
  const versions = { columns: VERSION_COLUMNS, key: VERSION_KEY, rows: rowsOf(VERSION_COLUMNS) };
  return (tables: { readonly choices: string; readonly versions: string }) => ({
    choices: mergeOf({ ...choices, table: tables.choices }, true),
    versions: mergeOf({ ...versions, table: tables.versions }, false),
  });
}

type Statement = Omit<BatchCall, 'items'>;

/**
 * Tells a version by two statements, each run on the rows of as many versions as share a request. They are made once for
 * each settings. What holds now is told first: it is what people act on.
 */
export function tellBy<S extends object>(merge: (table: 'choices' | 'versions', settings: S) => Statement) {
  const known = new WeakMap<S, { readonly choices: Statement; readonly versions: Statement }>();
  return (delivery: Delivery, settings: S): readonly Call[] => {
    const merges = known.get(settings) ?? {
      choices: merge('choices', settings),
      versions: merge('versions', settings),
    };
    known.set(settings, merges);
    const version: Call = { ...merges.versions, items: [[versionRow(delivery)]] };
    const rows = choiceRows(delivery);
    return rows.length > 0 ? [{ ...merges.choices, items: [rows] }, version] : [version];
  };
}
