import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { defineConfig, type HeedConfig } from '../../lib/config.ts';
import { type Delivery, type Destination, defineDestination } from '../../lib/destinations/destination.ts';
import { jsonOf, type Simulator, simulate } from '../simulators/simulator.ts';

/** What a ring vendor is told, and what it reports. */
const Said = z.object({
  email: z.string(),
  choices: z.array(z.object({ topic: z.string(), state: z.enum(['granted', 'withdrawn']) })),
});
type Said = z.output<typeof Said>;

const Notice = Said.extend({ occurredAt: z.string() });
const TIME = 'x-ring-time';

const saidTo = ({ identifiers, choices }: Delivery): Said => ({
  email: identifiers['email'] ?? '',
  choices: choices.map(({ topic, state }) => ({ topic, state })),
});

/** A destination that reports whatever becomes of a person there, grants too. */
export const ringDestination = (id: string): Destination =>
  defineDestination<unknown, { readonly key: string }>({
    id,
    title: id,
    kind: 'state',
    identifiedBy: ['email'],
    channels: ['email'],
    limits: { perSecond: 100, concurrency: 2, batch: 1, settleAfter: 0 },
    impact: 'the ring is open',
    settings: z.unknown(),
    secret: z.object({ key: z.string() }),
    topics: () => 'all',
    endpoint: () => 'https://ring.example',
    auth: { kind: 'header', headers: ({ key }) => ({ 'x-ring-key': key }) },
    translate: (delivery) => [{ method: 'PUT', path: '/people', body: saidTo(delivery) }],
    receive: {
      signature: {
        ...{ kind: 'hmac', algorithm: 'sha256' },
        header: 'x-ring-signature',
        encoding: 'hex',
        keys: ({ key }) => [key],
        signed: ({ body, headers }) => `${headers[TIME]}${body}`,
        timestamp: { header: TIME, unit: 'ms', tolerance: 300 },
      },
      changes: (body) => {
        const { email, choices, occurredAt } = Notice.parse(body);
        const identifier = { kind: 'email', value: email };
        const said = { identifier, channel: 'email', occurredAt, method: 'ring' };
        return { choices: choices.map((choice) => ({ ...choice, ...said })) };
      },
    },
  });

export interface RingVendor extends Simulator {
  readonly secret: () => { readonly key: string; readonly endpoint: string };
  /** Where its notices go. */
  readonly reportTo: (url: string) => void;
  /** Something happens at the vendor itself. */
  readonly set: (said: Said) => void;
  /** The answers to its notices so far, once all have come. */
  readonly answers: () => Promise<readonly unknown[]>;
}

/** The vendor of such a destination: it reports every write, its own and Heed's alike. */
export function simulateRing(key: string): RingVendor {
  const state = new Map<string, string>();
  const notices: Promise<unknown>[] = [];
  let target = '';
  const set = (said: Said): void => {
    for (const { topic, state: to } of said.choices) state.set(`${said.email} ${topic}`, to);
    notices.push(report(target, key, said));
  };
  const simulator = simulate({
    answer: (asked) => {
      set(Said.parse(jsonOf(asked)));
      return { status: 200 };
    },
    unauthorized: { status: 401 },
    permitted: ({ identifier, topic }) => {
      const known = state.get(`${identifier} ${topic}`);
      return known === undefined ? undefined : known === 'granted';
    },
    facts: () => [],
  });
  return Object.assign(simulator, {
    secret: () => ({ key, endpoint: simulator.url }),
    reportTo: (url: string) => {
      target = url;
    },
    set,
    answers: () => Promise.all(notices),
  });
}

async function report(url: string, key: string, said: Said): Promise<unknown> {
  const body = JSON.stringify({ ...said, occurredAt: new Date().toISOString() });
  const sentAt = String(Date.now());
  const signature = createHmac('sha256', key).update(`${sentAt}${body}`).digest('hex');
  const headers = { 'content-type': 'application/json', [TIME]: sentAt, 'x-ring-signature': signature };
  return (await fetch(url, { method: 'POST', headers, body })).json();
}

const everything = { topics: ['*'], channels: ['*'], states: ['granted' as const, 'withdrawn' as const] };
const notice = { id: 'marketing', version: '3', language: 'en' };
const grantEvidence = { legalBasis: 'consent' as const, notice };

/** Destinations that report, and nobody else but the call centre. */
export const ringConfig = (ids: readonly string[]): HeedConfig =>
  defineConfig({
    schemas: 'https://schemas.acme.example/heed',
    brands: { acme: { title: 'Acme' } },
    channels: ['email'],
    purposes: {
      marketing: { title: 'M', controller: 'Acme', retention: 'P1Y', recipients: [], jurisdiction: [] },
    },
    topics: { 'acme/newsletter': { title: 'Newsletter', purpose: 'marketing' } },
    preferenceKeys: {},
    identifiers: { email: { type: 'email' } },
    notices: { 'marketing/3/en': 'a'.repeat(64) },
    sources: {
      'call-centre': { title: 'Call centre', actors: ['subject'], identifiers: ['*'], ...everything },
      ...Object.fromEntries(
        ids.map((id) => [id, { title: id, actors: ['subject' as const, 'system' as const], ...everything }]),
      ),
    },
    destinations: Object.fromEntries(ids.map((id) => [id, { grantEvidence }])),
  });
