import { createHmac, randomUUID } from 'node:crypto';
import * as z from 'zod';
import * as words from './sfmc-words.ts';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';
import { childOf, childrenOf, type Element, treeOf } from './xml-tree.ts';

/*
 * One business unit of Marketing Cloud Engagement: tokens, subscribers and publication lists by SOAP, rows of a data
 * extension by REST, and event notifications; written by hand from its documentation and the community's client:
 * https://developer.salesforce.com/docs/marketing/marketing-cloud/ and https://github.com/DougMidgley/SFMC-SDK
 */

/** What differs from account to account. */
export interface SfmcOptions {
  /** Left out, every list there might be. */
  readonly lists?: readonly number[];
  readonly dataExtension?: string;
  readonly accountId?: string;
}

export interface Sfmc extends Simulator {
  /** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => {
    readonly clientId: string;
    readonly clientSecret: string;
    readonly signatureKeys: readonly string[];
    readonly endpoint: string;
  };
  readonly enter: (person: Person) => void;
  readonly subscribe: (key: string, list: number, status: words.ListStatus) => void;
  readonly status: (key: string) => string | undefined;
  /** The next `times` requests by SOAP meet a token that has run out, and say so in a fault. */
  readonly expireTokens: (times: number) => void;
  readonly rows: () => readonly z.output<typeof Row>[];
  /** Sends a signed batch of events; gives the status of the reply. */
  readonly notify: (url: string, events: readonly object[], spoilt?: 'signature' | 'body') => Promise<number>;
  /** Registers a callback: its code is posted to the address, without a signature. */
  readonly register: (url: string) => Promise<number>;
  readonly isVerified: () => boolean;
}

export interface Person {
  readonly key: string;
  readonly email: string;
}

interface Subscriber extends Person {
  status: words.Status;
  readonly lists: Map<number, words.ListStatus>;
}

interface Unit {
  readonly options: SfmcOptions;
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  readonly subscribers: Subscriber[];
  readonly rows: Map<string, z.output<typeof Row>>;
  readonly code: { readonly callbackId: string; readonly verificationKey: string };
  token: string | undefined;
  expiries: number;
  verified: boolean;
}

export function simulateSfmc(options: SfmcOptions = {}): Sfmc {
  const signatureKey = randomUUID();
  const unit: Unit = {
    ...{ options, client: { clientId: randomUUID(), clientSecret: randomUUID() }, subscribers: [] },
    ...{ rows: new Map(), code: { callbackId: randomUUID(), verificationKey: randomUUID() } },
    ...{ token: undefined, expiries: 0, verified: false },
  };
  const simulator = simulate({
    answer: (asked) => answer(unit, asked),
    unauthorized: words.UNAUTHORIZED,
    fetchesToken: ({ path }) => path === '/v2/token',
    permitted: (question) => permitted(unit, question),
    facts: () => facts(unit),
  });
  return Object.assign(simulator, {
    secret: () => ({ ...unit.client, signatureKeys: [signatureKey], endpoint: simulator.url }),
    enter: (person: Person) => void add(unit, person),
    subscribe: (key: string, list: number, status: words.ListStatus) =>
      void find(unit, key)?.lists.set(list, status),
    status: (key: string) => find(unit, key)?.status,
    expireTokens: (times: number) => {
      unit.expiries = times;
    },
    rows: () => [...unit.rows.values()],
    notify: (url: string, events: readonly object[], spoilt?: 'signature' | 'body') => {
      const body = JSON.stringify(events);
      const key = spoilt === 'signature' ? `${signatureKey}!` : signatureKey;
      const signature = createHmac('sha256', key).update(body).digest('base64');
      return post(url, spoilt === 'body' ? `${body} ` : body, { 'x-sfmc-ens-signature': signature });
    },
    register: (url: string) => post(url, JSON.stringify(unit.code), {}),
    isVerified: () => unit.verified,
  });
}

