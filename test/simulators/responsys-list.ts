import * as words from './responsys-words.ts';
import type { Answer, Question } from './simulator.ts';

/** What differs from account to account, and what Oracle does not document. */
export interface ResponsysOptions {
  readonly list?: string;
  readonly extension?: string;
  /** Columns of the extension table; left out, any name is one. */
  readonly columns?: readonly string[];
  /** Whom a default status is for: only members who are new, or whoever's status a line leaves out. Unconfirmed. */
  readonly defaultFor?: 'new-members' | 'left-out';
  /** How a line that matches nobody, and may insert nobody, is answered. Unconfirmed. */
  readonly stranger?: 'code' | 'words' | 'blank';
  /** What the extension's merge calls its match column: two editions of the reference differ. */
  readonly extensionMatch?: 'matchColumnName1' | 'matchColumn';
  /** How a session that ended is reported. */
  readonly sessionEnds?: 'http-500' | 'http-401';
  /** Whoever is asked for is a member. */
  readonly everyoneIsKnown?: boolean;
}

export interface Member {
  readonly riid: string;
  readonly cells: Map<string, string>;
  /** Their row of the extension table. */
  readonly extension: Map<string, string>;
}

export interface List {
  readonly name: string;
  readonly extension: string;
  readonly options: ResponsysOptions;
  readonly members: Map<string, Member>;
}

export const newList = (options: ResponsysOptions): List => ({
  ...{ name: options.list ?? 'CONTACTS_LIST', extension: options.extension ?? 'HEED_CHOICES', options },
  members: new Map(),
});

export function addMember({ members }: List, cells: Readonly<Record<string, string>>): Member {
  const riid = String(4_094_326 + members.size);
  const member = { riid, cells: new Map([...Object.entries(cells), ['RIID_', riid]]), extension: new Map() };
  members.set(riid, member);
  return member;
}

const matching = ({ members }: List, column: string, value: string): readonly Member[] =>
  [...members.values()].filter(
    ({ cells }) => cells.get(column)?.toLowerCase() === value.toLowerCase() && value !== '',
  );

/** By address, number or id. */
export const memberBy = (list: List, who: string): Member | undefined =>
  ['EMAIL_ADDRESS_', 'MOBILE_NUMBER_', 'RIID_'].flatMap((column) =>
    matching(list, column, who.replace(/^\+/, '')),
  )[0];

/** A request's lines, or what is wrong with all of it. */
function linesOf(
  { fieldNames, records }: words.RecordData,
  known: (name: string) => boolean,
): readonly Readonly<Record<string, string>>[] | Answer {
  const names = fieldNames.map((name) => name.toUpperCase());
  if (records.length > words.MOST)
    return words.problem(400, 'RECIPIENT_LIMIT_EXCEEDED', `maximum of ${words.MOST} recipients are allowed`);
  const stranger = names.find((name) => !known(name));
  if (stranger !== undefined || records.length === 0)
    return words.problem(
      400,
      'INVALID_FIELD_NAME',
      `Invalid field ${stranger} for ${JSON.stringify(records[0])}`,
    );
  if (records.some(({ length }) => length !== names.length))
    return words.problem(400, 'INVALID_PARAMETER', 'Record length does not match fieldNames');
  return records.map((record) => Object.fromEntries(names.map((name, n) => [name, record[n] ?? ''])));
}

const isAnswer = (lines: readonly object[] | Answer): lines is Answer => 'status' in lines;

export function mergeMembers(list: List, body: unknown): Answer {
  const merge = words.Merge.safeParse(body).data;
  if (!merge) return words.problem(400, 'INVALID_PARAMETER', "Invalid parameter 'mergeRule'");
  const lines = linesOf(merge.recordData, (name) => words.LIST_FIELDS.has(name));
  if (isAnswer(lines)) return lines;
  const { mergeRule } = merge;
  return words.merged(
    lines.map((line, n) => mergeLine(list, mergeRule, { line, n })),
    { mergeRule },
  );
}

interface Line {
  readonly line: Readonly<Record<string, string>>;
  readonly n: number;
}

const CHANNEL_OF: Readonly<Record<string, string>> = { EMAIL_ADDRESS_: 'EMAIL', MOBILE_NUMBER_: 'MOBILE' };

function mergeLine(list: List, rule: words.Merge['mergeRule'], { line, n }: Line): string {
  const column = rule.matchColumnName1;
  const key = line[column] ?? '';
  const wrong = faultIn(line, key, rule);
  if (wrong) return words.failedLine(n, 'INVALID_PARAMETER', wrong);
  const [member, ...others] = matching(list, column, key);
  if (others.length > 0) return words.failedLine(n, 'MULTIPLE_RECIPIENTS', `${key} matches several members`);
  if (member) return update(list, member, { line, rule });
  return rule.insertOnNoMatch ? insert(list, line, rule) : strangerLine(list, n, key);
}

const statusBy = ({ defaultPermissionStatus }: words.Merge['mergeRule']): string =>
  defaultPermissionStatus === 'OPTIN' ? 'I' : 'O';

