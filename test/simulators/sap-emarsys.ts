import { randomUUID } from 'node:crypto';
import * as words from './sap-emarsys-words.ts';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/** What differs from account to account, and what Emarsys does not document. */
export interface EmarsysOptions {
  /** Custom fields the account has, by number; left out, any number of four digits or more is a field of text. */
  readonly fields?: Readonly<Record<string, 'choice' | 'text'>>;
  /** Whether a field that does not exist refuses its contact or the whole request. Unconfirmed. */
  readonly unknownField?: 'contact' | 'request';
  /** Whether a look-up that finds nobody lists it or has a reply code of its own. Unconfirmed. */
  readonly nobody?: 'listed' | 'code';
  /** Everybody who is written to turns out to be a contact who gets mail. For demonstrations. */
  readonly everyoneIsKnown?: boolean;
}

export interface Emarsys extends Simulator {
  /** An API user by OAuth, or one of the older kind. */
  readonly secret: () => Readonly<Record<'clientId' | 'clientSecret' | 'endpoint', string>>;
  readonly olderSecret: () => Readonly<Record<'user' | 'secret' | 'endpoint', string>>;
  /** Writes fields of a contact, who is made where there is none, as somebody does in the account itself. */
  readonly write: (email: string, fields: words.Contact) => void;
  /** What one field of a contact holds. */
  readonly field: (email: string, field: string) => string | undefined;
}

interface Account {
  readonly options: EmarsysOptions;
  readonly client: { readonly id: string; readonly secret: string };
  readonly users: ReadonlyMap<string, string>;
  readonly nonces: Set<string>;
  readonly contacts: Map<string, { readonly id: number; readonly fields: Map<string, string> }>;
  token: string | undefined;
}

/** An Emarsys account: contacts with fields, and nothing else that holds a choice. */
export function simulateSapEmarsys(options: EmarsysOptions = {}): Emarsys {
  const user = { user: 'acme001', secret: randomUUID() };
  const account: Account = {
    ...{ options, client: { id: randomUUID(), secret: randomUUID() } },
    ...{ users: new Map([[user.user, user.secret]]), nonces: new Set(), contacts: new Map() },
    token: undefined,
  };
  const simulator = simulate({
    answer: (asked) => answer(account, asked),
    unauthorized: words.UNAUTHORIZED,
    fetchesToken: isToken,
    permitted: (question) => permitted(account, question),
    facts: () => facts(account),
  });
  const { id: clientId, secret: clientSecret } = account.client;
  return Object.assign(simulator, {
    secret: () => ({ clientId, clientSecret, endpoint: simulator.url }),
    olderSecret: () => ({ ...user, endpoint: simulator.url }),
    write: (email: string, fields: words.Contact) => void keep(account, email, fields),
    field: (email: string, field: string) => account.contacts.get(email.toLowerCase())?.fields.get(field),
  });
}

const isToken = ({ path }: Asked): boolean => path === '/oauth2/token';

function answer(account: Account, asked: Asked): Answer {
  if (isToken(asked)) return grant(account, asked);
  const [, version = '', resource = ''] =
    /^\/api\/(v[23])\/(contact(?:\/getdata)?)\/?$/.exec(asked.path) ?? [];
  if (!(version === 'v2' ? isUser(account, asked) : isClient(account, asked))) return words.UNAUTHORIZED;
  const handle = ROUTES[`${asked.method} ${resource}`];
  return handle?.(account, asked) ?? words.said(404, 1, 'Not Found');
}

function grant(account: Account, { method, body, headers }: Asked): Answer {
  const { id, secret } = account.client;
  const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const form = new URLSearchParams(body);
  if (method !== 'POST' || headers['authorization'] !== basic)
    return { status: 401, body: { error: 'invalid_client' } };
  if (form.get('grant_type') !== 'client_credentials')
    return { status: 400, body: { error: 'unsupported_grant_type' } };
  account.token = randomUUID();
  return {
    status: 200,
    body: { access_token: account.token, expires_in: 3600, scope: '', token_type: 'bearer' },
  };
}

const isClient = ({ token }: Account, { headers }: Asked): boolean =>
  token !== undefined && headers['authorization'] === `Bearer ${token}`;

/** A nonce is good once. */
function isUser({ users, nonces }: Account, asked: Asked): boolean {
  const proved = words.wsse(asked, users);
  if (!proved || nonces.has(proved.nonce)) return false;
  nonces.add(proved.nonce);
  return true;
}

const ROUTES: Readonly<Record<string, (account: Account, asked: Asked) => Answer>> = {
  'PUT contact': (account, asked) => {
    const update = words.Update.safeParse(jsonOf(asked)).data;
    if (!update) return words.said(400, 1010, 'Invalid request payload.');
    if (update.contacts.length > words.MOST)
      return words.said(400, 1000, 'The request exceeded the maximum batch size of 1,000');
    if (update.key_id !== words.EMAIL) return words.said(400, 2004, `Invalid key field id: ${update.key_id}`);
    const stranger = update.contacts.flatMap((contact) => strangeField(account, contact) ?? [])[0];
    if (stranger && account.options.unknownField === 'request')
      return words.said(400, 2006, `Invalid field id: ${stranger}`);
    return updateAll(account, update.contacts, asked.query.get('create_if_not_exists') === '1');
  },
  'POST contact/getdata': (account, asked) => {
    const wanted = words.GetData.safeParse(jsonOf(asked)).data;
    if (!wanted) return words.said(400, 1001, 'One or more parameters are invalid or missing.');
    if (wanted.keyId !== words.EMAIL) return words.said(400, 2004, `Invalid key field id: ${wanted.keyId}`);
    const strange = wanted.fields.find((field) => !isField(account, field));
    return strange ? words.said(200, 2006, `Invalid field id: ${strange}`) : getData(account, wanted);
  },
};

