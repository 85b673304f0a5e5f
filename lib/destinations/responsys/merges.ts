import {
  type BatchCall,
  type Call,
  type Delivery,
  type DeliveryRow,
  evidenceLine,
  type Reply,
  type SingleCall,
} from '../destination.ts';
import { found, split } from './replies.ts';
import type { Settings } from './settings.ts';

/** How a channel's members are found, and what its columns of the list are called. */
export const KEYS = {
  email: {
    ...{ column: 'EMAIL_ADDRESS_', match: 'EMAIL_ADDRESS', query: 'e' },
    ...{ status: 'EMAIL_PERMISSION_STATUS_', reason: 'EMAIL_PERMISSION_REASON_' },
  },
  sms: {
    ...{ column: 'MOBILE_NUMBER_', match: 'MOBILE_NUMBER', query: 'm' },
    ...{ status: 'MOBILE_PERMISSION_STATUS_', reason: 'MOBILE_PERMISSION_REASON_' },
  },
} as const;
export type Channel = keyof typeof KEYS;

/** What Heed's own words begin with, in the reason of a permission: so it knows its opt-outs from others'. */
const STOPPED = 'Heed stop: ';
const GRANTED = 'Heed grant: ';

export const isOwnStop = (reason: string): boolean => reason.startsWith(STOPPED);
export const isOwnGrant = (reason: string): boolean => reason.startsWith(GRANTED);

/** One member of the list by one key, and the evidence of what is said about them. */
export interface Saying {
  readonly settings: Settings;
  readonly channel: Channel;
  readonly value: string;
  readonly delivery: Delivery;
}

const textOf = (delivery: Delivery, row: DeliveryRow): string =>
  row.legalBasis ? `${evidenceLine(delivery, row)}; ${row.legalBasis}` : evidenceLine(delivery, row);

/** What is done about a line, by whether it may add a member and whether it may change one. */
const ruleOf = (
  matchColumnName1: string,
  insertOnNoMatch: boolean,
  updateOnMatch: 'REPLACE_ALL' | 'NO_UPDATE',
) => ({
  mergeRule: {
    ...{ htmlValue: 'H', textValue: 'T', optinValue: 'I', optoutValue: 'O', insertOnNoMatch, updateOnMatch },
    ...{ matchColumnName1, matchColumnName2: null, matchOperator: 'NONE', rejectRecordIfChannelEmpty: null },
    /** Of what a line does not say, at most a stop could be made. */
    defaultPermissionStatus: 'OPTOUT',
  },
});

const UPDATE = {
  email: ruleOf(KEYS.email.column, false, 'REPLACE_ALL'),
  sms: ruleOf(KEYS.sms.column, false, 'REPLACE_ALL'),
} as const;
const UPSERT = ruleOf(KEYS.email.column, true, 'REPLACE_ALL');
const INSERT = ruleOf(KEYS.email.column, true, 'NO_UPDATE');

interface Merge {
  readonly path: string;
  /** What only lines of the same purpose may share a request with. */
  readonly purpose: string;
  readonly fieldNames: readonly string[];
  readonly record: readonly string[];
  readonly goesOn: boolean;
  readonly rule: object;
}

/**
 * Lines that differ in columns, in what their status says or in what is done about strangers never share a request: a
 * request has one rule and one set of columns for all of its lines, and a column too many would blank a neighbour's.
 */
function merge({ path, purpose, fieldNames, record, goesOn, rule }: Merge): BatchCall {
  return {
    method: 'POST',
    path,
    group: `${purpose} ${fieldNames.join(' ')}`,
    goesOn,
    items: [record],
    wrap: (records) => ({
      recordData: { fieldNames, records, mapTemplateName: null },
      ...rule,
    }),
    split,
  };
}

const membersPath = ({ list }: Settings): string => `/rest/api/v1.3/lists/${list}/members`;

const reasonFor = (mark: string, { delivery }: Saying, row: DeliveryRow | undefined): string =>
  `${mark}${row ? textOf(delivery, row) : `${delivery.subject}:${delivery.version}`}`.slice(0, 255);

