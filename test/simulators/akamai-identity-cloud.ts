import { createSign, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Answer, type Asked, type Question, type Simulator, simulate } from './simulator.ts';

/*
 * Entities of Akamai Identity Cloud and its webhooks, written by hand from its documentation (https://identitydocs.akamai.com,
 * read 2026-11) and from its own client for Python (https://github.com/janrain/janrain-python-api).
 */

/** What differs from application to application, and what Akamai does not document. */
export interface IdentityCloudOptions {
  /** Consents of the schema; left out, every name is one. */
  readonly consents?: readonly string[];
  /** Status of an answer whose `stat` is `error`. Unconfirmed. */
  readonly errors?: 200 | 400;
  /** Whoever is updated turns out to be there. For demonstrations. */
  readonly everyoneIsKnown?: boolean;
}

export interface IdentityCloud extends Simulator {
  readonly secret: () => Readonly<Record<'clientId' | 'clientSecret' | 'endpoint', string>>;
  readonly register: (uuid: string, email: string) => void;
  /** The person says something at a site that logs in with it; ms. */
  readonly consent: (uuid: string, name: string, granted: boolean, at: number) => void;
  /** A part of a consent, as the record has it. */
  readonly held: (uuid: string, name: string) => Readonly<Record<string, unknown>> | undefined;
  /** Sends a signed event that names the person; gives the status it was answered with. */
  readonly notify: (event: {
    readonly url: string;
    readonly uuid: string;
    readonly spoilt?: 'signature' | 'body' | 'age' | undefined;
  }) => Promise<number>;
}

export const ISSUER = 'https://v1.api.us.janrain.com/acme/webhooks';
/** https://techdocs.akamai.com/identity-cloud/docs/webhooks-v3-json-web-keys-1 */
export const KEYS = 'https://v1.api.us.janrain.com/acme/login/jwk';
/** The API client that the sites of the company use. */
const SITE = 'site-client';

interface Person {
  readonly email: string;
  readonly consents: Map<string, Record<string, unknown>>;
}

interface Application {
  readonly options: IdentityCloudOptions;
  readonly client: { readonly id: string; readonly secret: string };
  readonly people: Map<string, Person>;
}

export function simulateAkamaiIdentityCloud(options: IdentityCloudOptions = {}): IdentityCloud {
  const client = { id: randomUUID().slice(0, 8), secret: randomUUID() };
  const application: Application = { options, client, people: new Map() };
  const { people } = application;
  const simulator = simulate({
    answer: (asked) => answer(application, asked),
    unauthorized: refused(options, 402, 'invalid_client_credentials'),
    fetchesToken: ({ path }) => path === new URL(KEYS).pathname,
    permitted: (question) => permitted(application, question),
    facts: () => facts(application),
  });
  return Object.assign(simulator, {
    secret: () => ({ clientId: client.id, clientSecret: client.secret, endpoint: simulator.url }),
    register: (uuid: string, email: string) => void people.set(uuid, { email, consents: new Map() }),
    consent: (uuid: string, name: string, granted: boolean, at: number) => {
      const updated = `${new Date(at).toISOString().slice(0, 23).replace('T', ' ')} +0000`;
      people.get(uuid)?.consents.set(name, { granted, updated, clientId: SITE, type: 'explicit' });
    },
    held: (uuid: string, name: string) => people.get(uuid)?.consents.get(name),
    notify,
  });
}

const refused = ({ errors = 200 }: IdentityCloudOptions, code: number, error: string): Answer => ({
  status: errors,
  body: { stat: 'error', code, error, error_description: `${error} (ada@example.com)`, request_id: 'r7' },
});

function answer(application: Application, asked: Asked): Answer {
  const { options, client } = application;
  if (asked.path === new URL(KEYS).pathname) return { status: 200, body: publishedKeys() };
  const basic = Buffer.from(`${client.id}:${client.secret}`).toString('base64');
  if (asked.headers['authorization'] !== `Basic ${basic}`)
    return refused(options, 402, 'invalid_client_credentials');
  if (asked.headers['content-type'] !== 'application/x-www-form-urlencoded')
    return refused(options, 100, 'missing_argument');
  const form = new URLSearchParams(asked.body);
  if (form.get('type_name') !== 'user') return refused(options, 221, 'unknown_entity_type');
  const uuid = whoIn(application, form);
  if (typeof uuid !== 'string') return refused(options, uuid.code, uuid.error);
  if (asked.path === '/entity.update') return update(application, uuid, form.get('value') ?? '');
  return asked.path === '/entity' ? read(application, uuid) : refused(options, 500, 'unexpected_error');
}

interface Fault {
  readonly code: number;
  readonly error: string;
}

const NOBODY: Fault = { code: 310, error: 'record_not_found' };

