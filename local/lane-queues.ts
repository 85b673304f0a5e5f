import { timeoutOf } from './context.ts';
import { type QueueDefinition, type Queues, queueArn } from './queues.ts';

/** Derived from the function's timeout, as on AWS. */
export const VISIBILITY_SECONDS = (6 * timeoutOf('deliver')) / 1000;

/** What queues of lanes are called, before the destination's id. */
export const LANE = 'heed-lane-';
const DEAD = 'heed-dead-';

/** A lane's queue and the one its dead letters go to. */
export const queuesOf = (id: string): readonly QueueDefinition[] => [
  { name: `${DEAD}${id}`, attributes: { VisibilityTimeout: '360' } },
  {
    name: `${LANE}${id}`,
    attributes: {
      VisibilityTimeout: String(VISIBILITY_SECONDS),
      MessageRetentionPeriod: String(14 * 24 * 3600),
    },
    deadLetters: { queue: `${DEAD}${id}`, maxReceiveCount: 1000 },
  },
];

const named = ({ urls }: Queues, name: string) => ({ queueUrl: urls[name] ?? '', queueArn: queueArn(name) });

export const laneQueue = (queues: Queues, id: string) => named(queues, `${LANE}${id}`);
export const deadLetterQueue = (queues: Queues, id: string) => named(queues, `${DEAD}${id}`);
