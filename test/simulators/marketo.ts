import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { callWebhook, type MarketoNotice } from './marketo-webhook.ts';
import { judgeBy } from './schema.ts';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/*
 * People of Marketo's REST API. Bodies of writes are judged by Marketo's own schema (schemas/marketo.json); rules and
 * codes are those of its guide (https://github.com/AdobeDocs/marketo-developer.en, help/rest-api, read 2026-11).
 */

/** What differs from account to account, and what Marketo does not document. */
export interface MarketoOptions {
  /** Custom fields; left out, every name is one. */
  readonly fields?: readonly string[];
  /** Whether the API lifts an unsubscribe. Unconfirmed. */
  readonly unsubscribe?: 'lifted' | 'durable';
  /** Addresses that were unsubscribed once, by people who are not there any longer. */
  readonly left?: readonly string[];
  /** How many people one page of a look-up holds; left out, 300. */
  readonly page?: number;
  /** Whoever is looked up turns out to be there. For demonstrations. */
  readonly everyoneIsKnown?: boolean;
}

export interface Marketo extends Simulator {
  readonly secret: () => Readonly<Record<'clientId' | 'clientSecret' | 'endpoint', string>> & {
    readonly webhookKeys: readonly string[];
  };
  /** Changes a field at Marketo itself and calls the webhook of a smart campaign; gives the status of the reply. */
  readonly notify: (notice: MarketoNotice) => Promise<number>;
  /** Somebody who is there, with some fields; the same address again is another person. */
  readonly add: (email: string, fields?: Readonly<Record<string, unknown>>) => number;
  readonly people: (email: string) => readonly Readonly<Record<string, unknown>>[];
}

type Person = Map<string, unknown>;

interface Account {
  readonly options: MarketoOptions;
  readonly client: { readonly id: string; readonly secret: string };
  readonly people: Map<number, Person>;
  /** Addresses that are unsubscribed, whoever has them, and even where nobody does any longer. */
  readonly out: Set<string>;
  token: string | undefined;
}

const judge = judgeBy('marketo', ['Lead']);

export function simulateMarketo(options: MarketoOptions = {}): Marketo {
  const account: Account = {
    ...{ options, client: { id: randomUUID(), secret: randomUUID() }, people: new Map() },
    out: new Set((options.left ?? []).map((email) => email.toLowerCase())),
    token: undefined,
  };
  const simulator = simulate({
    answer: (asked) => answer(account, asked),
    unauthorized: refused('601', 'Access token invalid'),
    fetchesToken: ({ path }) => path === '/identity/oauth/token',
    permitted: (question) => permitted(account, question),
    facts: () => facts(account),
  });
  const { id: clientId, secret: clientSecret } = account.client;
  const webhookKeys = [randomUUID()];
  return Object.assign(simulator, {
    secret: () => ({ clientId, clientSecret, webhookKeys, endpoint: simulator.url }),
    notify: (notice: MarketoNotice) => callWebhook(change(account, notice), notice, webhookKeys[0] ?? ''),
    add: (email: string, fields: Readonly<Record<string, unknown>> = {}) =>
      add(account, { email, ...fields }),
    people: (email: string) => having(account, email).map(([, person]) => Object.fromEntries(person)),
  });
}

const said = (body: object): Answer => ({
  status: 200,
  body: { requestId: randomUUID().slice(0, 12), ...body },
});
const refused = (code: string, message: string): Answer =>
  said({ success: false, errors: [{ code, message }] });

function answer(account: Account, asked: Asked): Answer {
  if (asked.path === '/identity/oauth/token') return grant(account, asked);
  const given = /^Bearer (.+)$/.exec(asked.headers['authorization'] ?? '')?.[1];
  if (given === undefined || given !== account.token)
    return given === undefined
      ? refused('600', 'Empty access token')
      : refused('601', 'Access token invalid');
  return asked.path === '/rest/v1/leads.json'
    ? leads(account, asked)
    : refused('610', 'Requested resource not found');
}

