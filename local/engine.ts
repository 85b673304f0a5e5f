import { burier } from '../functions/dead-letters.ts';
import { deliverer } from '../functions/deliver.ts';
import type { WriteLine } from '../functions/middleware/line.ts';
import { publisher } from '../functions/publish.ts';
import { reconciler } from '../functions/reconcile.ts';
import { functions } from '../functions/registry.ts';
import { republisher } from '../functions/republish.ts';
import type { HeedConfig } from '../lib/config.ts';
import { patternOf } from '../lib/domain/interest.ts';
import { restart } from '../lib/flow/restart.ts';
import { type App, openApp, type Vendors } from './app.ts';
import { type Bus, startBus } from './bus.ts';
import { contextFor, timeoutOf } from './context.ts';
import { type Dynamo, startDynamo } from './dynamodb.ts';
import { type Journal, openJournal } from './journal.ts';
import { type Lane as Mapping, startLane } from './lane.ts';
import type { Listening } from './listen.ts';
import { openTables } from './open-tables.ts';
import { queueTarget } from './queue-target.ts';
import { type Queues, queueArn, queueClient, startQueues } from './queues.ts';
import { readSecrets } from './secrets.ts';
import { serve } from './serve.ts';
import { type Stream, startStream } from './stream.ts';

export interface EngineOptions {
  readonly config: HeedConfig;
  /** Folder that keeps everything; none: in memory. */
  readonly data?: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Vendors for destinations whose secret is not set. */
  readonly vendors: Vendors;
  readonly warn: (line: string) => void;
  /** Takes the functions' log lines. */
  readonly line: WriteLine;
}

export interface Engine {
  readonly url: string;
  readonly app: App;
  readonly endpoints: Readonly<Record<string, string>>;
  /** Takes nothing new, finishes what is under way (for a while), and says whether all lanes were empty. */
  stop(): Promise<boolean>;
  /** Settles when the table engine under it died. */
  readonly died: Promise<void>;
}

/** Everything derived from function timeouts, as on AWS. */
const VISIBILITY_SECONDS = (6 * timeoutOf('deliver')) / 1000;
const SETTLE_TIME = 2 * VISIBILITY_SECONDS * 1000;
const LANE = 'heed-lane-';
const DEAD = 'heed-dead-';

/** Starts the whole of Heed in this process: the functions that run on AWS, on engines that speak AWS's protocols. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const secrets = readSecrets(options.data);
  const journal = openJournal(options.data, Date.now);
  const dynamo = await startDynamo({
    ...(options.data !== undefined && { data: options.data }),
    otherwise: process.env['AWS_ENDPOINT_URL_DYNAMODB'],
  });
  const streamArn = await openTables(dynamo, options.warn);
  const ids = Object.entries(options.config.destinations).flatMap(([id, { enabled }]) =>
    enabled ? [id] : [],
  );
  const queues = await startQueues(ids.flatMap(queuesOf));
  const bus = await startBus({ name: 'heed' });
  const app = await openApp({
    config: options.config,
    vendors: options.vendors,
    secrets,
    dynamo,
    queues,
    bus,
    lanePrefix: LANE,
  });
  const client = queueClient(queues.endpoint);
  for (const { destination, interest } of app.laneList) {
    bus.addRule({
      name: destination.id,
      pattern: patternOf(interest),
      target: queueTarget({ client, queueUrl: urlOf(queues, LANE, destination.id) }),
    });
  }
  await catchUp(app, journal);
  const workers = startWorkers(app, queues, options.warn);
  const stream = startPublishing(app, { streamArn, journal, warn: options.warn });
  const timer = startSchedule(app, options.warn);
  const http = await serve(app, {
    port: options.port,
    tokens: secrets.tokens,
    wake: () => stream.wake(),
    warn: options.warn,
    line: options.line,
  });
  const parts: Parts = { http, timer, stream, workers, bus, queues, dynamo, journal, app };
  return {
    url: http.url,
    app,
    endpoints: {
      api: http.url,
      dynamodb: dynamo.endpoint,
      sqs: queues.endpoint,
      eventbridge: bus.endpoint,
      ...Object.fromEntries([...app.standIns].map(([id, { url }]) => [id, url])),
    },
    stop: () => stop(parts),
    died: dynamo.ended,
  };
}

const queuesOf = (id: string) => [
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

const urlOf = (queues: Queues, prefix: string, id: string): string => queues.urls[`${prefix}${id}`] ?? '';

/** The queues of the last run died with it: what was in them is found again from what was recorded and answered. */
async function catchUp(app: App, journal: Journal): Promise<void> {
  if (!journal.before) return;
  const crashedAt = journal.before.drained ? undefined : journal.before.heartbeat;
  await restart(
    app,
    app.laneList,
  )({
    setupOf: app.setupOf,
    functionTimeout: timeoutOf('deliver'),
    ...(crashedAt !== undefined && { crashedAt }),
  });
}

