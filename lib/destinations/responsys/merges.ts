import type { BatchCall, DeliveryRow, Reply, SingleCall } from '../destination.ts';
import { found, split } from './replies.ts';
import type { Settings } from './settings.ts';

/** How a channel's members are found, and what its columns of the list are called. */
export const KEYS = {
  email: { column: 'EMAIL_ADDRESS_', match: 'EMAIL_ADDRESS', permission: 'EMAIL', query: 'e' },
  sms: { column: 'MOBILE_NUMBER_', match: 'MOBILE_NUMBER', permission: 'MOBILE', query: 'm' },
} as const;
export type Channel = keyof typeof KEYS;

/** What Heed's own words begin with, in the reason of a permission: so it knows its opt-outs from others'. */
export const STOPPED = 'Heed stop: ';
const GRANTED = 'Heed grant: ';

export const isOwnStop = (reason: string): boolean => reason.startsWith(STOPPED);
export const isOwnGrant = (reason: string): boolean => reason.startsWith(GRANTED);

/** One member of the list, by one key. */
export interface Key {
  readonly channel: Channel;
  readonly value: string;
}

const pathOf = ({ list }: Settings): string => `/rest/api/v1.3/lists/${encodeURIComponent(list)}`;

/** Columns and values of one line. */
type Cells = Readonly<Record<string, string>>;

interface Merge {
  readonly path: string;
  /** What only lines of the same purpose may share a request with. */
  readonly purpose: string;
  readonly cells: Cells;
  readonly goesOn: boolean;
  readonly rule: object;
}

/**
 * Lines that differ in columns, in what their status says or in what is done about strangers never share a request: a
 * request has one rule and one set of columns for all of its lines, and a column too many would blank a neighbour's.
 * The header is ours, and nothing to Responsys.
 */
function merge({ path, purpose, cells, goesOn, rule }: Merge): BatchCall {
  const fieldNames = Object.keys(cells);
  return {
    ...{ method: 'POST', path, headers: { 'x-merge': `${purpose} ${fieldNames.join(' ')}` } },
    items: [{ record: Object.values(cells), goesOn }],
    wrap: (lines) => ({
      recordData: { fieldNames, records: lines.flatMap(recordOf), mapTemplateName: null },
      ...rule,
    }),
    split,
  };
}

const recordOf = (line: unknown): readonly unknown[] =>
  typeof line === 'object' && line !== null && 'record' in line ? [line.record] : [];

const ruleOf = (channel: Channel, insertOnNoMatch: boolean, updateOnMatch: 'REPLACE_ALL' | 'NO_UPDATE') => ({
  mergeRule: {
    ...{ htmlValue: 'H', textValue: 'T', optinValue: 'I', optoutValue: 'O' },
    ...{ insertOnNoMatch, updateOnMatch, matchColumnName1: KEYS[channel].column, matchColumnName2: null },
    ...{ matchOperator: 'NONE', rejectRecordIfChannelEmpty: null },
    /** Of what a line does not say, at most a stop could be made. */
    defaultPermissionStatus: 'OPTOUT',
  },
});

const permission = (name: string, status: 'I' | 'O', reason: string): Cells => ({
  [`${name}_PERMISSION_STATUS_`]: status,
  [`${name}_PERMISSION_REASON_`]: `${status === 'I' ? GRANTED : STOPPED}${reason}`.slice(0, 255),
});

export interface Saying {
  readonly settings: Settings;
  readonly key: Key;
  /** Evidence, for the reason of a permission. */
  readonly reason: string;
}

const keyCells = ({ channel, value }: Key): Cells => ({ [KEYS[channel].column]: value });

/** Opts a member out of the whole channel. */
export const stop = ({ settings, key, reason }: Saying, goesOn: boolean): BatchCall =>
  merge({
    ...{ path: `${pathOf(settings)}/members`, purpose: 'stop', goesOn },
    cells: { ...keyCells(key), ...permission(KEYS[key.channel].permission, 'O', reason) },
    rule: ruleOf(key.channel, false, 'REPLACE_ALL'),
  });

/** Opts a member in again; `insert`: also who is no member yet. */
export const optIn = ({ settings, key, reason }: Saying, insert: boolean): BatchCall =>
  merge({
    ...{ path: `${pathOf(settings)}/members`, purpose: insert ? 'in or new' : 'in', goesOn: false },
    cells: { ...keyCells(key), ...permission(KEYS[key.channel].permission, 'I', reason) },
    rule: ruleOf(key.channel, insert, 'REPLACE_ALL'),
  });

/** A new member by e-mail: every status is said, so that no default ever speaks, and nobody's who came in between. */
export const create = ({ settings, key, reason }: Saying): BatchCall =>
  merge({
    ...{ path: `${pathOf(settings)}/members`, purpose: 'new', goesOn: false },
    cells: {
      ...keyCells(key),
      ...permission('EMAIL', 'I', reason),
      ...permission('MOBILE', 'O', 'added for e-mail alone'),
      ...permission('POSTAL', 'O', 'added for e-mail alone'),
    },
    rule: ruleOf('email', true, 'NO_UPDATE'),
  });

export interface Choices {
  readonly settings: Settings;
  readonly key: Key;
  readonly rows: readonly DeliveryRow[];
  readonly textOf: (row: DeliveryRow) => string;
}

/** Choices go into the extension table: a merge there touches no permission, whatever is in it. */
export function choose({ settings, key, rows, textOf }: Choices, goesOn: boolean): BatchCall {
  const { match } = KEYS[key.channel];
  const { extension, extensionMatch, evidence = {}, topics, values } = settings;
  const cells: Record<string, string> = { ...keyCells(key) };
  for (const row of rows) {
    const column = topics[row.topic]?.[key.channel] ?? '';
    cells[column] = values[row.state];
    if (evidence.time) cells[`${column}${evidence.time}`] = row.occurredAt;
    if (evidence.text) cells[`${column}${evidence.text}`] = textOf(row);
  }
  return merge({
    ...{ path: `${pathOf(settings)}/listExtensions/${encodeURIComponent(extension)}/members` },
    ...{ purpose: 'choices', cells, goesOn },
    rule: { insertOnNoMatch: true, updateOnMatch: 'REPLACE_ALL', [extensionMatch]: match },
  });
}

interface LookUp {
  readonly settings: Settings;
  /** One of Responsys's query attributes: `e`, `m`, or `r` for the member's id. */
  readonly query: string;
  readonly ids: readonly string[];
}

const PERMISSIONS = ['EMAIL', 'MOBILE'].flatMap((name) => [
  `${name}_PERMISSION_STATUS_`,
  `${name}_PERMISSION_REASON_`,
]);

/** Asks for members by a key: addresses stand in the body, not in the request's own address. */
export const lookUp = ({ settings, query, ids }: LookUp) => ({
  method: 'POST' as const,
  path: `${pathOf(settings)}/members?action=get`,
  body: {
    fieldList: ['RIID_', 'EMAIL_ADDRESS_', 'MOBILE_NUMBER_', ...PERMISSIONS],
    ids,
    queryAttribute: query,
  },
});

/** A look-up before a write. */
export const asking = (
  settings: Settings,
  { channel, value }: Key,
  next: (reply: Reply) => ReturnType<NonNullable<SingleCall['next']>>,
): SingleCall => ({
  ...lookUp({ settings, query: KEYS[channel].query, ids: [value] }),
  ...{ lookup: true, interpret: found, next },
});
