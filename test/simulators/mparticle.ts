import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/*
 * mParticle's Events API and user profiles, written by hand from its documentation (2023-10; no licence, so nothing of
 * it is kept here, and its JSON schema is wrong about consent):
 * https://docs.mparticle.com/developers/server/json-reference/
 */

export interface MparticleOptions {
  /** GDPR purposes that were created; left out, any name is one. */
  readonly purposes?: readonly string[];
  /** What becomes of a batch with a purpose that was not created. Unconfirmed. */
  readonly otherPurposes?: 'refused' | 'passed over';
  /** What becomes of a consent with an older time than the one there is. Unconfirmed. */
  readonly olderConsents?: 'replace' | 'stay';
}

export interface Mparticle extends Simulator {
  /** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => { readonly key: string; readonly secret: string; readonly endpoint: string };
  /** Gives a user an attribute, or a consent for a purpose, long ago. */
  readonly had: (customerId: string, what: 'attribute' | 'purpose', name: string) => void;
  readonly profile: (customerId: string) => {
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly consents: Readonly<Record<string, Consent>>;
  };
  /** How many batches had an event, which other systems are told by. */
  readonly forwarded: (customerId: string) => number;
}

const Consent = z.strictObject({
  consented: z.boolean(),
  timestamp_unixtime_ms: z.int().positive(),
  document: z.string().nullish(),
  location: z.string().nullish(),
  hardware_id: z.string().nullish(),
});
type Consent = z.output<typeof Consent>;

const EVENT_TYPES = [
  ...(['navigation', 'location', 'search', 'transaction', 'user_content', 'user_preference'] as const),
  ...(['social', 'other', 'media', 'attribution'] as const),
];

const Attribute = z.union([z.string().max(4096), z.array(z.string().max(512)).max(1000)]);
const Event = z.strictObject({
  event_type: z.literal('custom_event'),
  data: z.looseObject({
    event_name: z.string().min(1),
    custom_event_type: z.enum(EVENT_TYPES),
    custom_attributes: z.record(z.string(), z.string()).optional(),
    timestamp_unixtime_ms: z.int().optional(),
    source_message_id: z.string().optional(),
  }),
});
const Batch = z.strictObject({
  environment: z.enum(['production', 'development']),
  user_identities: z.object({ customer_id: z.string().min(1) }),
  user_attributes: z
    .record(z.string().max(256), Attribute)
    .refine((attributes) => Object.keys(attributes).length <= 100)
    .optional(),
  consent_state: z
    .strictObject({
      gdpr: z.record(z.string(), Consent).optional(),
      ccpa: z.strictObject({ data_sale_opt_out: Consent }).optional(),
    })
    .optional(),
  source_request_id: z.string().optional(),
  events: z.array(Event).optional(),
});
type Batch = z.output<typeof Batch>;

interface Profile {
  readonly attributes: Map<string, unknown>;
  /** By purpose; the sale of data under its own name. */
  readonly consents: Map<string, Consent>;
  forwarded: number;
}

interface Workspace {
  readonly options: MparticleOptions;
  readonly key: string;
  readonly secret: string;
  readonly profiles: Map<string, Profile>;
  readonly seen: Set<string>;
}

export function simulateMparticle(options: MparticleOptions = {}): Mparticle {
  const workspace: Workspace = {
    ...{ options, key: `us1-${randomUUID()}`, secret: randomUUID(), profiles: new Map(), seen: new Set() },
  };
  const simulator = simulate({
    answer: (asked) => answer(workspace, asked),
    unauthorized: FORBIDDEN,
    permitted: (question) => permitted(workspace, question),
    facts: () => facts(workspace),
  });
  return Object.assign(simulator, {
    secret: () => ({ key: workspace.key, secret: workspace.secret, endpoint: simulator.url }),
    had: (customerId: string, what: 'attribute' | 'purpose', name: string) => {
      const { attributes, consents } = profileOf(workspace, customerId);
      if (what === 'attribute') attributes.set(name, 'opted_in');
      else consents.set(name, { consented: name !== DATA_SALE, timestamp_unixtime_ms: 1 });
    },
    profile: (customerId: string) => {
      const { attributes, consents } = profileOf(workspace, customerId);
      return { attributes: Object.fromEntries(attributes), consents: Object.fromEntries(consents) };
    },
    forwarded: (customerId: string) => profileOf(workspace, customerId).forwarded,
  });
}

