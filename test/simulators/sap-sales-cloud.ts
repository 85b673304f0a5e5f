import { randomUUID } from 'node:crypto';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/*
 * Contacts and individual customers of SAP Cloud for Customer by OData 2, written by hand from SAP's guide for developers
 * (SAP-archive/C4CODATAAPIDEVGUIDE) and its knowledge base (read 2026-11): an asterisk in a filter stands for any text,
 * and a write needs the token that a read gave, with the cookies of that read, unless an integration user sends it.
 */

/** What differs from tenant to tenant, and what SAP does not document. */
export interface SapSalesCloudOptions {
  readonly service?: string;
  /** Extension fields; left out, every name is one. Those in `codes` take these codes alone. */
  readonly fields?: readonly string[];
  readonly codes?: Readonly<Record<string, readonly string[]>>;
  /** Writes of an integration user need no token, and get none. */
  readonly integrationUser?: boolean;
  /** Whoever is looked up turns out to be there. For demonstrations. */
  readonly everyoneIsKnown?: boolean;
}

export interface SapSalesCloud extends Simulator {
  readonly secret: () => Readonly<Record<'user' | 'password' | 'endpoint', string>>;
  readonly add: (email: string, fields?: Readonly<Record<string, string>>, collection?: string) => void;
  readonly people: (email: string) => readonly Readonly<Record<string, string>>[];
}

interface Tenant {
  readonly options: SapSalesCloudOptions;
  readonly password: string;
  readonly people: Map<string, Entity>;
  /** Tokens by session. */
  readonly sessions: Map<string, string>;
}

interface Entity {
  readonly collection: string;
  readonly fields: Map<string, string>;
}

const USER = '_HEED';
const CONTACTS = 'ContactCollection';

export function simulateSapSalesCloud(options: SapSalesCloudOptions = {}): SapSalesCloud {
  const tenant: Tenant = { options, password: randomUUID(), people: new Map(), sessions: new Map() };
  const simulator = simulate({
    answer: (asked) => answer(tenant, asked),
    unauthorized: UNAUTHORIZED,
    permitted: (question) => permitted(tenant, question),
    facts: () => facts(tenant),
  });
  return Object.assign(simulator, {
    secret: () => ({ user: USER, password: tenant.password, endpoint: simulator.url }),
    add: (email: string, fields: Readonly<Record<string, string>> = {}, collection = CONTACTS) =>
      add(tenant, collection, { Email: email, ...fields }),
    people: (email: string) => having(tenant, email).map(([, { fields }]) => Object.fromEntries(fields)),
  });
}

const said = (status: number, code: string, value: string): Answer => ({
  status,
  body: { error: { code, message: { lang: 'en', value } } },
});

const UNAUTHORIZED: Answer = { status: 401, body: '<html><body>Logon failed</body></html>' };
const CSRF: Answer = {
  status: 403,
  headers: { 'x-csrf-token': 'Required' },
  body: 'CSRF token validation failed',
};

function answer(tenant: Tenant, asked: Asked): Answer {
  const { options, password } = tenant;
  const basic = Buffer.from(`${USER}:${password}`).toString('base64');
  if (asked.headers['authorization'] !== `Basic ${basic}`) return UNAUTHORIZED;
  const service = options.service ?? '/sap/c4c/odata/v1/c4codataapi';
  const [, collection, id] =
    /^\/(ContactCollection|IndividualCustomerCollection)(?:\('([^']*)'\))?$/.exec(
      asked.path.startsWith(service) ? asked.path.slice(service.length) : '',
    ) ?? [];
  if (collection === undefined) return said(404, '005056A509B11EE1B9A8FEC11C21578E', 'Resource not found');
  if (asked.method === 'GET' && id === undefined) return look(tenant, asked, collection);
  return asked.method === 'PATCH' && id !== undefined
    ? write(tenant, asked, `${collection} ${id}`)
    : said(405, 'METHOD_NOT_ALLOWED', 'Method not allowed');
}

