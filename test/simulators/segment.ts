import { createHmac, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/*
 * Segment's HTTP tracking API, profiles and webhook destination, written by hand from its documentation (2025-11):
 * https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
 */

/** What is not documented. */
export interface SegmentOptions {
  /** Of two values of a trait, which one a profile keeps. */
  readonly keeps?: 'last to arrive' | 'newest by timestamp';
  readonly consentCategories?: readonly string[];
}

export interface Segment extends Simulator {
  /** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => {
    readonly writeKey: string;
    readonly webhookSecrets: readonly string[];
    readonly endpoint: string;
  };
  /** Sets a trait, as another source of the workspace would have long ago. */
  readonly had: (userId: string, trait: string, value: string) => void;
  readonly traits: (userId: string) => Readonly<Record<string, unknown>>;
  /** Names of the events of a user that were not dropped, in order. */
  readonly events: (userId: string) => readonly string[];
  /** Consent as the profile holds it. */
  readonly consent: (userId: string) => Readonly<Record<string, boolean>>;
  /** Forwards an event to a webhook, signed; gives the status of the reply. */
  readonly forward: (notice: SegmentNotice) => Promise<number>;
}

export interface SegmentNotice {
  readonly url: string;
  readonly event: object;
  /** Another event in the same call: the signature covers the first. */
  readonly batched?: object;
  readonly spoilt?: 'signature' | 'body' | 'age' | undefined;
}

interface Profile {
  readonly traits: Map<string, { readonly value: unknown; readonly at: number }>;
  readonly events: string[];
  consent: Readonly<Record<string, boolean>>;
}

interface Workspace {
  readonly options: SegmentOptions;
  readonly writeKey: string;
  readonly profiles: Map<string, Profile>;
  /** Ids of messages, shared by all sources there are. */
  readonly seen: Set<string>;
}

export function simulateSegment(options: SegmentOptions = {}): Segment {
  const workspace: Workspace = { options, writeKey: randomUUID(), profiles: new Map(), seen: new Set() };
  const sharedSecret = randomUUID();
  const traitsOf = (userId: string) =>
    Object.fromEntries([...profileOf(workspace, userId).traits].map(([name, { value }]) => [name, value]));
  const simulator = simulate({
    answer: (asked) => answer(workspace, asked),
    unauthorized: UNAUTHORIZED,
    permitted: (question) => permitted(workspace, question),
    facts: () => facts(workspace),
  });
  return Object.assign(simulator, {
    secret: () => ({
      ...{ writeKey: workspace.writeKey, webhookSecrets: [sharedSecret] },
      endpoint: simulator.url,
    }),
    had: (userId: string, trait: string, value: string) =>
      void profileOf(workspace, userId).traits.set(trait, { value, at: 0 }),
    traits: traitsOf,
    events: (userId: string) => profileOf(workspace, userId).events,
    consent: (userId: string) => profileOf(workspace, userId).consent,
    forward: (notice: SegmentNotice) => forward(notice, sharedSecret),
  });
}

const UNAUTHORIZED: Answer = { status: 401, body: { success: false, message: 'unauthorized' } };
const refused = (message: string): Answer => ({ status: 400, body: { success: false, message } });
const TAKEN: Answer = { status: 200, body: { success: true } };

const MOST_BYTES = 500 * 1024;
const MOST_EVENT_BYTES = 32 * 1024;
const MOST_EVENTS = 2500;

const Message = z.looseObject({
  type: z.enum(['identify', 'track', 'page', 'screen', 'group', 'alias']),
  userId: z.string().min(1).optional(),
  anonymousId: z.string().min(1).optional(),
  event: z.string().optional(),
  messageId: z.string().optional(),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  traits: z.record(z.string(), z.unknown()).optional(),
  context: z
    .looseObject({
      consent: z.object({ categoryPreferences: z.record(z.string(), z.boolean()).optional() }).optional(),
    })
    .optional(),
});
type Message = z.output<typeof Message>;

/** A batch is taken whole, whatever becomes of its messages. */
function answer(workspace: Workspace, asked: Asked): Answer {
  const expected = `Basic ${Buffer.from(`${workspace.writeKey}:`).toString('base64')}`;
  if (asked.headers['authorization'] !== expected) return UNAUTHORIZED;
  if (asked.method !== 'POST' || asked.path !== '/v1/batch') return { status: 404, body: 'not found' };
  if (!asked.headers['content-type']?.startsWith('application/json')) return refused('content type');
  const batch: unknown = Object(jsonOf(asked)).batch;
  if (!Array.isArray(batch)) return refused('malformed JSON');
  if (isTooLarge(asked.body, batch)) return refused('exceeds maximum size');
  if (batch.length <= MOST_EVENTS) take(workspace, batch);
  return TAKEN;
}

const isTooLarge = (body: string, batch: readonly unknown[]): boolean =>
  Buffer.byteLength(body) > MOST_BYTES ||
  batch.some((one) => Buffer.byteLength(JSON.stringify(one)) > MOST_EVENT_BYTES);

function take(workspace: Workspace, batch: readonly unknown[]): void {
  for (const one of batch) {
    const message = Message.safeParse(one).data;
    if (message && isAccepted(workspace, message)) apply(workspace, message);
  }
}

/** Without a user, without a name, with an id too long or seen before: dropped in silence. */
function isAccepted({ seen }: Workspace, { type, userId, event, messageId }: Message): boolean {
  if (userId === undefined || (type === 'track' && !event)) return false;
  if (messageId === undefined) return true;
  if (messageId.length >= 100 || seen.has(messageId)) return false;
  seen.add(messageId);
  return true;
}

function apply(workspace: Workspace, { type, userId = '', event = '', ...message }: Message): void {
  const profile = profileOf(workspace, userId);
  const at = message.timestamp === undefined ? Date.now() : Date.parse(message.timestamp);
  if (type === 'track') profile.events.push(event);
  for (const [name, value] of Object.entries(message.traits ?? {})) {
    const old = profile.traits.get(name);
    const stays = workspace.options.keeps === 'newest by timestamp' && old !== undefined && old.at > at;
    if (!stays) profile.traits.set(name, { value, at });
  }
  const preferences = message.context?.consent?.categoryPreferences;
  if (preferences) profile.consent = completed(workspace, preferences);
}

/** A category that is not named is false. */
const completed = ({ options }: Workspace, named: Readonly<Record<string, boolean>>) => ({
  ...Object.fromEntries((options.consentCategories ?? []).map((category) => [category, false])),
  ...named,
});

function profileOf({ profiles }: Workspace, userId: string): Profile {
  const profile = profiles.get(userId) ?? { traits: new Map(), events: [], consent: {} };
  profiles.set(userId, profile);
  return profile;
}

const trait = (channel: string, topic: string): string => `comm_pref_${channel}_${topic}`;

/** An audience of those whose trait says `opted_in`. */
function permitted({ profiles }: Workspace, { identifier, topic, channel }: Question): boolean | undefined {
  const value = profiles.get(identifier)?.traits.get(trait(channel, topic))?.value;
  return value === undefined ? undefined : value === 'opted_in';
}

const STATES = new Set<unknown>(['opted_in', 'opted_out']);

const facts = ({ profiles }: Workspace) =>
  [...profiles].flatMap(([identifier, { traits }]) =>
    [...traits].flatMap(([name, { value }]) => {
      const [, channel = '', topic = ''] = /^comm_pref_([a-z]+)_(.+)$/.exec(name) ?? [];
      return STATES.has(value) ? [{ identifier, topic, channel, permitted: value === 'opted_in' }] : [];
    }),
  );

async function forward(
  { url, event, batched, spoilt }: SegmentNotice,
  sharedSecret: string,
): Promise<number> {
  const first = JSON.stringify(event);
  const key = spoilt === 'signature' ? randomUUID() : sharedSecret;
  const signature = createHmac('sha1', key).update(first).digest('hex');
  const body = batched ? JSON.stringify([event, batched]) : first;
  const headers = { 'content-type': 'application/json', 'x-signature': signature };
  const sent = spoilt === 'body' ? body.replace('"userId":"', '"userId":"x') : body;
  return (await fetch(url, { method: 'POST', headers, body: sent })).status;
}