function insert(list: List, line: Line['line'], rule: words.Merge['mergeRule']): string {
  const unsaid = ['EMAIL', 'MOBILE', 'POSTAL'].map((channel) => [
    `${channel}_PERMISSION_STATUS_`,
    statusBy(rule),
  ]);
  return addMember(list, { ...Object.fromEntries(unsaid), ...line }).riid;
}

function update(
  { options }: List,
  { riid, cells }: Member,
  { line, rule }: Pick<Line, 'line'> & { readonly rule: words.Merge['mergeRule'] },
): string {
  if (rule.updateOnMatch === 'NO_UPDATE') return riid;
  for (const [name, value] of Object.entries(line)) cells.set(name, value);
  const own = `${CHANNEL_OF[rule.matchColumnName1]}_PERMISSION_STATUS_`;
  if (options.defaultFor === 'left-out' && !(own in line)) cells.set(own, statusBy(rule));
  return riid;
}

function faultIn(line: Line['line'], key: string, rule: words.Merge['mergeRule']): string | undefined {
  if (key === '') return `no value for ${rule.matchColumnName1}`;
  const { EMAIL_ADDRESS_: email } = line;
  if (email !== undefined && !/^[^@\s]+@[^@\s]+$/.test(email)) return `${email} is not an address`;
  if (line['MOBILE_NUMBER_'] !== undefined && !/^\d{6,15}$/.test(line['MOBILE_NUMBER_']))
    return `${key} is not a number`;
  const statuses = Object.entries(line).filter(([name]) => name.endsWith('_PERMISSION_STATUS_'));
  const odd = statuses.find(([, value]) => value !== rule.optinValue && value !== rule.optoutValue);
  if (odd) return `${odd[1]} is not a status for ${key}`;
  const long = Object.entries(line).find(([name, value]) => name.endsWith('_REASON_') && value.length > 255);
  return long && `${long[0]} is longer than 255`;
}

function strangerLine({ options }: List, n: number, key: string): string {
  if (options.stranger === 'blank') return '';
  if (options.stranger === 'words') return `MERGEFAILED: Record ${n} no recipient found for ${key}`;
  return words.failedLine(n, 'RECORD_NOT_FOUND', `${key} is not in the list`);
}

/** The merge of the extension table: it touches no permission. */
export function mergeExtension(list: List, body: unknown): Answer {
  const { extensionMatch = 'matchColumnName1', columns } = list.options;
  const merge = words.Extension[extensionMatch].safeParse(body).data;
  if (!merge) return words.problem(400, 'INVALID_PARAMETER', 'Match Column is null');
  const column = `${merge.match}_`;
  const known = (name: string): boolean => name === column || !columns || columns.includes(name);
  const lines = linesOf(merge.recordData, known);
  if (isAnswer(lines)) return lines;
  return words.merged(
    lines.map((line, n) => chooseLine(list, column, { line, n })),
    {},
  );
}

function chooseLine(list: List, column: string, { line, n }: Line): string {
  const key = line[column] ?? '';
  const [known] = matching(list, column, key);
  const member = known ?? (list.options.everyoneIsKnown ? addMember(list, { [column]: key }) : undefined);
  if (!member) return strangerLine(list, n, key);
  for (const [name, value] of Object.entries(line)) if (name !== column) member.extension.set(name, value);
  return member.riid;
}

export function findMembers(list: List, body: unknown): Answer {
  const asked = words.LookUp.safeParse(body).data;
  if (!asked) return words.problem(400, 'INVALID_PARAMETER', "Invalid parameter 'queryAttribute'");
  const column = words.QUERIED[asked.queryAttribute];
  const found = asked.ids.flatMap((id) => matching(list, column, id));
  if (found.length === 0 && list.options.everyoneIsKnown && column !== 'RIID_')
    found.push(...asked.ids.map((id) => addMember(list, { [column]: id })));
  if (found.length === 0)
    return words.problem(404, 'RECORD_NOT_FOUND', `No records found for ids: ${asked.ids.join()}`);
  const records = found.map(({ cells }) => asked.fieldList.map((name) => cells.get(name) ?? null));
  return {
    status: 200,
    body: { recordData: { fieldNames: asked.fieldList, records, mapTemplateName: null } },
  };
}

/** Topics are columns of the extension table; `channel`: EMAIL or MOBILE. Nothing is sent to who is not opted in. */
export function permitted(list: List, { identifier, topic, channel }: Question): boolean | undefined {
  const member = memberBy(list, identifier);
  const status = member?.cells.get(`${channel}_PERMISSION_STATUS_`) ?? '';
  if (status === 'O') return false;
  const value = member?.extension.get(topic);
  return value === undefined ? undefined : value === 'Y' && status === 'I';
}

/** What columns are for is the account's own affair: those with SMS in their name are shown as such. */
export const tellAll = (list: List) =>
  [...list.members.values()].flatMap(({ cells, extension }) =>
    [...extension]
      .filter(([, value]) => value === 'Y' || value === 'N')
      .map(([topic, value]) => {
        const channel = topic.includes('SMS') ? 'MOBILE' : 'EMAIL';
        const status = cells.get(`${channel}_PERMISSION_STATUS_`);
        const identifier = cells.get('EMAIL_ADDRESS_') || cells.get('MOBILE_NUMBER_') || '';
        return { identifier, topic, channel, permitted: value === 'Y' && status === 'I' };
      }),
  );
