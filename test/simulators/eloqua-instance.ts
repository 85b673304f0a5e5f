import * as words from './eloqua-words.ts';
import type { Question } from './simulator.ts';

/** What differs from instance to instance, and what Oracle does not document. */
export interface EloquaOptions {
  /** E-mail groups there are; left out, any number is one. */
  readonly groups?: readonly number[];
  /** Where a contact that is not there is told of: beside its row, or as a count in the logs alone. Unconfirmed. */
  readonly unmatched?: 'rejects' | 'logs';
  /** What a global subscribe does to groups: nothing, or it subscribes to all of them. Unconfirmed. */
  readonly globally?: 'groups-stay' | 'groups-follow';
  /** Status of a new contact in groups nobody asked about. */
  readonly newContacts?: 'unasked' | 'subscribed';
  /** Looks at a sync until it is done. */
  readonly slowness?: number;
  /** Whether rows that are posted start their sync. */
  readonly triggers?: boolean;
  readonly wayIn?: 'basic' | 'password' | 'refresh';
  readonly everyoneIsKnown?: boolean;
  /** Whether taking a contact out of a group makes an activity of the type Unsubscribe. Unconfirmed. */
  readonly groupsMakeActivities?: boolean;
  /** Whether the subscriptions of one contact can be listed. */
  readonly listsSubscriptions?: boolean;
}

interface Contact {
  readonly id: string;
  readonly email: string;
  readonly groups: Map<number, boolean>;
  readonly fields: Map<string, string>;
  globally: boolean;
}

export interface Unsubscribe {
  readonly id: string;
  readonly email: string;
  /** Left out where Eloqua does not say. */
  readonly contact?: string;
  /** ms */
  readonly at: number;
}

/** Rows waiting for a sync, and what it is to do. */
export interface Made {
  readonly adds: boolean;
  readonly definition: words.Definition;
  rows: readonly Readonly<Record<string, string>>[];
}

export interface SyncRun {
  readonly uri: string;
  readonly syncedInstanceUri: string;
  /** Looks at it so far. */
  looks: number;
  status: 'pending' | 'active' | 'success' | 'warning' | 'error';
  items: readonly object[];
  rejects: readonly object[];
  logs: readonly object[];
}

export interface Instance {
  readonly options: EloquaOptions;
  readonly contacts: Map<string, Contact>;
  readonly unsubscribes: Unsubscribe[];
  readonly made: Map<string, Made>;
  readonly exports: Map<string, words.Export>;
  readonly syncs: Map<string, SyncRun>;
  /** Codes that the next syncs end with. */
  readonly breaks: string[];
  ids: number;
}

export const newInstance = (options: EloquaOptions): Instance => ({
  ...{
    options,
    contacts: new Map(),
    unsubscribes: [],
    made: new Map(),
    exports: new Map(),
    syncs: new Map(),
  },
  ...{ breaks: [], ids: 0 },
});

export function addContact({ contacts, options }: Instance, email: string): Contact {
  const known = contacts.get(email.toLowerCase());
  if (known) return known;
  const groups = options.newContacts === 'subscribed' ? (options.groups ?? []) : [];
  const contact = {
    ...{ id: String(100_001 + contacts.size), email, globally: true },
    ...{ groups: new Map(groups.map((id) => [id, true])), fields: new Map() },
  };
  contacts.set(email.toLowerCase(), contact);
  return contact;
}

/** Does to each contact what the definition says; what is not there is left out, or added by an import. */
export function carryOut(instance: Instance, run: SyncRun, made: Made): void {
  const seen = new Set<string>();
  const faults = made.rows.map((row) => {
    const email = row[made.definition.identifierFieldName] ?? '';
    const code = faultIn(instance, email, { adds: made.adds, seen });
    seen.add(email.toLowerCase());
    if (code === undefined)
      apply(instance, addContact(instance, email), { definition: made.definition, row });
    return { row, code };
  });
  const absent = faults.filter(({ code }) => code === ABSENT).length;
  const silent = instance.options.unmatched === 'logs';
  run.rejects = faults.flatMap(({ row, code }) =>
    code === undefined || (silent && code === ABSENT) ? [] : [rejected(code, row)],
  );
  run.logs = [
    words.log('ELQ-00001', made.rows.length),
    ...(absent > 0 ? [words.log('ELQ-00034', absent, 'warning')] : []),
    ...(run.rejects.length > 0 ? [words.log('ELQ-00060', run.rejects.length, 'warning')] : []),
  ];
  run.status = run.logs.length > 1 ? 'warning' : 'success';
}