function startWorkers(app: App, queues: Queues, warn: (line: string) => void): readonly Mapping[] {
  const client = queueClient(queues.endpoint);
  const onError = (error: unknown): void => warn(`a lane: ${messageOf(error)}`);
  return app.laneList.flatMap((lane) => {
    const { id, limits } = lane.destination;
    const deliver = deliverer(app.deliverApp(lane), lane);
    const bury = burier(app, lane);
    return [
      startLane({
        client,
        queueUrl: urlOf(queues, LANE, id),
        queueArn: queueArn(`${LANE}${id}`),
        handler: async (event) => deliver(event, contextFor('deliver')),
        maximumConcurrency: limits.concurrency,
        onError,
      }),
      startLane({
        client,
        queueUrl: urlOf(queues, DEAD, id),
        queueArn: queueArn(`${DEAD}${id}`),
        handler: async (event) => bury(event, contextFor('dead-letters')),
        onError,
      }),
    ];
  });
}

interface Publishing {
  readonly streamArn: string;
  readonly journal: Journal;
  readonly warn: (line: string) => void;
}

function startPublishing(app: App, { streamArn, journal, warn }: Publishing): Stream {
  const publish = publisher(app);
  const republish = republisher(app);
  return startStream({
    name: 'publish',
    client: app.streamsClient,
    streamArn,
    checkpoint: journal.checkpoint,
    batchSize: 100,
    bisectBatchOnError: true,
    maximumRetryAttempts: 10,
    handler: async (event) => publish(event, contextFor('publish')),
    onFailure: async (failure) => republish(sqsEventOf(failure), contextFor('republish')),
    onError: (error) => warn(`publishing: ${messageOf(error)}`),
  });
}

const sqsEventOf = (failure: object) => ({
  Records: [
    {
      messageId: 'stream-failure',
      receiptHandle: '',
      body: JSON.stringify(failure),
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: String(Date.now()),
        SenderId: '',
        ApproximateFirstReceiveTimestamp: '',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: '',
      awsRegion: '',
    },
  ],
});

function startSchedule(app: App, warn: (line: string) => void): NodeJS.Timeout {
  const spec = functions.find(({ trigger }) => trigger.kind === 'schedule');
  const minutes = spec?.trigger.kind === 'schedule' ? spec.trigger.minutes : 5;
  const run = reconciler({
    ports: app,
    lanes: app.laneList,
    options: { setupOf: app.setupOf, settleTime: SETTLE_TIME },
  });
  return setInterval(() => {
    run({}, contextFor('reconcile')).catch((error: unknown) => warn(`reconcile: ${messageOf(error)}`));
  }, minutes * 60_000).unref();
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : 'unknown error';

interface Parts {
  readonly http: Listening;
  readonly timer: NodeJS.Timeout;
  readonly stream: Stream;
  readonly workers: readonly Mapping[];
  readonly bus: Bus;
  readonly queues: Queues;
  readonly dynamo: Dynamo;
  readonly journal: Journal;
  readonly app: App;
}

/** How long a stop waits for lanes that still have messages, ms. */
const DRAIN_MS = 5_000;

async function stop({
  http,
  timer,
  stream,
  workers,
  bus,
  queues,
  dynamo,
  journal,
  app,
}: Parts): Promise<boolean> {
  clearInterval(timer);
  await http.close();
  await stream.stop();
  const drained = await drain(app);
  await Promise.all(workers.map((worker) => worker.stop()));
  await bus.stop();
  await queues.stop();
  await app.close();
  await dynamo.stop();
  journal.close(drained);
  return drained;
}

async function drain(app: App): Promise<boolean> {
  const end = Date.now() + DRAIN_MS;
  for (;;) {
    const waiting = await Promise.all(app.laneList.map(({ destination }) => app.unfinished(destination.id)));
    if (waiting.every((count) => count === 0)) return true;
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