function leads(account: Account, asked: Asked): Answer {
  const asGet = asked.method === 'POST' && asked.query.get('_method') === 'GET';
  if (asGet || asked.method === 'GET')
    return look(account, asGet ? new URLSearchParams(asked.body) : asked.query);
  return asked.method === 'POST' ? sync(account, asked) : refused('605', 'HTTP Method not supported');
}

/** Credentials stand in the query, as in the guide, or in a form, as Segment's own destination for Marketo sends them. */
function grant(account: Account, { method, query, body }: Asked): Answer {
  const { id, secret } = account.client;
  const given = method === 'POST' && body !== '' ? new URLSearchParams(body) : query;
  if (given.get('grant_type') !== 'client_credentials')
    return { status: 400, body: { error: 'unsupported_grant_type' } };
  if (given.get('client_id') !== id || given.get('client_secret') !== secret)
    return { status: 401, body: { error: 'invalid_client', error_description: 'Bad client credentials' } };
  account.token ??= randomUUID();
  return {
    status: 200,
    body: { access_token: account.token, token_type: 'bearer', expires_in: 1200, scope: 'api@acme.example' },
  };
}

function look(account: Account, parameters: URLSearchParams): Answer {
  const sought = parameters.get('filterValues') ?? '';
  const type = parameters.get('filterType');
  if ((type !== 'email' && type !== 'id') || sought === '')
    return refused('1003', 'filterType is not valid or filterValues is empty');
  if (account.options.everyoneIsKnown && type === 'email' && having(account, sought).length === 0)
    add(account, { email: sought });
  const names = (parameters.get('fields') ?? 'id,email').split(',');
  const found = type === 'id' ? byId(account, Number(sought)) : having(account, sought);
  const result = found.map(([id, person]) =>
    Object.fromEntries(names.map((name) => [name, name === 'id' ? id : (person.get(name) ?? null)])),
  );
  return paged(result, account.options.page ?? MOST, Number(parameters.get('nextPageToken') ?? '0'));
}

/** A page, and the token of the next, if there is one. */
function paged(all: readonly object[], size: number, from: number): Answer {
  const more = from + size < all.length;
  return said({
    ...{ success: true, result: all.slice(from, from + size), moreResult: more },
    ...(more && { nextPageToken: String(from + size) }),
  });
}

const Sync = z.object({
  action: z.string().default('createOrUpdate'),
  lookupField: z.string().default('email'),
  input: z.array(z.record(z.string(), z.unknown())),
});

const MOST = 300;

function sync(account: Account, asked: Asked): Answer {
  const body = jsonOf(asked);
  const fault = judge('SyncLeadRequest', body);
  if (fault) return refused('609', `Invalid JSON: ${fault.pointer} ${fault.wrong}`);
  const { action, lookupField, input } = Sync.parse(body);
  if (input.length > MOST) return refused('1003', `Too many leads: at most ${MOST}`);
  const result = input.map((lead) => write(account, { action, lookupField, lead }));
  return said({ success: true, result });
}

interface Write {
  readonly action: string;
  readonly lookupField: string;
  readonly lead: Readonly<Record<string, unknown>>;
}

const skipped = (code: string, message: string): object => ({
  status: 'skipped',
  reasons: [{ code, message }],
});

/** One record: it is written whole or skipped with a reason, whatever becomes of the others. */
function write(account: Account, { action, lookupField, lead }: Write): object {
  const key = lead[lookupField];
  if (key === undefined) return skipped('1003', `Field ${lookupField} is required`);
  if ('id' in lead && action !== 'updateOnly') return skipped('1003', `Field id is not allowed in ${action}`);
  const { fields } = account.options;
  const strange = Object.keys(lead).find((name) => !STANDARD.has(name) && fields && !fields.includes(name));
  if (strange !== undefined) return skipped('1006', `Field '${strange}' not found`);
  const wrong = Object.entries(lead).find(
    ([name, value]) => (name.startsWith('pref_') || name === 'unsubscribed') && !isPlain(name, value),
  );
  if (wrong) return skipped('1001', `Invalid value '${String(wrong[1])}'. Required of type 'boolean'`);
  const found = lookupField === 'id' ? byId(account, key) : having(account, String(key));
  if (found.length > 1) return skipped('1007', `Multiple leads match lookup criteria ${String(key)}`);
  return store(account, { action, lookupField, lead }, found[0]);
}

