import * as z from 'zod';
import {
  type Call,
  type Delivery,
  type Destination,
  defineDestination,
} from '../../../lib/destinations/destination.ts';
import type { Outcome } from '../../../lib/domain/outcome.ts';

/** What every test destination says: addresses (or events) and what holds for them. */
export const Said = z.object({
  people: z.array(z.object({ address: z.string(), choices: z.record(z.string(), z.string()) })),
});
export type Said = z.infer<typeof Said>;
export type Person = Said['people'][number];

/** How a batch is answered: a status for each row. */
const Rows = z.object({ rows: z.array(z.number()) });

interface Shape {
  readonly id: string;
  readonly settleAfter?: number;
  readonly batch?: number;
  readonly kind?: 'state' | 'log';
  readonly translate: (delivery: Delivery) => readonly Call[];
}

const destination = ({ id, settleAfter = 0, batch = 1, kind = 'state', translate }: Shape): Destination =>
  defineDestination<unknown, unknown>({
    id,
    title: id,
    kind,
    identifiedBy: kind === 'log' ? [] : ['email'],
    channels: 'all',
    limits: { perSecond: 100, concurrency: 4, batch, settleAfter },
    impact: 'the model is wrong',
    settings: z.unknown(),
    secret: z.unknown(),
    topics: () => 'all',
    endpoint: () => 'https://vendor.example',
    auth: { kind: 'bearer', token: () => 'token' },
    translate,
  });

const personOf = ({ identifiers, choices }: Delivery, topics?: string): Person => ({
  address: identifiers['email'] ?? '',
  choices: Object.fromEntries(
    choices
      .filter(({ topic }) => topics === undefined || topic === topics)
      .map(({ topic, state }) => [topic, state]),
  ),
});

const put = (person: Person): Call => ({ method: 'PUT', path: '/people', body: { people: [person] } });

const isSaying = ({ choices }: Person): boolean => Object.keys(choices).length > 0;

const whole = (delivery: Delivery): readonly Call[] => [put(personOf(delivery))];

/** One call a topic: an attempt can end in the middle. */
const topicByTopic = (delivery: Delivery): readonly Call[] =>
  ['acme/newsletter', 'acme/offers']
    .map((topic) => personOf(delivery, topic))
    .filter(isSaying)
    .map(put);

/** A lookup first; only its answer makes the write. */
const lookedUp = (delivery: Delivery): readonly Call[] => [
  { method: 'GET', path: '/people', next: () => [put(personOf(delivery))] },
];

/** Several people in a request, each with a status of its own. */
const joined = (delivery: Delivery): readonly Call[] => [
  {
    method: 'POST',
    path: '/people/batch',
    items: [personOf(delivery)],
    wrap: (people) => ({ people }),
    split: ({ body }) => Rows.safeParse(body).data?.rows.map(rowOutcome),
  },
];

const rowOutcome = (status: number): Outcome => {
  if (status === 200) return { kind: 'delivered' };
  return status === 400 ? { kind: 'failed', reason: 'row-400' } : { kind: 'retry', reason: 'row-503' };
};

const event = ({ event: { id } }: Delivery): readonly Call[] => [put({ address: id, choices: {} })];

/** Ways in which a destination may be told. */
export const STATE_DESTINATIONS: readonly Destination[] = [
  destination({ id: 'whole', translate: whole }),
  destination({ id: 'topic-by-topic', translate: topicByTopic }),
  destination({ id: 'looked-up', translate: lookedUp }),
  destination({ id: 'joined', batch: 3, translate: joined }),
  destination({ id: 'later', settleAfter: 120, translate: whole }),
];

export const LOG_DESTINATION: Destination = destination({ id: 'log', kind: 'log', translate: event });