async function post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const type = { 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers: { ...type, ...headers }, body })).status;
}

const find = ({ subscribers }: Unit, key: string): Subscriber | undefined =>
  subscribers.find((one) => one.key.toLowerCase() === key.toLowerCase());

function add({ subscribers }: Unit, person: Person): Subscriber {
  const made: Subscriber = { ...person, status: 'Active', lists: new Map() };
  subscribers.push(made);
  return made;
}

function answer(unit: Unit, asked: Asked): Answer {
  if (asked.method !== 'POST') return words.problem(404, 0, 'Not Found');
  if (asked.path === '/v2/token') return grant(unit, asked);
  if (asked.path === '/Service.asmx') return soap(unit, asked);
  const bearer = unit.token !== undefined && asked.headers['authorization'] === `Bearer ${unit.token}`;
  if (!bearer) return words.UNAUTHORIZED;
  if (asked.path === '/platform/v1/ens-verify') return verify(unit, asked);
  if (asked.path === '/contacts/v1/contacts/actions/delete') return remove(unit, asked);
  return rowset(unit, asked);
}

const Deletion = z.strictObject({
  values: z.array(z.string().min(1)).min(1),
  DeleteOperationType: z.literal('ContactAndAttributes'),
});

/** From every list and channel: nothing is sent to them from now on. Who is not there is no error. */
function remove(unit: Unit, asked: Asked): Answer {
  const { data } = Deletion.safeParse(jsonOf(asked));
  if (!data || asked.query.get('type') !== 'keys') return words.problem(400, 10001, 'Invalid request.');
  for (const key of data.values) {
    const known = find(unit, key);
    if (known) unit.subscribers.splice(unit.subscribers.indexOf(known), 1);
  }
  return { status: 200, body: { operationInitiated: true, operationID: 2038, hasErrors: false } };
}

function grant(unit: Unit, asked: Asked): Answer {
  const { clientId: client_id, clientSecret: client_secret } = unit.client;
  const { accountId: account_id } = unit.options;
  const expected = {
    grant_type: 'client_credentials',
    client_id,
    client_secret,
    ...(account_id && { account_id }),
  };
  const given = z.record(z.string(), z.string()).safeParse(jsonOf(asked)).data ?? {};
  const known = Object.entries(expected).every(([name, value]) => given[name] === value);
  if (!known) return { status: 401, body: { error: 'invalid_client', error_description: 'Invalid client.' } };
  unit.token = `ey&<${randomUUID()}`;
  return { status: 200, body: { access_token: unit.token, token_type: 'Bearer', expires_in: 1079 } };
}

const ACTIONS: Readonly<Record<string, readonly [string, (unit: Unit, request: Element) => Answer]>> = {
  Create: ['CreateRequest', create],
  Retrieve: ['RetrieveRequestMsg', retrieve],
};

function soap(unit: Unit, { headers, body }: Asked): Answer {
  const envelope = treeOf(body);
  if (!headers['content-type']?.startsWith('text/xml') || envelope?.name !== 'Envelope')
    return words.fault('soap:Client', 'The request could not be read.');
  if (unit.expiries > 0) {
    unit.expiries -= 1;
    return words.fault('soap:Security', 'Token Expired');
  }
  if (unit.token === undefined || childOf(envelope, 'Header', 'fueloauth')?.text !== unit.token)
    return words.fault('soap:Security', 'Login Failed');
  const [name = '', handle] = ACTIONS[headers['soapaction'] ?? ''] ?? [];
  const request = childOf(envelope, 'Body', name);
  return request && handle ? handle(unit, request) : words.fault('soap:Client', 'The action is not known.');
}

function create(unit: Unit, request: Element): Answer {
  const option = childOf(request, 'Options', 'SaveOptions', 'SaveOption', 'SaveAction')?.text;
  const results = childrenOf(request, 'Objects').map((object) => save(unit, object, option === 'UpdateAdd'));
  return words.created(results);
}