function look(tenant: Tenant, { query, headers }: Asked, collection: string): Answer {
  const [, property, quoted = ''] = /^(\w+) eq '((?:[^']|'')*)'$/.exec(query.get('$filter') ?? '') ?? [];
  if (property !== 'Email') return said(400, 'INVALID_FILTER', `Invalid filter ${query.get('$filter')}`);
  const email = quoted.replaceAll("''", "'");
  const { everyoneIsKnown, integrationUser } = tenant.options;
  if (everyoneIsKnown && having(tenant, email).length === 0) add(tenant, collection, { Email: email });
  const wanted = (query.get('$select') ?? '').split(',');
  const results = having(tenant, email)
    .filter(([, entity]) => entity.collection === collection)
    .map(([key, { fields }]) => {
      const [, id = ''] = key.split(' ');
      return Object.fromEntries(
        wanted.map((name) => [name, name === 'ObjectID' ? id : (fields.get(name) ?? '')]),
      );
    });
  const fetches = headers['x-csrf-token']?.toLowerCase() === 'fetch' && !integrationUser;
  return { status: 200, headers: fetches ? open(tenant) : {}, body: { d: { results } } };
}

/** A session and its token; the first cookie ends at a date, which holds a comma. */
function open({ sessions }: Tenant): Readonly<Record<string, string>> {
  const [session, token] = [randomUUID(), randomUUID()];
  sessions.set(session, token);
  const cookies = [
    'sap-usercontext=sap-client=041; path=/; expires=Thu, 01 Jan 2099 00:00:00 GMT',
    `SAP_SESSIONID_XYZ_041=${session}; path=/; secure; HttpOnly`,
  ];
  return { 'x-csrf-token': token, 'set-cookie': cookies.join(', ') };
}

function write(tenant: Tenant, asked: Asked, key: string): Answer {
  if (!tenant.options.integrationUser && !hasToken(tenant, asked)) return CSRF;
  const person = tenant.people.get(key);
  if (!person) return said(404, 'NOT_FOUND', `No person ${key}`);
  const body = jsonOf(asked);
  if (typeof body !== 'object' || body === null) return said(400, 'INVALID_BODY', 'Malformed JSON');
  const fault = Object.entries(body).flatMap(([name, value]) => faultIn(tenant, name, value))[0];
  if (fault) return fault;
  for (const [name, value] of Object.entries(body)) person.fields.set(name, String(value));
  return { status: 204 };
}

function hasToken({ sessions }: Tenant, { headers }: Asked): boolean {
  const { cookie = '' } = headers;
  const session = /(?:^|; )SAP_SESSIONID_XYZ_041=([^;]+)/.exec(cookie)?.[1] ?? '';
  const token = sessions.get(session);
  return (
    token !== undefined &&
    headers['x-csrf-token'] === token &&
    cookie.includes('sap-usercontext=sap-client=041')
  );
}

function faultIn({ options: { fields, codes } }: Tenant, name: string, value: unknown): readonly Answer[] {
  if (fields && name !== 'ContactPermissionCode' && !fields.includes(name))
    return [said(400, 'PROPERTY_NOT_FOUND', `Property ${name} not found`)];
  const allowed = codes?.[name];
  return allowed && !allowed.includes(String(value))
    ? [said(400, 'INVALID_CODE', `Code ${String(value)} of ${name} does not exist`)]
    : [];
}

/** Whom a filter finds, whatever the case. */
function having({ people }: Tenant, email: string): readonly (readonly [string, Entity])[] {
  const like = new RegExp(
    `^${email
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    'i',
  );
  return [...people].filter(([, { fields }]) => like.test(fields.get('Email') ?? ''));
}

function add({ people }: Tenant, collection: string, fields: Readonly<Record<string, string>>): void {
  people.set(`${collection} 00163E0${people.size}`, { collection, fields: new Map(Object.entries(fields)) });
}

/** Would staff who look at the topic's field, and at the permission for everything, contact this person? */
function permitted(tenant: Tenant, { identifier, topic }: Question): boolean | undefined {
  const answers = having(tenant, identifier).map(([, { fields }]) => {
    const code = fields.get('ContactPermissionCode') ?? '';
    if (code !== '' && code !== '1') return false;
    const choice = fields.get(topic);
    return choice === undefined ? undefined : choice === '101';
  });
  if (answers.every((one) => one === undefined)) return undefined;
  return answers.some((one) => one === true);
}

const facts = ({ people }: Tenant) =>
  [...people.values()].flatMap(({ fields }) =>
    [...fields]
      .filter(([, value]) => value === '101' || value === '102')
      .map(([topic, value]) => ({
        ...{ identifier: fields.get('Email') ?? '', topic, channel: '', permitted: value === '101' },
      })),
  );
