import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import type { Lanes } from '../ports.ts';
import { inTurn, slicesOf } from './in-turn.ts';
import { tuning } from './tuning.ts';

/** Asks the endpoint it was given, also where an emulator's queue addresses name a host of their own. */
export const queueClient = (overrides: SQSClientConfig = {}): SQSClient =>
  new SQSClient({ ...tuning(), useQueueUrlAsEndpoint: false, ...overrides });

/** Messages of one request, and requests at once. */
const BATCH = 10;
const AT_ONCE = 16;
const ATTEMPTS = 5;

/** SQS delays a message for a quarter of an hour at most, and hides one for twelve hours at most. */
const LONGEST_DELAY = 900;
const LONGEST_HIDING = 43_200;

/** Lane queues, named `<prefix><destination>`. */
export function lanesOn(client: SQSClient, prefix: string): Lanes {
  const urlOf = urlsOn(client, prefix);
  return {
    force: async (destination, messages, confirmation) => {
      const url = await urlOf(destination);
      const entries = messages.map((message, i) => entryOf(message, i, confirmation?.delaySeconds));
      await inTurn(slicesOf(entries, BATCH), AT_ONCE, (batch) => send(client, url, batch));
    },
    waiting: async (destination) => {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: await urlOf(destination),
          AttributeNames: ['ApproximateNumberOfMessages'],
        }),
      );
      return Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0);
    },
    delay: async (destination, receiptHandle, seconds) => {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: await urlOf(destination),
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: Math.min(Math.max(0, Math.ceil(seconds)), LONGEST_HIDING),
        }),
      );
    },
  };
}

/** Looks a queue's address up once; a failed look-up is tried again by the next caller. */
function urlsOn(client: SQSClient, prefix: string): (destination: string) => Promise<string> {
  const urls = new Map<string, string>();
  return async (destination) => {
    const known = urls.get(destination);
    if (known !== undefined) return known;
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: `${prefix}${destination}` }));
    if (QueueUrl === undefined) throw new Error(`SQS gives no address for the lane of ${destination}`);
    urls.set(destination, QueueUrl);
    return QueueUrl;
  };
}

function entryOf(
  { subject, version }: { readonly subject: string; readonly version: number },
  index: number,
  delaySeconds: number | undefined,
): SendMessageBatchRequestEntry {
  const confirming = delaySeconds === undefined ? {} : { confirming: true };
  return {
    Id: String(index),
    MessageBody: JSON.stringify({ force: true, ...confirming, subject, version }),
    ...(delaySeconds !== undefined && { DelaySeconds: Math.min(Math.ceil(delaySeconds), LONGEST_DELAY) }),
  };
}

/** Sends again, alone, what the queue did not take. */
async function send(
  client: SQSClient,
  url: string,
  entries: readonly SendMessageBatchRequestEntry[],
): Promise<void> {
  let left = entries;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(Math.random() * 50 * 2 ** attempt);
    const { Successful = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: url, Entries: [...left] }),
    );
    const taken = new Set(Successful.map(({ Id }) => Id));
    left = left.filter(({ Id }) => !taken.has(Id));
    if (left.length === 0) return;
  }
  throw new Error(`${left.length} messages were not taken by their lane in ${ATTEMPTS} attempts`);
}
