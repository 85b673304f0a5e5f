import * as words from './salesforce-words.ts';
import type { Question } from './simulator.ts';
import { type Fields, keysIn, type Query } from './soql.ts';

/** What differs from org to org. */
export interface SalesforceOptions {
  /** Values of PrivacyConsentStatus; their spelling is unconfirmed. */
  readonly statuses?: readonly string[];
  /** Ids of the DataUsePurposes there are; left out, any id is one. */
  readonly purposes?: readonly string[];
  /** Every address that is looked for turns out to be a Contact's. For demonstrations. */
  readonly everyoneIsKnown?: boolean;
  /** False where Data Protection and Privacy is switched off: nobody has an Individual, and no record a field for one. */
  readonly individuals?: boolean;
}

/** When a record was last changed (ms; whole seconds are kept), and by which user. */
interface Stamp {
  readonly at: number;
  readonly by: string;
}

/** The user that integrations run as, and one of the people who work there. */
export const INTEGRATION = '005000000000001AAA';
export const AGENT = '005000000000002AAA';

export interface Person {
  readonly object: 'Contact' | 'Lead';
  readonly id: string;
  readonly email: string;
  readonly individual: string | undefined;
  /** Only flags that somebody wrote. */
  readonly flags: Map<string, boolean>;
  /** Breaks a rule of the org's own: no change of it is taken. */
  readonly ruled: boolean;
  /** A Lead that has become a Contact: it is found, and cannot be changed. */
  readonly converted: boolean;
  stamp: Stamp;
}

export interface PersonToEnter {
  readonly email: string;
  /** A record id to have; left out, a new one. */
  readonly id?: string;
  readonly object?: Person['object'];
  /** An Individual the record shares with another; `false` for none. */
  readonly individual?: string | false;
  readonly ruled?: boolean;
  readonly converted?: boolean;
}

interface Row {
  readonly id: string;
  fields: words.Consent;
  stamp: Stamp;
}

/** Everything an org holds. */
export interface Org {
  readonly options: SalesforceOptions;
  readonly people: Map<string, Person>;
  readonly consents: Row[];
  /** The same by what they are looked up by: people by address and by Individual, consents by key and by Individual. */
  readonly index: Record<'addresses' | 'parties', Map<string, Person[]>> &
    Record<'keys' | 'consented', Map<string, Row[]>>;
  /** So many consent records from now on meet a lock. */
  locks: number;
  made: number;
}

export const now = (by: string): Stamp => ({ at: Date.now(), by });

export const newOrg = (options: SalesforceOptions): Org => ({
  ...{ options, people: new Map(), consents: [], locks: 0, made: 0 },
  index: { addresses: new Map(), parties: new Map(), keys: new Map(), consented: new Map() },
});

function file<T>(index: Map<string, T[]>, name: string, value: T): void {
  const filed = index.get(name);
  if (filed) filed.push(value);
  else index.set(name, [value]);
}

/** The text field on ContactPointTypeConsent that is External Id, unique and case-sensitive. */
export const KEY_FIELD = 'PrefKey__c';

export const statusesOf = ({ options }: Org): readonly string[] =>
  options.statuses ?? ['NotSeen', 'Seen', 'OptIn', 'OptOut'];

export function newId(org: Org, prefix: string): string {
  org.made += 1;
  return `${prefix}${String(org.made).padStart(12, '0')}AAA`;
}

export function enter(org: Org, { email, object = 'Contact', individual, ...given }: PersonToEnter): Person {
  const { ruled = false, converted = false } = given;
  const party = individual === false ? undefined : (individual ?? newId(org, '0PK'));
  const id = given.id ?? newId(org, object === 'Contact' ? '003' : '00Q');
  const stamp = now(AGENT);
  const person: Person = { object, id, email, individual: party, flags: new Map(), ruled, converted, stamp };
  org.people.set(id, person);
  file(org.index.addresses, email.toLowerCase(), person);
  if (party !== undefined) file(org.index.parties, party, person);
  return person;
}

