import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { BusEvent } from './put-events.ts';

interface Waiting {
  readonly body: string;
  readonly sent: () => void;
  readonly failed: (error: unknown) => void;
}

const entryLimit = 10;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const byteLimit = 1_048_576;

/** Takes from the front what one request holds; always at least one. */
const take = (waiting: Waiting[]): readonly Waiting[] => {
  let bytes = 0;
  const fits = waiting.slice(0, entryLimit).findIndex(({ body }) => {
    bytes += Buffer.byteLength(body);
    return bytes > byteLimit;
  });
  return waiting.splice(0, fits === -1 ? entryLimit : Math.max(fits, 1));
};

const send = async (batch: readonly Waiting[], { client, queueUrl }: QueueTarget): Promise<void> => {
  const entries = batch.map(({ body }, at) => ({ Id: String(at), MessageBody: body }));
  const reply = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
  const refused = new Map((reply.Failed ?? []).map((failure) => [failure.Id, failure.Code]));
  for (const [at, one] of batch.entries()) {
    const code = refused.get(String(at));
    if (code === undefined) one.sent();
    else one.failed(new Error(`The queue refused an event: ${code}`));
  }
};

export interface QueueTarget {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

/**
 * A rule's target that is a queue: the message is the event. Events that come while a request is on its way share
 * the next one, so that a burst costs a tenth of the requests.
 */
export const queueTarget = (target: QueueTarget): ((event: BusEvent) => Promise<void>) => {
  const waiting: Waiting[] = [];
  let sending = false;
  const drain = async () => {
    sending = true;
    while (waiting.length > 0) {
      const batch = take(waiting);
      await send(batch, target).catch((error: unknown) => {
        for (const one of batch) one.failed(error);
      });
    }
    sending = false;
  };
  return (event) =>
    new Promise((sent, failed) => {
      waiting.push({ body: JSON.stringify(event), sent, failed });
      if (!sending) queueMicrotask(() => sending || drain());
    });
};
