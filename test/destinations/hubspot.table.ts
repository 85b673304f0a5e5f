import { hubspot } from '../../lib/destinations/hubspot.ts';
import { type HubspotOptions, simulateHubspot } from '../simulators/hubspot.ts';
import type { Table } from './table.ts';

const SUBSCRIPTIONS: Readonly<Record<string, number>> = {
  'acme/newsletter': 1001,
  'acme/offers': 1002,
  'acme/surveys': 1003,
};

/** The portal lacks 1003, and has a type that no topic maps. */
const PORTAL: HubspotOptions = { subscriptions: [1001, 1002, 1999], needsLegalBasis: true };

interface Setup extends HubspotOptions {
  readonly installed?: true;
}

const table = (title: string, batch: boolean, { installed, ...options }: Setup = {}): Table => ({
  title,
  make: () => {
    const simulator = simulateHubspot({ ...PORTAL, ...options });
    const unfinished = { status: 'PROCESSING', results: [], startedAt: '', completedAt: '' };
    return {
      ...{ destination: hubspot, simulator, secret: installed ? simulator.installed : simulator.secret },
      settings: (topics) => ({
        subscriptions: Object.fromEntries(topics.map((topic) => [topic, SUBSCRIPTIONS[topic]])),
        ...{ batch, timeline: true },
      }),
      channels: ['email'],
      enter: () => undefined,
      permitted: ({ email }, topic) =>
        simulator.permitted({ identifier: email, topic: String(SUBSCRIPTIONS[topic]), channel: 'EMAIL' }),
      held: ({ email }) => simulator.knows(email),
      already: ({ email }, topic) => simulator.subscribe(email, SUBSCRIPTIONS[topic] ?? 0),
      /** Two questions for each of 20 grants; the withdrawals come before them. */
      ...(batch && { batch: { people: 30, requests: 42 } }),
      evidence: {
        of: ({ email }, topic) => {
          const kept = simulator.evidence(email, SUBSCRIPTIONS[topic] ?? 0);
          return kept && `${kept.legalBasis} ${kept.explanation}`;
        },
        holds: ['time', 'source', 'notice', 'basis'],
      },
      ...{
        unknown: 'delivered',
        refusedOnce: installed ? 'delivered' : 'failed http-401',
        lacking: 'failed VALIDATION_ERROR',
      },
      refusal: {
        cause: () =>
          simulator.fail({ status: 403, body: { category: 'MISSING_SCOPES', message: 'ada@example.com' } }),
        outcome: 'failed MISSING_SCOPES',
      },
      hidden: {
        cause: () => simulator.fail({ status: 200, body: unfinished }),
        outcome: 'retry not-complete',
      },
      leave: ({ email }, topic, _channel, occurredAt) =>
        simulator.unsubscribe(email, occurredAt, SUBSCRIPTIONS[topic]),
      report: ({ url, who, topic, occurredAt, spoilt }) => {
        const property = `hs_email_optout_${SUBSCRIPTIONS[topic]}`;
        simulator.unsubscribe(who.email, occurredAt, SUBSCRIPTIONS[topic]);
        simulator.enter(Number(who.own), who.email);
        return simulator.notify({
          ...{ url, changes: [{ contactId: Number(who.own), property, value: 'true', occurredAt }] },
          ...(spoilt === 'signature' && { clientSecret: 'somebody else’s' }),
          ...(spoilt === 'age' && { sentAt: Date.now() - 301_000 }),
          altered: spoilt === 'body',
        });
      },
    };
  },
});

export const tables: readonly Table[] = [
  table('hubspot, one status a request', false),
  table('hubspot, many statuses a request', true),
  table('hubspot, by a public app', false, { installed: true }),
  table('hubspot, whose other types return with a resubscribe', false, { resubscribing: 'others-return' }),
  table('hubspot in batches, whose other types return with a resubscribe', true, {
    resubscribing: 'others-return',
  }),
];
