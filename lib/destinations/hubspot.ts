import {
  type Call,
  type Delivery,
  type DeliveryRow,
  defineDestination,
  evidenceLine,
  type Reply,
} from './destination.ts';
import { auth, Secret } from './hubspot/auth.ts';
import { signedText, TIMESTAMP, withdrawalsIn } from './hubspot/notices.ts';
import { interpret, resubscribed, split } from './hubspot/replies.ts';
import { Settings } from './hubspot/settings.ts';
import { poll } from './hubspot/timeline.ts';

const inputOf = (delivery: Delivery, row: DeliveryRow, { subscriptions, legalBasis }: Settings) => ({
  channel: 'EMAIL',
  statusState: row.state === 'granted' ? 'SUBSCRIBED' : 'UNSUBSCRIBED',
  subscriptionId: subscriptions[row.topic],
  legalBasis: row.state === 'granted' ? legalBasis[row.legalBasis ?? ''] : undefined,
  legalBasisExplanation: evidenceLine(delivery, row),
});

function inputsOf(delivery: Delivery, settings: Settings, state: DeliveryRow['state']) {
  const inputs: ReturnType<typeof inputOf>[] = [];
  for (const row of delivery.choices)
    if (row.state === state && row.topic in settings.subscriptions)
      inputs.push(inputOf(delivery, row, settings));
  return inputs;
}

/**
 * Withdrawals first. A grant that lifts an unsubscribe from all is followed by them once more, because HubSpot does
 * not document what becomes of the other types then.
 */
function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const withdrawn = inputsOf(delivery, settings, 'withdrawn');
  const granted = inputsOf(delivery, settings, 'granted');
  const email = delivery.identifiers['email'] ?? '';
  const statuses = `/communication-preferences/${settings.version}/statuses`;
  const path = `${statuses}/${encodeURIComponent(email)}`;
  const stop = settings.globalStop && delivery.stoppedAll.includes('email');
  const first: Call[] = stop ? [{ method: 'POST', path: `${path}/unsubscribe-all?channel=EMAIL` }] : [];
  if (settings.batch && withdrawn.length + granted.length > 0) {
    const items = [...withdrawn, ...granted].map((input) => ({ subscriberIdString: email, ...input }));
    return [...first, { method: 'POST', path: `${statuses}/batch/write`, items, wrap, split }];
  }
  const post = (body: object): Call => ({ method: 'POST', path, body });
  const next = (reply: Reply) => (resubscribed(reply) ? withdrawn.map(post) : []);
  return [...first, ...withdrawn.map(post), ...granted.map((body) => ({ ...post(body), next }))];
}

const wrap = (inputs: readonly unknown[]) => ({ inputs });

/** Topics that a contact property is about. */
function topicsOf(property: string, { subscriptions, optOutProperty, optOutTopics }: Settings) {
  const topics = Object.keys(subscriptions);
  if (property === optOutProperty) return optOutTopics ?? topics;
  return topics.filter((topic) => property === `${optOutProperty}_${subscriptions[topic]}`);
}

/** Subscription statuses belong to an e-mail address and exist without a contact: nothing is looked up. */
export const hubspot = defineDestination({
  id: 'hubspot',
  title: 'HubSpot',
  kind: 'state',
  identifiedBy: ['email'],
  channels: ['email'],
  limits: { perSecond: 10, concurrency: 5, batch: 100, settleAfter: 30 },
  impact: 'people keep getting HubSpot mail after they withdrew',
  settings: Settings,
  secret: Secret,
  topics: ({ subscriptions }) => Object.keys(subscriptions),
  endpoint: () => 'https://api.hubapi.com',
  auth,
  translate,
  interpret,
  receive: {
    signature: {
      kind: 'hmac',
      algorithm: 'sha256',
      header: 'x-hubspot-signature-v3',
      encoding: 'base64',
      keys: ({ clientSecret }) => (clientSecret ? [clientSecret] : []),
      signed: signedText,
      timestamp: { header: TIMESTAMP, unit: 'ms', tolerance: 300 },
    },
    changes: (body, settings) =>
      withdrawalsIn(body, {
        topicsOf: (property) => topicsOf(property, settings),
        lookUp: settings.lookUpContacts,
      }),
  },
  poll,
});