/** Opts a member out of the whole channel. */
export function stop(saying: Saying, row: DeliveryRow | undefined, goesOn: boolean): BatchCall {
  const { column, status, reason } = KEYS[saying.channel];
  return merge({
    path: membersPath(saying.settings),
    purpose: 'stop',
    fieldNames: [column, status, reason],
    record: [saying.value, 'O', reasonFor(STOPPED, saying, row)],
    goesOn,
    rule: UPDATE[saying.channel],
  });
}

/** Opts a member in again; `insert`: also who is no member yet, which is for addresses alone. */
export function optIn(saying: Saying, row: DeliveryRow | undefined, insert: boolean): BatchCall {
  const { column, status, reason } = KEYS[saying.channel];
  return merge({
    path: membersPath(saying.settings),
    purpose: insert ? 'in or new' : 'in',
    fieldNames: [column, status, reason],
    record: [saying.value, 'I', reasonFor(GRANTED, saying, row)],
    goesOn: false,
    rule: insert ? UPSERT : UPDATE[saying.channel],
  });
}

const EVERY_STATUS = ['EMAIL', 'MOBILE', 'POSTAL'].flatMap((channel) => [
  `${channel}_PERMISSION_STATUS_`,
  `${channel}_PERMISSION_REASON_`,
]);
const NOT_ASKED = ['O', `${STOPPED}added for e-mail alone`];

/** A new member by e-mail: every status is said, so that no default ever speaks, and nobody's who came in between. */
export const create = (saying: Saying, row: DeliveryRow | undefined): BatchCall =>
  merge({
    path: membersPath(saying.settings),
    purpose: 'new',
    fieldNames: [KEYS.email.column, ...EVERY_STATUS],
    record: [saying.value, 'I', reasonFor(GRANTED, saying, row), ...NOT_ASKED, ...NOT_ASKED],
    goesOn: false,
    rule: INSERT,
  });

/** Choices go into the extension table: a merge there touches no permission, whatever is in it. */
export function choose(saying: Saying, rows: readonly DeliveryRow[], goesOn: boolean): BatchCall {
  const { settings, channel, value, delivery } = saying;
  const { column, match } = KEYS[channel];
  const { list, extension, extensionMatch, evidence, topics, values } = settings;
  const fieldNames: string[] = [column];
  const record = [value];
  for (const row of rows) {
    const name = topics[row.topic]?.[channel] ?? '';
    fieldNames.push(name);
    record.push(values[row.state]);
    if (evidence?.time) record.push(row.occurredAt) && fieldNames.push(name + evidence.time);
    if (evidence?.text) record.push(textOf(delivery, row)) && fieldNames.push(name + evidence.text);
  }
  return merge({
    path: `/rest/api/v1.3/lists/${list}/listExtensions/${extension}/members`,
    purpose: 'choices',
    fieldNames,
    record,
    goesOn,
    rule: { insertOnNoMatch: true, updateOnMatch: 'REPLACE_ALL', [extensionMatch]: match },
  });
}

const ASKED = ['RIID_', 'EMAIL_ADDRESS_', 'MOBILE_NUMBER_', ...EVERY_STATUS.slice(0, 4)];

interface LookUp {
  readonly settings: Settings;
  /** One of Responsys's query attributes: `e`, `m`, or `r` for the member's id. */
  readonly query: string;
  readonly ids: readonly string[];
}

/** Asks for members by a key: addresses stand in the body, not in the request's own address. */
export const lookUp = ({ settings, query, ids }: LookUp) => ({
  method: 'POST' as const,
  path: `${membersPath(settings)}?action=get`,
  body: { fieldList: ASKED, ids, queryAttribute: query },
});

/** A look-up before a write. */
export const asking = (
  { settings, channel, value }: Saying,
  next: (reply: Reply) => readonly Call[],
): SingleCall => ({
  method: 'POST',
  path: `${membersPath(settings)}?action=get`,
  body: { fieldList: ASKED, ids: [value], queryAttribute: KEYS[channel].query },
  lookup: true,
  interpret: found,
  next,
});
