import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/*
 * Amplitude's HTTP V2 API and its user properties, written by hand from its documentation (2024-03):
 * https://amplitude.com/docs/apis/analytics/http-v2
 */

export interface Amplitude extends Simulator {
  /** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => { readonly apiKey: string; readonly endpoint: string };
  /** Sets a property, as the app would have long ago. */
  readonly had: (userId: string, property: string, value: string) => void;
  readonly properties: (userId: string) => Readonly<Record<string, unknown>>;
  /** Names of a user's events that were kept, in order. */
  readonly events: (userId: string) => readonly string[];
  /** Whether the user has ever done anything: properties alone make nobody new. */
  readonly isUser: (userId: string) => boolean;
  /** Events about this user are too many, the next `times`. */
  readonly throttle: (userId: string, times: number) => void;
}

interface User {
  readonly properties: Map<string, unknown>;
  readonly events: string[];
  /** Ids of events: of a device, which is made of the user's id where there is none. */
  readonly seen: Set<string>;
}

interface Project {
  readonly apiKey: string;
  readonly users: Map<string, User>;
  readonly throttled: Map<string, number>;
}

export function simulateAmplitude(): Amplitude {
  const project: Project = {
    apiKey: randomUUID().replaceAll('-', ''),
    users: new Map(),
    throttled: new Map(),
  };
  const simulator = simulate({
    answer: (asked) => answer(project, asked),
    unauthorized: INVALID_KEY,
    permitted: (question) => permitted(project, question),
    facts: () => facts(project),
  });
  return Object.assign(simulator, {
    secret: () => ({ apiKey: project.apiKey, endpoint: simulator.url }),
    had: (userId: string, property: string, value: string) =>
      void userOf(project, userId).properties.set(property, value),
    properties: (userId: string) => Object.fromEntries(userOf(project, userId).properties),
    events: (userId: string) => userOf(project, userId).events,
    isUser: (userId: string) => userOf(project, userId).events.length > 0,
    throttle: (userId: string, times: number) => void project.throttled.set(userId, times),
  });
}

const refused = (status: number, error: string, more: object = {}): Answer => ({
  status,
  body: { code: status, error, ...more },
});
const INVALID_KEY = refused(400, 'Invalid API key');

const MOST_BYTES = 1024 * 1024;
const MOST_EVENTS = 2000;

const Text = z.string().max(1024);
const Property = z.union([Text, z.number(), z.boolean(), z.array(Text)]);
const Properties = z.record(z.string().max(1024), Property);
const Event = z.object({
  user_id: Text.optional(),
  device_id: Text.optional(),
  event_type: Text.min(1).refine((name) => !name.startsWith('[Amplitude]')),
  /** Milliseconds; any other form is refused. */
  time: z.int().min(1e12).optional(),
  insert_id: Text.optional(),
  event_properties: Properties.optional(),
  user_properties: z.union([z.strictObject({ $set: Properties }), Properties]).optional(),
});
type Event = z.output<typeof Event>;

/** Ids that no user has: those of programs that did not know any better. */
const NOBODY = new Set(
  ['anonymous', 'nil', 'none', 'null', 'n/a', 'na', 'undefined', 'unknown', '', '{}', '0', '-1'].concat(
    '00000000-0000-0000-0000-000000000000',
    'lmy47d',
  ),
);

const Request = z.object({
  api_key: z.string(),
  events: z.array(z.unknown()).min(1),
  options: z.object({ min_id_length: z.int().positive().optional() }).optional(),
});

function answer(project: Project, asked: Asked): Answer {
  if (asked.method !== 'POST' || asked.path !== '/2/httpapi') return refused(404, 'Invalid request path');
  if (Buffer.byteLength(asked.body) > MOST_BYTES) return refused(413, 'Payload too large');
  const body = jsonOf(asked);
  if (body === undefined) return refused(400, 'Invalid JSON request body');
  if (Object(body).api_key === undefined)
    return refused(400, 'Request missing required field', { missing_field: 'api_key' });
  const request = Request.safeParse(body).data;
  if (!request) return refused(400, 'Request missing required field', { missing_field: 'events' });
  if (request.api_key !== project.apiKey) return INVALID_KEY;
  if (request.events.length > MOST_EVENTS) return refused(413, 'Payload too large');
  return takeAll(project, request.events, request.options?.min_id_length ?? 5);
}

/** One wrong event, and none is taken: the reply lists which. */
function takeAll(project: Project, all: readonly unknown[], shortest: number): Answer {
  const events = all.map((one) => Event.safeParse(one).data);
  const wrong = events.flatMap((event, n) => (event && hasIds(event, shortest) ? [] : [n]));
  if (wrong.length > 0)
    return refused(400, 'Invalid field values on some events', {
      events_with_invalid_fields: { user_id: wrong },
    });
  const known = events.filter((event) => event !== undefined);
  const throttled = known.flatMap(({ user_id: id = '' }, n) => (isThrottled(project, id) ? [n] : []));
  if (throttled.length > 0) return tooMany(throttled);
  for (const event of known) take(project, event);
  return {
    status: 200,
    body: { code: 200, events_ingested: known.length, payload_size_bytes: 1, server_upload_time: Date.now() },
  };
}

const tooMany = (throttled_events: readonly number[]): Answer =>
  refused(429, 'Too many requests for some devices and users', {
    ...{ eps_threshold: 30, throttled_users: {}, throttled_devices: {}, throttled_events },
  });

const hasIds = ({ user_id: id, device_id: device }: Event, shortest: number): boolean =>
  [id, device].some((one) => one !== undefined && one.length >= shortest && !NOBODY.has(one));

function isThrottled({ throttled }: Project, userId: string): boolean {
  const left = throttled.get(userId) ?? 0;
  throttled.set(userId, left - 1);
  return left > 0;
}

function take(project: Project, event: Event): void {
  const user = userOf(project, event.user_id ?? '');
  const { insert_id: id, user_properties: properties = {} } = event;
  if (id !== undefined && user.seen.has(id)) return;
  if (id !== undefined) user.seen.add(id);
  const set: unknown = '$set' in properties ? properties.$set : properties;
  for (const [name, value] of Object.entries(Object(set))) user.properties.set(name, value);
  if (event.event_type !== '$identify') user.events.push(event.event_type);
}

function userOf({ users }: Project, userId: string): User {
  const user = users.get(userId) ?? { properties: new Map(), events: [], seen: new Set() };
  users.set(userId, user);
  return user;
}

/** A cohort of those whose property says `opted_in`. */
function permitted({ users }: Project, { identifier, topic, channel }: Question): boolean | undefined {
  const value = users.get(identifier)?.properties.get(`comm_pref_${channel}_${topic}`);
  return value === undefined ? undefined : value === 'opted_in';
}

const facts = ({ users }: Project) =>
  [...users].flatMap(([identifier, { properties }]) =>
    [...properties].flatMap(([name, value]) => {
      const [, channel = '', topic = ''] = /^comm_pref_([a-z]+)_(.+)$/.exec(name) ?? [];
      const spoken = value === 'opted_in' || value === 'opted_out';
      return spoken ? [{ identifier, topic, channel, permitted: value === 'opted_in' }] : [];
    }),
  );
