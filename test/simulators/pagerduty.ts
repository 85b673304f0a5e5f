import { createHmac, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';

/*
 * The Events API v2 and v3 webhooks, written by hand from PagerDuty's developer documentation
 * (github.com/PagerDuty/developer-docs, docs/events-API-v2 and docs/webhooks).
 */

const Payload = z.strictObject({
  summary: z.string().min(1).max(1024),
  source: z.string().min(1),
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  timestamp: z.iso.datetime().optional(),
  component: z.string().optional(),
  group: z.string().optional(),
  class: z.string().optional(),
  custom_details: z.record(z.string(), z.unknown()).optional(),
});

const Key = { routing_key: z.string().length(32), dedup_key: z.string().min(1).max(255) };
const Event = z.discriminatedUnion('event_action', [
  z.strictObject({
    ...Key,
    event_action: z.literal('trigger'),
    payload: Payload,
    client: z.string().optional(),
    client_url: z.url().optional(),
    links: z.array(z.strictObject({ href: z.url(), text: z.string().optional() })).optional(),
    images: z.array(z.unknown()).optional(),
  }),
  z.strictObject({ ...Key, event_action: z.enum(['acknowledge', 'resolve']) }),
]);
type Event = z.output<typeof Event>;

const MOST_BYTES = 512 * 1024;

/** An incident, as whoever is on call sees it. */
export interface Incident {
  readonly id: string;
  readonly key: string;
  readonly status: 'triggered' | 'resolved';
  readonly title: string;
  readonly severity: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** How many events were added to it. */
  readonly events: number;
}

export interface PagerDuty extends Simulator {
  /** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => {
    readonly routingKey: string;
    readonly webhookSecrets: readonly string[];
    readonly endpoint: string;
  };
  /** Every incident so far, the oldest first. */
  readonly incidents: () => readonly Incident[];
  /** Somebody resolves the open incident of a key; gives the status that the webhook was answered with. */
  readonly resolve: (resolving: Resolving) => Promise<number>;
}

export interface Resolving {
  readonly url: string;
  readonly key: string;
  /** `integration`: an event resolved it, and no person. */
  readonly by?: 'person' | 'integration';
  readonly event?: string;
  readonly spoilt?: 'signature' | 'body';
}

export function simulatePagerduty(): PagerDuty {
  const routingKey = randomUUID().replaceAll('-', '');
  const secrets = [randomUUID(), randomUUID()];
  const incidents: Incident[] = [];
  const simulator = simulate({
    answer: (asked) => answer(asked, { routingKey, incidents }),
    unauthorized: invalid('The routing key is not known'),
    permitted: () => undefined,
    facts: () => [],
  });
  return Object.assign(simulator, {
    /** The newer of two secrets: while they rotate PagerDuty signs with both. */
    secret: () => ({ routingKey, webhookSecrets: secrets.slice(1), endpoint: simulator.url }),
    incidents: () => [...incidents],
    resolve: (resolving: Resolving) => resolve(resolving, { incidents, secrets }),
  });
}

const invalid = (...errors: readonly string[]): Answer => ({
  status: 400,
  body: { status: 'invalid event', message: 'Event object is invalid', errors },
});

interface Account {
  readonly routingKey: string;
  readonly incidents: Incident[];
}

function answer(asked: Asked, { routingKey, incidents }: Account): Answer {
  if (asked.path !== '/v2/enqueue') return { status: 404, body: { status: 'not found' } };
  if (asked.method !== 'POST') return { status: 405 };
  if (Buffer.byteLength(asked.body) > MOST_BYTES) return { status: 413, body: { status: 'too large' } };
  const event = Event.safeParse(jsonOf(asked));
  if (!event.success) return invalid(...event.error.issues.map(({ path, message }) => `${path}: ${message}`));
  if (event.data.routing_key !== routingKey) return invalid('The routing key is not known');
  apply(incidents, event.data);
  const { dedup_key } = event.data;
  return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key } };
}

const openOf = (incidents: readonly Incident[], key: string): number =>
  incidents.findIndex((incident) => incident.key === key && incident.status === 'triggered');

/** Events of one key go to its open incident; a trigger without one opens another, any other event is dropped. */
function apply(incidents: Incident[], event: Event): void {
  const at = openOf(incidents, event.dedup_key);
  const open = incidents[at];
  if (event.event_action !== 'trigger') {
    if (open && event.event_action === 'resolve') incidents[at] = { ...open, status: 'resolved' };
    return;
  }
  const { summary: title, severity, custom_details: details = {} } = event.payload;
  if (open) incidents[at] = { ...open, events: open.events + 1 };
  else
    incidents.push({
      ...{ id: `P${randomUUID().slice(0, 6).toUpperCase()}`, key: event.dedup_key, status: 'triggered' },
      ...{ title, severity, details, events: 1 },
    });
}

interface Service {
  readonly incidents: Incident[];
  readonly secrets: readonly string[];
}

async function resolve(resolving: Resolving, { incidents, secrets }: Service): Promise<number> {
  const { url, key, by = 'person', event = 'incident.resolved', spoilt } = resolving;
  const at = openOf(incidents, key);
  const open = incidents[at];
  if (open) incidents[at] = { ...open, status: 'resolved' };
  const body = JSON.stringify({
    event: {
      ...{ id: randomUUID(), event_type: event, resource_type: 'incident', occurred_at: new Date() },
      agent: AGENTS[by],
      client: null,
      data: { id: open?.id ?? 'PNONE', type: 'incident', status: 'resolved', incident_key: key },
    },
  });
  const signed = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(body).digest('hex')}`);
  const headers = {
    'content-type': 'application/json',
    'x-webhook-id': randomUUID(),
    'x-pagerduty-signature': spoilt === 'signature' ? 'v1=00' : signed.join(','),
  };
  const sent = spoilt === 'body' ? body.replace(key, `${key}x`) : body;
  return (await fetch(url, { method: 'POST', headers, body: sent })).status;
}

const AGENTS = {
  person: { id: 'PLH1HKV', type: 'user_reference', summary: 'Somebody on call' },
  integration: { id: 'PINT001', type: 'inbound_integration_reference', summary: 'Heed' },
} as const;
