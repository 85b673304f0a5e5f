import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { laneBatch } from '../lib/aws/lane-message.ts';
import { deliver } from '../lib/flow/deliver.ts';
import type { DeliverPorts, Lane } from '../lib/flow/lane.ts';
import type { Lanes } from '../lib/ports.ts';
import { onLambda } from './app.ts';
import { deliverPorts } from './lane-app.ts';
import { worker } from './middleware/worker.ts';

export type DeliverApp = DeliverPorts & { readonly lanes: Pick<Lanes, 'force' | 'delay'> };

/** One lane's worker. What is to be tried again stays in the queue, hidden for as long as it should wait. */
export const deliverer = (app: DeliverApp, lane: Lane) =>
  worker<SQSEvent, SQSBatchResponse>('deliver', app.line).handler(async ({ Records }, context) => {
    const { messages, unreadable } = laneBatch({ Records });
    const deadline = app.clock.now() + context.getRemainingTimeInMillis();
    const dispositions = await deliver(app, lane)(messages, deadline);
    const again = new Map(
      dispositions.flatMap(({ id, again: seconds }) => (seconds === undefined ? [] : [[id, seconds]])),
    );
    await Promise.all(
      Records.map(async ({ messageId, receiptHandle }) => {
        const seconds = again.get(messageId);
        if (seconds !== undefined) await app.lanes.delay(lane.destination.id, receiptHandle, seconds);
      }),
    );
    return {
      batchItemFailures: [...unreadable, ...again.keys()].map((itemIdentifier) => ({ itemIdentifier })),
    };
  });

/** What the stack deploys for one destination, the only one in its bundle. */
export const handlerFor = (lane: Lane) => onLambda(() => deliverer(deliverPorts(lane), lane));