function updateAll(account: Account, contacts: readonly words.Contact[], create: boolean): Answer {
  const ids: (string | number)[] = [];
  const errors: Record<string, Record<string, string>> = {};
  for (const contact of contacts) {
    const email = String(contact[words.EMAIL] ?? '');
    const fault = faultIn(account, contact, create);
    if (fault) errors[email || '<NO_KEY_ID>'] = { [fault.code]: fault.text };
    else {
      const isNew = !account.contacts.has(email.toLowerCase());
      const { id } = keep(account, email, contact);
      ids.push(isNew ? id : String(id));
    }
  }
  return words.ok({ ids, ...(Object.keys(errors).length > 0 && { errors }) });
}

const isField = ({ options: { fields } }: Account, field: string): boolean =>
  field === words.EMAIL || field === words.OPT_IN || (fields ? field in fields : /^\d{4,9}$/.test(field));

/** Properties of a contact that are not fields. */
const NOT_FIELDS = new Set(['source_id']);

const strangeField = (account: Account, contact: words.Contact): string | undefined =>
  Object.keys(contact).find((field) => !NOT_FIELDS.has(field) && !isField(account, field));

function faultIn(account: Account, contact: words.Contact, create: boolean): words.Fault | undefined {
  const email = String(contact[words.EMAIL] ?? '');
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email))
    return { code: 2005, text: `No value provided for key field: ${words.EMAIL}` };
  const known = account.contacts.has(email.toLowerCase()) || account.options.everyoneIsKnown;
  if (!known && !create) return words.nobody(email);
  const strange = strangeField(account, contact);
  if (strange) return { code: 2006, text: `Invalid field id: ${strange}` };
  const wrong = Object.entries(contact).find(([field, value]) => !fits(account, field, value));
  return wrong && { code: 2007, text: `Invalid value for ${wrong[0]} of ${email}` };
}

/** A choice is the number of one of two; the opt-in is 1, 2 or nothing, never a word. */
function fits({ options: { fields } }: Account, field: string, value: string | number | null): boolean {
  if (field === words.OPT_IN || fields?.[field] === 'choice')
    return ['1', '2', ''].includes(String(value ?? ''));
  return String(value ?? '').length <= 255;
}

/** Only fields that are sent change. */
function keep(account: Account, email: string, contact: words.Contact) {
  const kept = account.contacts.get(email.toLowerCase()) ?? {
    id: 100_000 + account.contacts.size,
    fields: new Map(account.options.everyoneIsKnown ? [[words.OPT_IN, '1']] : []),
  };
  for (const [field, value] of Object.entries(contact)) kept.fields.set(field, String(value ?? ''));
  account.contacts.set(email.toLowerCase(), kept);
  return kept;
}

function getData(
  account: Account,
  { keyValues, fields }: { readonly keyValues: readonly string[]; readonly fields: readonly string[] },
): Answer {
  const found = keyValues.flatMap((email) => {
    const contact = account.contacts.get(email.toLowerCase());
    const values = fields.map((field) => [field, contact?.fields.get(field) || null]);
    return contact ? [{ ...Object.fromEntries(values), id: String(contact.id), uid: `u${contact.id}` }] : [];
  });
  if (found.length === 0 && account.options.nobody === 'code')
    return words.said(200, 2008, 'No contact found');
  const errors = keyValues
    .filter((email) => !account.contacts.has(email.toLowerCase()))
    .map((email) => ({ key: email, errorCode: 2008, errorMsg: words.nobody(email).text }));
  return words.ok({ errors, result: found.length > 0 && found });
}

/**
 * Would the account's campaigns reach this contact? They filter by the topic's field; those by e-mail go to nobody
 * whose opt-in is not 1 (https://help.emarsys.com/hc/en-us/articles/360016211717-Recipient-source).
 */
function permitted({ contacts }: Account, { identifier, topic, channel }: Question): boolean | undefined {
  const fields = contacts.get(identifier.toLowerCase())?.fields;
  if (!fields) return undefined;
  const optIn = fields.get(words.OPT_IN) ?? '';
  const choice = fields.get(topic) ?? '';
  if (channel === 'email' && optIn === '2') return false;
  if (choice === '') return undefined;
  return choice === '1' && (channel !== 'email' || optIn === '1');
}

const facts = (account: Account) =>
  [...account.contacts].flatMap(([identifier, { fields }]) =>
    [...fields]
      .filter(([field, value]) => field.length > 3 && (value === '1' || value === '2'))
      .map(([topic]) => {
        const question = { identifier, topic, channel: 'email' };
        return { ...question, permitted: permitted(account, question) === true };
      }),
  );