/** Whom a record id or an address means. */
function called(org: Org, name: string): readonly Person[] {
  const person = org.people.get(name);
  return [...(person ? [person] : []), ...(org.index.addresses.get(name.toLowerCase()) ?? [])];
}

/** Contacts or Leads that a query may find. */
export function people(org: Org, { object, where }: Query): readonly Person[] {
  const keys = keysIn(where, ['Id', 'Email', 'IndividualId'])?.map(String);
  const of = (person: Person): boolean => person.object === object;
  if (!keys) return [...org.people.values()].filter(of);
  const find = () =>
    new Set(keys.flatMap((key) => [...called(org, key), ...(org.index.parties.get(key) ?? [])]).filter(of));
  if (org.options.everyoneIsKnown && object === 'Contact' && find().size === 0) meet(org, keys);
  return [...find()];
}

/** Enters whoever was asked for, by what they were asked for. */
function meet(org: Org, keys: readonly string[]): void {
  const email = keys.find((key) => key.includes('@'));
  const id = keys.find((key) => key.startsWith('003'));
  if (email !== undefined || id !== undefined) enter(org, { email: email ?? '', ...(id && { id }) });
}

/** A person's record as a query sees it. */
export const personFields = ({ id, email, individual, flags, converted, stamp }: Person): Fields => ({
  ...{
    Id: id,
    Email: email,
    IndividualId: individual ?? null,
    IsConverted: converted,
    ...stampFields(stamp),
  },
  ...Object.fromEntries(words.FLAGS.map((flag) => [flag, flags.get(flag) ?? false])),
});

export function consentFields({ id, fields: { attributes: _, ...fields }, stamp }: Row): Fields {
  const given = Object.entries(fields).map(([name, value = null]) => [
    name,
    words.TIMES.includes(name) && value !== null ? Date.parse(value) : value,
  ]);
  const missing = Object.keys(words.Consent.shape).map((name) => [name, null]);
  return { ...Object.fromEntries([...missing, ...given]), Id: id, ...stampFields(stamp) };
}

function stampFields({ at, by }: Stamp): Fields {
  const second = Math.floor(at / 1000) * 1000;
  return { LastModifiedDate: second, SystemModstamp: second, LastModifiedById: by };
}

/** Enters a consent record of the org's own for everybody with this address, or turns over the one there is. */
export function capture(org: Org, captured: Captured): void {
  const { email, purpose, type, status, at = Date.now() } = captured;
  for (const party of called(org, email).flatMap(({ individual }) => individual ?? [])) {
    const same = (org.index.consented.get(party) ?? []).filter(
      ({ fields }) => topicOf(fields) === purpose && channelOf(fields) === type,
    );
    for (const row of same) {
      row.fields = { ...row.fields, PrivacyConsentStatus: status };
      row.stamp = { at, by: AGENT };
    }
    if (same.length === 0) keep(org, capturedRow(org, party, captured));
  }
}

function capturedRow(org: Org, party: string, { purpose, type, status, at = Date.now() }: Captured): Row {
  const id = newId(org, '0ct');
  const [kind = '', engagement] = type.split(' ');
  const fields = words.Consent.parse({
    ...{ attributes: { type: words.CONSENT }, PrefKey__c: `form ${id}`, Name: 'Form', PartyId: party },
    ...{ DataUsePurposeId: purpose, ContactPointType: kind, PrivacyConsentStatus: status },
    ...(engagement !== undefined && { EngagementChannelTypeId: engagement }),
    ...{ CaptureDate: new Date(at).toISOString(), CaptureSource: 'Web form', CaptureContactPointType: 'Web' },
  });
  return { id, fields, stamp: { at, by: AGENT } };
}

/** Somebody who works there sets a flag of everybody with this address. */
export function flag(org: Org, { email, field, at = Date.now() }: Flagged): void {
  for (const person of called(org, email)) {
    person.flags.set(field, true);
    person.stamp = { at, by: AGENT };
  }
}

export interface Flagged {
  readonly email: string;
  readonly field: string;
  /** ms */
  readonly at?: number;
}

