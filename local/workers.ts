import type { SQSClient } from '@aws-sdk/client-sqs';
import { burier } from '../functions/dead-letters.ts';
import { deliverer } from '../functions/deliver.ts';
import type { WriteLine } from '../functions/middleware/line.ts';
import type { App } from './app.ts';
import { contextFor } from './context.ts';
import { faultOf } from './fault.ts';
import { startLane } from './lane.ts';
import { deadLetterQueue, laneQueue } from './lane-queues.ts';
import type { Queues } from './queues.ts';

export interface WorkerOptions {
  readonly queues: Queues;
  readonly client: SQSClient;
  readonly warn: (line: string) => void;
  readonly line: WriteLine;
}

export interface Workers {
  /** Takes no new messages and lets those under way end. */
  stop(): Promise<void>;
}

/** Seconds; SQS waits no longer. */
const LONGEST_POLL = 20;

/** Every lane's two functions, each at its queue. */
export function startWorkers(app: App, { queues, client, warn, line }: WorkerOptions): Workers {
  const workers = app.laneList.flatMap((lane) => {
    const { id, limits } = lane.destination;
    const deliver = deliverer({ ...app.deliverApp(lane), line }, lane);
    const bury = burier(app, lane, line);
    const onError = (error: unknown): void => warn(`lane ${id}: ${faultOf(error)}`);
    return [
      startLane({
        client,
        ...laneQueue(queues, id),
        handler: async (event) => deliver(event, contextFor('deliver')),
        maximumConcurrency: limits.concurrency,
        onError,
      }),
      startLane({
        client,
        ...deadLetterQueue(queues, id),
        handler: async (event) => bury(event, contextFor('dead-letters')),
        longestPoll: LONGEST_POLL,
        onError,
      }),
    ];
  });
  return { stop: async () => void (await Promise.all(workers.map((worker) => worker.stop()))) };
}