const ABSENT = 'ELQ-00085';

interface Rowing {
  readonly adds: boolean;
  readonly seen: ReadonlySet<string>;
}

function faultIn({ contacts, options }: Instance, email: string, { adds, seen }: Rowing): string | undefined {
  if (!/^[^@\s]+@[^@\s]+$/.test(email)) return 'ELQ-00002';
  if (seen.has(email.toLowerCase())) return 'ELQ-00026';
  const isThere = adds || options.everyoneIsKnown || contacts.has(email.toLowerCase());
  return isThere ? undefined : ABSENT;
}

const rejected = (statusCode: string, row: object) => ({
  ...{ statusCode, fieldValues: row, recordIndex: 1, invalidFields: ['Email'] },
  message: `${statusCode}: ${JSON.stringify(row)}`,
});

interface Applied {
  readonly definition: words.Definition;
  readonly row: Readonly<Record<string, string>>;
}

function apply(instance: Instance, contact: Contact, { definition, row }: Applied): void {
  for (const [name, statement] of Object.entries(definition.fields)) {
    const [, field] = /^\{\{Contact\.Field\((C_\w+)\)\}\}$/.exec(statement) ?? [];
    if (field) contact.fields.set(field, row[name] ?? '');
  }
  for (const action of definition.syncActions) act(instance, contact, action);
}

function act(instance: Instance, contact: Contact, { destination, status }: words.Action): void {
  const [id] = /\d+/.exec(destination) ?? [];
  const on = status === 'subscribed';
  if (id === undefined) globally(contact, on, instance.options);
  else contact.groups.set(Number(id), on);
  if (id !== undefined && instance.options.groupsMakeActivities && !on) note(instance, contact);
}

/** Notes an activity of the type Unsubscribe. */
export function note({ unsubscribes }: Instance, { email, id: contact }: Contact, at = Date.now()): void {
  unsubscribes.push({ id: String(unsubscribes.length + 1), email, contact, at });
}

/** What a contact is subscribed to, as the REST API has it: its values are texts. */
export const contactWords = ({ id, email, globally: on }: Contact) => ({
  ...{
    type: 'Contact',
    id,
    emailAddress: email,
    depth: 'partial',
    isSubscribed: String(on),
    isBounceback: 'false',
  },
});

export const subscriptionsOf = ({ id: contactId, groups }: Contact) =>
  [...groups].map(([group, on]) => ({
    ...{ type: 'ContactEmailSubscription', contactId, emailGroup: { type: 'EmailGroup', id: String(group) } },
    isSubscribed: String(on),
  }));

function globally(contact: Contact, on: boolean, options: EloquaOptions): void {
  contact.globally = on;
  if (on && options.globally === 'groups-follow')
    for (const group of options.groups ?? contact.groups.keys()) contact.groups.set(group, true);
}

export function exported({ unsubscribes }: Instance, { filter, fields }: words.Export): readonly object[] {
  const values: Readonly<Record<string, (activity: Unsubscribe) => string>> = {
    '{{Activity.Id}}': ({ id }) => id,
    '{{Activity.Type}}': () => 'Unsubscribe',
    '{{Activity.CreatedAt}}': ({ at }) => new Date(at).toISOString(),
    '{{Activity.Field(EmailAddress)}}': ({ email }) => email,
    '{{Activity.Contact.Id}}': ({ contact = '' }) => contact,
  };
  return unsubscribes
    .filter(({ at }) => filter.type === 'Unsubscribe' && at >= filter.from)
    .map((activity) =>
      Object.fromEntries(
        Object.entries(fields).map(([name, statement]) => [name, values[statement]?.(activity) ?? '']),
      ),
    );
}

export function permitted({ contacts }: Instance, { identifier, topic }: Question): boolean | undefined {
  const contact = contacts.get(identifier.toLowerCase());
  if (contact && !contact.globally) return false;
  return contact?.groups.get(Number(topic));
}

export const tellAll = ({ contacts }: Instance) =>
  [...contacts.values()].flatMap(({ email, groups, globally: on }) =>
    [...groups].map(([id, subscribed]) => ({
      ...{ identifier: email, topic: String(id), channel: 'email', permitted: subscribed && on },
    })),
  );