function store(
  account: Account,
  { action, lead }: Write,
  found: readonly [number, Person] | undefined,
): object {
  if (!found && action === 'updateOnly') return skipped('1004', 'Lead not found');
  if (found && action === 'createOnly') return skipped('1005', 'Lead already exists');
  if (!found) return { id: add(account, lead), status: 'created' };
  const [id, person] = found;
  for (const [name, value] of Object.entries(lead)) set(account, person, [name, value]);
  return { id, status: 'updated' };
}

/**
 * An unsubscribe is kept by address: it meets everybody who has it, and so does what lifts it
 * (https://docs.marketo.com/display/public/DOCS/Durable+Unsubscribe). The reason stays where it was written.
 */
function set(account: Account, person: Person, [name, value]: readonly [string, unknown]): void {
  if (name === 'id') return;
  if (name !== 'unsubscribed') return void person.set(name, value);
  const address = String(person.get('email')).toLowerCase();
  if (value !== true && account.options.unsubscribe === 'durable' && account.out.has(address)) return;
  if (value === true) account.out.add(address);
  else account.out.delete(address);
  for (const [, other] of having(account, address)) other.set(name, value);
}

const STANDARD = new Set(['id', 'email', 'unsubscribed', 'unsubscribedReason']);

/** Fields of the tests: a choice is true or false, what stands beside it (`…At`, `…Source`) is text. */
const isPlain = (name: string, value: unknown): boolean =>
  /_(time|source|notice|legalBasis)$/.test(name) ? typeof value === 'string' : typeof value === 'boolean';

const byId = ({ people }: Account, id: unknown): readonly (readonly [number, Person])[] =>
  [...people].filter(([known]) => known === id);

const having = ({ people }: Account, email: string): readonly (readonly [number, Person])[] =>
  [...people].filter(([, person]) => String(person.get('email')).toLowerCase() === email.toLowerCase());

/** Somebody new with an address that was unsubscribed is so, too: an unsubscribe is kept by address. */
function add(account: Account, fields: Readonly<Record<string, unknown>>): number {
  const { people, out } = account;
  const id = 318_000 + people.size;
  const person = new Map(Object.entries(fields));
  people.set(id, person);
  if (fields['unsubscribed'] === true || out.has(String(fields['email']).toLowerCase()))
    set(account, person, ['unsubscribed', true]);
  return id;
}

/** Somebody changes a field of theirs; a smart campaign sees it. */
function change(account: Account, { email, field, value, changedAt }: MarketoNotice): number {
  const [[id, person] = [0, new Map()]] = having(account, email);
  set(account, person, [field, value]);
  person.set('updatedAt', new Date(changedAt).toISOString());
  return id;
}

/** Would a campaign that filters by the topic's field reach somebody with this address? All of them count. */
function permitted(account: Account, { identifier, topic, channel }: Question): boolean | undefined {
  const answers = having(account, identifier).map(([, person]) => {
    if (channel === 'email' && person.get('unsubscribed') === true) return false;
    return person.get(topic);
  });
  if (answers.every((one) => one === undefined)) return undefined;
  return answers.some((one) => one === true);
}

const facts = (account: Account) =>
  [...account.people.values()].flatMap((person) =>
    [...person]
      .filter(([, value]) => typeof value === 'boolean')
      .map(([topic, value]) => ({
        ...{ identifier: String(person.get('email')), topic, channel: '', permitted: value === true },
      })),
  );
