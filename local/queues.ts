import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { standInForSqlite } from './absent-sqlite.ts';
import { account, loopback, region } from './loopback.ts';

export interface QueueDefinition {
  readonly name: string;
  /** As SQS names them: `VisibilityTimeout`, `MessageRetentionPeriod`, … */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Where a message goes that was received more often than this. */
  readonly deadLetters?: { readonly queue: string; readonly maxReceiveCount: number };
}

export interface Queues {
  readonly endpoint: string;
  /** Queue URLs by name. */
  readonly urls: Readonly<Record<string, string>>;
  /** Drops all queues with what is in them; pollers still waiting are released. */
  stop(): Promise<void>;
}

export const queueArn = (name: string): string => `arn:aws:sqs:${region}:${account}:${name}`;

/** A client for pollers: each long poll holds a connection, and there is one poll per lane. */
export const queueClient = (endpoint: string): SQSClient =>
  new SQSClient({
    ...loopback(endpoint),
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: 1_000 } },
  });

const attributesOf = ({ attributes = {}, deadLetters }: QueueDefinition): Record<string, string> => {
  if (deadLetters === undefined) return { ...attributes };
  const { queue, maxReceiveCount } = deadLetters;
  const redrive = { deadLetterTargetArn: queueArn(queue), maxReceiveCount };
  return { ...attributes, RedrivePolicy: JSON.stringify(redrive) };
};

const listenOnLoopback = async () => {
  standInForSqlite();
  const { buildApp } = await import('fauxqs');
  const app = buildApp({ logger: false, defaultRegion: region });
  return { endpoint: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() };
};

/** fauxqs names a host that may not resolve; it looks at the path alone, and so the address is ours. */
const urlOf = (endpoint: string, name: string): string => `${endpoint}/${account}/${name}`;

/**
 * Starts SQS (fauxqs) on a free loopback port and creates the queues. It keeps nothing on disk. Its own
 * `startFauxqs` would listen on every interface, so the application is built and bound here.
 */
export const startQueues = async (definitions: readonly QueueDefinition[]): Promise<Queues> => {
  const { endpoint, close } = await listenOnLoopback();
  const client = queueClient(endpoint);
  for (const definition of definitions) {
    const { name: QueueName } = definition;
    await client.send(new CreateQueueCommand({ QueueName, Attributes: attributesOf(definition) }));
  }
  const urls = definitions.map(({ name }) => [name, urlOf(endpoint, name)] as const);
  const stop = async () => {
    await Promise.all(urls.map(([, url]) => client.send(new DeleteQueueCommand({ QueueUrl: url }))));
    client.destroy();
    await close();
  };
  return { endpoint, urls: Object.fromEntries(urls), stop };
};

/** How many messages a queue holds. */
export interface Unfinished {
  /** Waiting, or hidden while a worker has them or until they are tried again. */
  readonly underWay: number;
  /** To come later: a vendor that applies in its own time is told once more when that has passed. */
  readonly delayed: number;
}

const UNDER_WAY = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
const DELAYED = 'ApproximateNumberOfMessagesDelayed';

export async function unfinishedIn(client: SQSClient, queueUrl: string): Promise<Unfinished> {
  const command = new GetQueueAttributesCommand({
    QueueUrl: queueUrl,
    AttributeNames: [...UNDER_WAY, DELAYED],
  });
  const { Attributes } = await client.send(command);
  return {
    underWay: UNDER_WAY.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0),
    delayed: Number(Attributes?.[DELAYED] ?? 0),
  };
}