/** Named by id, or by a unique attribute whose value is written as JSON. */
function whoIn(application: Application, form: URLSearchParams): string | Fault {
  const uuid = form.get('uuid');
  if (uuid !== null && form.has('key_attribute')) return { code: 201, error: 'duplicate_argument' };
  if (uuid !== null) return found(application, uuid, uuid);
  const [, email] = /^"([^"]+)"$/.exec(form.get('key_value') ?? '') ?? [];
  if (form.get('key_attribute') !== 'email' || email === undefined)
    return { code: 200, error: 'invalid_argument' };
  const known = [...application.people].find(
    ([, person]) => person.email.toLowerCase() === email.toLowerCase(),
  );
  return found(application, known?.[0] ?? email, email);
}

function found({ people, options }: Application, uuid: string, email: string): string | Fault {
  if (options.everyoneIsKnown && !people.has(uuid)) people.set(uuid, { email, consents: new Map() });
  return people.has(uuid) ? uuid : NOBODY;
}

const Value = z.strictObject({
  consents: z.record(
    z.string(),
    z.strictObject({
      granted: z.boolean(),
      context: z.string().max(1000).optional(),
      type: z.string().optional(),
      clientId: z.string().optional(),
      updated: z
        .string()
        .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)? \+0000$/)
        .optional(),
    }),
  ),
});

/** All of it or none; what is not named stays. */
function update({ people, options }: Application, uuid: string, text: string): Answer {
  const value = Value.safeParse(jsonIn(text)).data;
  if (!value) return refused(options, 222, 'invalid_argument');
  const strange = Object.keys(value.consents).find((name) => !(options.consents?.includes(name) ?? true));
  if (strange !== undefined) return refused(options, 223, 'unknown_attribute');
  const consents = people.get(uuid)?.consents;
  for (const [name, consent] of Object.entries(value.consents))
    consents?.set(name, { ...consents.get(name), ...consent });
  return { status: 200, body: { stat: 'ok' } };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function read({ people }: Application, uuid: string): Answer {
  const person = people.get(uuid);
  const consents = Object.fromEntries(person?.consents ?? []);
  const unspoken = { granted: false, updated: null, clientId: null, context: null, type: null };
  const result = { uuid, email: person?.email, consents: { ...consents, neverAsked: unspoken } };
  return { status: 200, body: { stat: 'ok', result } };
}

/** Would a site that looks at the record contact this person? */
function permitted({ people }: Application, { identifier, topic }: Question): boolean | undefined {
  const granted = people.get(identifier)?.consents.get(topic)?.['granted'];
  return typeof granted === 'boolean' ? granted : undefined;
}

const facts = ({ people }: Application) =>
  [...people].flatMap(([identifier, { consents }]) =>
    [...consents].map(([topic, { granted }]) => ({
      ...{ identifier, topic, channel: '', permitted: granted === true },
    })),
  );

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

/** Made once: every webhook of these tests signs with the same key, and nobody else's is known. */
const pairs = new Map<string, Pair>();
function pairOf(name: 'webhook' | 'stranger'): Pair {
  const pair = pairs.get(name) ?? generateKeyPairSync('rsa', { modulusLength: 2048 });
  pairs.set(name, pair);
  return pair;
}

const KEY_ID = '6d1c9d0e-6a7f';

const publishedKeys = (): object => ({
  keys: [{ alg: 'RS256', kid: KEY_ID, use: 'sig', ...pairOf('webhook').publicKey.export({ format: 'jwk' }) }],
});

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A security event token: the whole body, with nothing of what the person said. */
const notify: IdentityCloud['notify'] = async ({ url, uuid, spoilt }) => {
  const iat = Math.floor(Date.now() / 1000) - (spoilt === 'age' ? 2 * 86_400 : 0);
  const head = part({ alg: 'RS256', typ: 'secevent+jwt', kid: KEY_ID, jku: 'https://evil.example/keys' });
  const event = { captureApplicationId: 'app', captureClientId: SITE, entityType: 'user' };
  const claimsFor = (sub: string): string =>
    part({
      ...{ iss: ISSUER, iat, toe: iat - 1, jti: randomUUID(), aud: ['https://heed.example'] },
      events: {
        entityUpdated: { ...event, id: 7, sub, globalSub: `capture-v1://${sub}`, attributes: ['/consents'] },
      },
    });
  const claims = claimsFor(uuid);
  const { privateKey } = pairOf(spoilt === 'signature' ? 'stranger' : 'webhook');
  const signature = createSign('RSA-SHA256').update(`${head}.${claims}`).sign(privateKey, 'base64url');
  const body = `${head}.${spoilt === 'body' ? claimsFor('somebody-else') : claims}.${signature}`;
  const headers = { 'content-type': 'application/secevent+jwt' };
  return (await fetch(url, { method: 'POST', headers, body })).status;
};