const refused = (status: number, code: string, message: string): Answer => ({
  status,
  body: { errors: [{ code, message }] },
});
const FORBIDDEN = refused(403, 'FORBIDDEN', 'The API key or secret is not valid.');
const MOST_BYTES = 128 * 1024;

function answer(workspace: Workspace, asked: Asked): Answer {
  const { key, secret } = workspace;
  const { authorization } = asked.headers;
  if (authorization === undefined)
    return refused(401, 'UNAUTHORIZED', 'The authentication header is missing.');
  if (authorization !== `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`) return FORBIDDEN;
  if (asked.method !== 'POST' || asked.path !== '/v2/events') return refused(404, 'NOT_FOUND', asked.path);
  const batch = Batch.safeParse(jsonOf(asked)).data;
  if (!batch || Buffer.byteLength(asked.body) > MOST_BYTES)
    return refused(400, 'BAD_REQUEST', `The batch is not valid: ${asked.body.slice(0, 80)}`);
  return take(workspace, batch);
}

/** A request id that was seen is answered like any other. */
function take(workspace: Workspace, batch: Batch): Answer {
  const { source_request_id: id } = batch;
  if (id !== undefined && workspace.seen.has(id)) return { status: 202 };
  if (id !== undefined) workspace.seen.add(id);
  const { purposes, otherPurposes = 'refused' } = workspace.options;
  const named = Object.entries(batch.consent_state?.gdpr ?? {});
  const known = named.filter(([purpose]) => purposes?.includes(purpose) ?? true);
  if (known.length < named.length && otherPurposes === 'refused')
    return refused(400, 'BAD_REQUEST', `No such purpose for ${batch.user_identities.customer_id}`);
  update(profileOf(workspace, batch.user_identities.customer_id), batch, {
    ...{ gdpr: known, olderStay: workspace.options.olderConsents === 'stay' },
  });
  return { status: 202 };
}

interface Consents {
  readonly gdpr: readonly (readonly [string, Consent])[];
  readonly olderStay: boolean;
}

/** What is not named stays. */
function update(profile: Profile, batch: Batch, { gdpr, olderStay }: Consents): void {
  for (const [name, value] of Object.entries(batch.user_attributes ?? {}))
    profile.attributes.set(name, value);
  const sale = batch.consent_state?.ccpa?.data_sale_opt_out;
  for (const [purpose, consent] of [...gdpr, ...(sale ? [[DATA_SALE, sale] as const] : [])]) {
    const { timestamp_unixtime_ms: before = 0 } = profile.consents.get(purpose) ?? {};
    if (!olderStay || consent.timestamp_unixtime_ms >= before) profile.consents.set(purpose, consent);
  }
  if (batch.events?.length) profile.forwarded += 1;
}

const DATA_SALE = 'data_sale_opt_out';

function profileOf({ profiles }: Workspace, customerId: string): Profile {
  const profile = profiles.get(customerId) ?? { attributes: new Map(), consents: new Map(), forwarded: 0 };
  profiles.set(customerId, profile);
  return profile;
}

/** By a consent of the name of the topic, or by an attribute; who opted out of the sale of data is not to be sold. */
function permitted({ profiles }: Workspace, { identifier, topic, channel }: Question): boolean | undefined {
  const profile = profiles.get(identifier);
  const consent = profile?.consents.get(topic);
  if (consent) return topic === DATA_SALE ? !consent.consented : consent.consented;
  const value = profile?.attributes.get(`comm_pref_${channel}_${topic}`);
  return value === undefined ? undefined : value === 'opted_in';
}

const facts = ({ profiles }: Workspace) =>
  [...profiles].flatMap(([identifier, { attributes, consents }]) => [
    ...[...consents].map(([topic, { consented }]) => ({
      ...{ identifier, topic, channel: 'consent', permitted: consented !== (topic === DATA_SALE) },
    })),
    ...[...attributes].flatMap(([name, value]) => {
      const [, channel = '', topic = ''] = /^comm_pref_([a-z]+)_(.+)$/.exec(name) ?? [];
      const spoken = value === 'opted_in' || value === 'opted_out';
      return spoken ? [{ identifier, topic, channel, permitted: value === 'opted_in' }] : [];
    }),
  ]);