const topicOf = ({ DataUsePurposeId, Name }: words.Consent): string => DataUsePurposeId ?? Name;

/** Kind of contact point, with the engagement channel type where there is one. */
const channelOf = ({ ContactPointType, EngagementChannelTypeId }: words.Consent): string =>
  [ContactPointType, EngagementChannelTypeId].filter((part) => part !== undefined).join(' ');

export interface Captured {
  readonly email: string;
  readonly purpose: string;
  /** Kind of contact point, with the id of an engagement channel type after a space. */
  readonly type: string;
  readonly status: string;
  /** ms */
  readonly at?: number;
}

export const withKey = ({ index }: Org, key: string): readonly Row[] => index.keys.get(key) ?? [];

/** Enters a consent record, whatever records there are with its key. */
export function keep(org: Org, row: Row): Row {
  org.consents.push(row);
  file(org.index.keys, row.fields.PrefKey__c, row);
  file(org.index.consented, row.fields.PartyId, row);
  return row;
}

function change(org: Org, row: Row, fields: words.Consent): Row {
  const moved = fields.PartyId !== row.fields.PartyId;
  row.fields = { ...row.fields, ...fields };
  row.stamp = now(INTEGRATION);
  if (moved) file(org.index.consented, fields.PartyId, row);
  return row;
}

/** Inserts or updates one consent record by its key; fields that are left out keep their values. */
export function save(org: Org, record: unknown): words.Saved {
  const fault = words.faultIn(record, statusesOf(org)) ?? locked(org);
  if (fault) return fault;
  const fields = words.Consent.parse(record);
  const dangling = danglingReference(org, fields);
  if (dangling) return dangling;
  const [row, another] = withKey(org, fields.PrefKey__c);
  if (another) return words.rowError('DUPLICATE_EXTERNAL_ID', 'more than one record found', [KEY_FIELD]);
  const kept = row
    ? change(org, row, fields)
    : keep(org, { id: newId(org, '0ct'), fields, stamp: now(INTEGRATION) });
  return { id: kept.id, success: true, created: !row, errors: [] };
}

function locked(org: Org): words.Saved | undefined {
  if (org.locks === 0) return undefined;
  org.locks -= 1;
  return words.rowError('UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record');
}

function danglingReference({ index, options }: Org, fields: words.Consent): words.Saved | undefined {
  const { PartyId: party, DataUsePurposeId: purpose } = fields;
  if (!index.parties.has(party))
    return words.rowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', ['PartyId']);
  if (purpose && options.purposes && !options.purposes.includes(purpose))
    return words.rowError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', ['DataUsePurposeId']);
  return undefined;
}

const GLOBAL_FLAGS: Readonly<Record<string, string>> = { Email: 'HasOptedOutOfEmail', Phone: 'DoNotCall' };

/**
 * Would the org contact whoever has this address or record id, for a purpose (its id, or the name of rows without
 * one) by a kind of contact point?
 * Global flags outweigh consent rows; any row that opts out outweighs one that opts in.
 */
export function permitted(org: Org, { identifier, topic, channel }: Question): boolean | undefined {
  const people = called(org, identifier);
  const flags = people.map(({ flags: written }) => written.get(GLOBAL_FLAGS[channel] ?? ''));
  if (flags.includes(true)) return false;
  const parties = new Set(people.flatMap(({ individual }) => individual ?? []));
  const rows = [...parties]
    .flatMap((party) => org.index.consented.get(party) ?? [])
    .filter(
      ({ fields }) =>
        parties.has(fields.PartyId) && topicOf(fields) === topic && channelOf(fields) === channel,
    );
  if (rows.length > 0) return rows.every(({ fields }) => fields.PrivacyConsentStatus === 'OptIn');
  return flags.includes(false) ? true : undefined;
}

export const facts = (org: Org) =>
  org.consents.flatMap(({ fields }) =>
    (org.index.parties.get(fields.PartyId) ?? []).map(({ email: identifier }) => {
      const question = { identifier, topic: topicOf(fields), channel: channelOf(fields) };
      return { ...question, permitted: permitted(org, question) === true };
    }),
  );
