import { createHmac, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/*
 * The Track API (v2 batches) of one workspace and its reporting webhook, written by hand from Customer.io's references:
 * https://docs.customer.io/integrations/api/track/ and https://docs.customer.io/integrations/api/webhooks/
 */

/** What differs from workspace to workspace. */
export interface CustomerIoOptions {
  /** What the workspace identifies people by. */
  readonly identifiers?: readonly Identifier[];
}

type Identifier = 'id' | 'email' | 'phone';
type Identifiers = Readonly<Partial<Record<Identifier, string>>>;

export interface CustomerIo extends Simulator {
  /** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => {
    readonly siteId: string;
    readonly apiKey: string;
    readonly signingKeys: readonly string[];
    readonly endpoint: string;
  };
  readonly enter: (identifiers: Identifiers) => void;
  /** Somebody uses the subscription centre, at a time (seconds). */
  readonly choose: (identifiers: Identifiers, choice: Choice) => void;
  readonly attribute: (identifiers: Identifiers, name: string) => unknown;
  readonly knows: (identifiers: Identifiers) => boolean;
  readonly people: () => number;
  /** Sends a signed event; gives the status of the reply. */
  readonly notify: (url: string, event: object, spoilt?: 'signature' | 'body' | 'age') => Promise<number>;
}

export interface Choice {
  /** `topic_7`, or `unsubscribed`. */
  readonly what: string;
  readonly value: boolean;
  readonly at: number;
}

interface Kept {
  readonly value: unknown;
  /** Seconds. */
  readonly at: number;
}

/** A profile. Attributes are kept by path, each with the time it was last updated. */
interface Profile {
  readonly identifiers: Identifiers;
  readonly attributes: Map<string, Kept>;
}

interface Workspace {
  readonly enabled: readonly Identifier[];
  readonly profiles: Profile[];
}

const Operation = z.strictObject({
  type: z.literal('person'),
  action: z.literal('identify'),
  identifiers: z.record(z.string(), z.string().min(1)).refine((given) => Object.keys(given).length === 1),
  timestamp: z.int().positive().optional(),
  attributes: z.record(z.string(), z.unknown()),
});
type Operation = z.output<typeof Operation>;
const Batch = z.strictObject({ batch: z.array(z.unknown()).min(1) });

const UNAUTHORIZED: Answer = { status: 401, body: { meta: { error: 'unauthorized' } } };
const refused = (reason: string, field: string, message: string) => ({ reason, field, message });

export function simulateCustomerIo(options: CustomerIoOptions = {}): CustomerIo {
  const keys = { siteId: randomUUID(), apiKey: randomUUID() };
  const signingKey = randomUUID();
  const workspace: Workspace = { enabled: options.identifiers ?? ['id', 'email', 'phone'], profiles: [] };
  const basic = `Basic ${Buffer.from(`${keys.siteId}:${keys.apiKey}`).toString('base64')}`;
  const simulator = simulate({
    answer: (asked) => (asked.headers['authorization'] === basic ? answer(workspace, asked) : UNAUTHORIZED),
    unauthorized: UNAUTHORIZED,
    permitted: (question) => permitted(workspace, question),
    facts: () => facts(workspace),
  });
  return Object.assign(simulator, {
    secret: () => ({ ...keys, signingKeys: [signingKey], endpoint: simulator.url }),
    enter: (identifiers: Identifiers) => void workspace.profiles.push({ identifiers, attributes: new Map() }),
    choose: (identifiers: Identifiers, { what, value, at }: Choice) => {
      const name = what === 'unsubscribed' ? what : `cio_subscription_preferences.topics.${what}`;
      const known = find(workspace, identifiers);
      const profile = known ?? { identifiers, attributes: new Map<string, Kept>() };
      if (!known) workspace.profiles.push(profile);
      update(profile, name, { value, at });
    },
    attribute: (identifiers: Identifiers, name: string) =>
      find(workspace, identifiers)?.attributes.get(name)?.value,
    knows: (identifiers: Identifiers) => find(workspace, identifiers) !== undefined,
    people: () => workspace.profiles.length,
    notify: (url: string, event: object, spoilt?: 'signature' | 'body' | 'age') =>
      notify(url, { event, signingKey, spoilt }),
  });
}

/** A person, and all that is known of them. Who is not there is no error. */
function remove(workspace: Workspace, value: string): Answer {
  const known = value.includes('@') ? { email: value } : { id: value };
  const profile = find(workspace, known);
  if (profile) workspace.profiles.splice(workspace.profiles.indexOf(profile), 1);
  return { status: 200, body: {} };
}

function answer(workspace: Workspace, { method, path, body, ...asked }: Asked): Answer {
  const [, deleted] = /^DELETE \/api\/v1\/customers\/([^/]+)$/.exec(`${method} ${path}`) ?? [];
  if (deleted !== undefined) return remove(workspace, decodeURIComponent(deleted));
  if (method !== 'POST' || path !== '/api/v2/batch') return { status: 404, body: { errors: [] } };
  if (Buffer.byteLength(body) > 500 * 1024) return { status: 413, body: { errors: [] } };
  const batch = Batch.safeParse(jsonOf({ method, path, body, ...asked })).data?.batch;
  if (!batch) return { status: 400, body: { errors: [refused('invalid', 'batch', 'must be an array')] } };
  const errors = batch.flatMap((given, batch_index) => {
    const error = take(workspace, given);
    return error ? [{ batch_index, ...error }] : [];
  });
  return errors.length > 0 ? { status: 207, body: { errors } } : { status: 200, body: {} };
}

/** Carries out one operation, or says what is wrong with it. Whom it may not create and does not know, it passes over. */
function take(workspace: Workspace, given: unknown): object | undefined {
  const { data: operation } = Operation.safeParse(given);
  if (!operation) return refused('required', 'type', 'an operation that cannot be read');
  if (JSON.stringify(operation).length > 32 * 1024) return refused('invalid', 'batch', 'too large');
  const identifiers = identifiersIn(workspace, operation);
  if (!identifiers)
    return refused('invalid', 'identifiers', `not enabled: ${JSON.stringify(operation.identifiers)}`);
  const { _update, ...attributes } = operation.attributes;
  const profile =
    find(workspace, identifiers) ?? (_update === true ? undefined : made(workspace, identifiers));
  const at = operation.timestamp ?? Math.floor(Date.now() / 1000);
  if (profile) for (const [name, value] of Object.entries(attributes)) write(profile, name, { value, at });
  return undefined;
}

function identifiersIn({ enabled }: Workspace, { identifiers }: Operation): Identifiers | undefined {
  const [name] = enabled.filter((one) => one in identifiers);
  return name && { [name]: identifiers[name] };
}

function made({ profiles }: Workspace, identifiers: Identifiers): Profile {
  const profile: Profile = { identifiers, attributes: new Map() };
  profiles.push(profile);
  return profile;
}

const PREFERENCES = 'cio_subscription_preferences';

/** The whole object replaces every topic; a path replaces one: the trap that the reference names. */
function write(profile: Profile, name: string, kept: Kept): void {
  if (name !== PREFERENCES) {
    update(profile, name, kept);
    return;
  }
  for (const key of profile.attributes.keys())
    if (key.startsWith(PREFERENCES)) profile.attributes.delete(key);
  const { data } = z.object({ topics: z.record(z.string(), z.boolean()) }).safeParse(kept.value);
  for (const [topic, value] of Object.entries(data?.topics ?? {}))
    update(profile, `${PREFERENCES}.topics.${topic}`, { value, at: kept.at });
}

/** What is older than what is kept does not count. */
function update({ attributes }: Profile, name: string, kept: Kept): void {
  const before = attributes.get(name);
  if (!before || kept.at >= before.at) attributes.set(name, kept);
}

const same = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && a.toLowerCase() === b?.toLowerCase();

const find = ({ profiles }: Workspace, { id, email, phone }: Identifiers): Profile | undefined =>
  profiles.find(
    ({ identifiers: known }) => same(id, known.id) || same(email, known.email) || same(phone, known.phone),
  );

function permitted(workspace: Workspace, { identifier, topic }: Question): boolean | undefined {
  const profile = find(workspace, { id: identifier, email: identifier, phone: identifier });
  if (profile?.attributes.get('unsubscribed')?.value === true) return false;
  const value = profile?.attributes.get(`${PREFERENCES}.topics.${topic}`)?.value;
  return typeof value === 'boolean' ? value : undefined;
}

const facts = (workspace: Workspace) =>
  workspace.profiles.flatMap(({ identifiers: { id, email, phone }, attributes }) =>
    [...attributes.keys()]
      .filter((name) => name.startsWith(PREFERENCES))
      .map((name) => {
        const topic = name.slice(`${PREFERENCES}.topics.`.length);
        const question = { identifier: id ?? email ?? phone ?? '', topic, channel: 'all' };
        return { ...question, permitted: permitted(workspace, question) ?? false };
      }),
  );

const DAY = 86_400;

async function notify(
  url: string,
  given: {
    readonly event: object;
    readonly signingKey: string;
    readonly spoilt: 'signature' | 'body' | 'age' | undefined;
  },
): Promise<number> {
  const { event, signingKey, spoilt } = given;
  const body = JSON.stringify({ event_id: randomUUID(), object_type: 'customer', ...event });
  const sentAt = Math.floor(Date.now() / 1000) - (spoilt === 'age' ? 30 * DAY : 0);
  const key = spoilt === 'signature' ? `${signingKey}!` : signingKey;
  const headers = {
    'content-type': 'application/json',
    'x-cio-timestamp': String(sentAt),
    'x-cio-signature': createHmac('sha256', key).update(`v0:${sentAt}:${body}`).digest('hex'),
  };
  const sent = spoilt === 'body' ? `${body} ` : body;
  return (await fetch(url, { method: 'POST', headers, body: sent })).status;
}