/** Enters or updates one subscriber; what is not named stays as it is. */
function save(unit: Unit, object: Element, updates: boolean): words.Result {
  const read = words.subscriberIn(object);
  if ('wrong' in read) return { code: 2, message: read.wrong };
  const { key, email, status, lists } = read;
  const known = find(unit, key);
  if (known && !updates) return { code: 12002, message: `The subscriber ${key} exists.` };
  const fault = faultIn(unit, read, known);
  if (fault) return fault;
  const subscriber = known ?? add(unit, { key, email: email ?? '' });
  if (status) subscriber.status = status;
  for (const one of lists) subscriber.lists.set(one.id, one.status);
  return undefined;
}

function faultIn(
  { options }: Unit,
  { key, email, lists }: words.Saving,
  known: Subscriber | undefined,
): words.Result {
  if (!known && email === undefined)
    return { code: 12001, message: `Subscriber ${key} needs an EmailAddress.` };
  if (email !== undefined && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email))
    return { code: 12003, message: `${email} is not a valid email address.` };
  const missing = lists.find(({ id }) => options.lists && !options.lists.includes(id));
  return missing && { code: 13005, message: `List ${missing.id} not found for ${key}.` };
}

function retrieve(unit: Unit, request: Element): Answer {
  const inner = childOf(request, 'RetrieveRequest');
  const object = childOf(inner, 'ObjectType')?.text;
  const wanted = words.filterIn(childOf(inner, 'Filter'));
  if (!wanted) return words.retrieved('Error: the filter cannot be read', []);
  const found = unit.subscribers.filter((one) =>
    wanted.some(
      ({ property, value }) => words.propertyOf(one, property)?.toLowerCase() === value.toLowerCase(),
    ),
  );
  if (object === 'Subscriber') return words.retrieved('OK', found.map(words.subscriberText));
  if (object !== 'ListSubscriber') return words.retrieved('Error: unknown object', []);
  const lists = found.flatMap(({ key, lists }) =>
    [...lists].map(([id, status]) => words.listText(key, id, status)),
  );
  return words.retrieved('OK', lists);
}

const Row = z.strictObject({
  keys: z.record(z.string(), z.string().min(1)),
  values: z.record(z.string(), z.string()),
});

/** One row that cannot be kept keeps all others out. */
function rowset(unit: Unit, asked: Asked): Answer {
  const [, key] = /^\/hub\/v1\/dataevents\/key:([^/]+)\/rowset$/.exec(asked.path) ?? [];
  if (key === undefined) return words.problem(404, 0, 'Not Found');
  const rows = z.array(Row).min(1).safeParse(jsonOf(asked)).data;
  if (!rows || key !== unit.options.dataExtension)
    return words.problem(400, 10001, 'Unable to find the data extension or read its rows.');
  for (const row of rows) unit.rows.set(JSON.stringify(row.keys), row);
  return { status: 200, body: rows };
}

function verify(unit: Unit, asked: Asked): Answer {
  const right = JSON.stringify(jsonOf(asked)) === JSON.stringify(unit.code);
  if (!right) return words.problem(400, 1, 'The verification key is not valid.');
  unit.verified = true;
  return { status: 200, body: {} };
}

function permitted({ subscribers }: Unit, { identifier, topic }: Question): boolean | undefined {
  const answers = subscribers
    .filter(({ key, email }) => [key, email].some((one) => one.toLowerCase() === identifier.toLowerCase()))
    .map(({ status, lists }) => {
      const on = lists.get(Number(topic));
      return status === 'Unsubscribed' ? false : on && on === 'Active';
    });
  return answers.includes(true) || (answers.includes(false) ? false : undefined);
}

const facts = ({ subscribers }: Unit) =>
  subscribers.flatMap(({ key: identifier, status, lists }) =>
    [...lists].map(([id, on]) => ({
      ...{ identifier, topic: String(id), channel: 'email' },
      permitted: on === 'Active' && status === 'Active',
    })),
  );
