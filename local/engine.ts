import type { WriteLine } from '../functions/middleware/line.ts';
import { destinations } from '../lib/destinations/index.ts';
import { type Destinations, lanesOf } from '../lib/flow/lanes.ts';
import { type App, openApp } from './app.ts';
import { type EmbeddedOptions, openEmbedded } from './embedded.ts';
import { startFlow } from './flow.ts';
import { checkPort } from './listen.ts';
import { inTime, type Opened, openedThings } from './opened.ts';
import { startPolls } from './polls.ts';
import { serve } from './serve.ts';
import { startSubscribers } from './subscribers.ts';
import type { Vendors } from './vendors.ts';

export interface EngineOptions extends EmbeddedOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** Where people and vendors reach it, if that is not where it listens. The configuration's own is for the deployment. */
  readonly publicUrl?: string;
  /** Origins of sites whose pages may call the API, besides those of the configuration. */
  readonly origins?: readonly string[];
  /** Vendors for destinations whose secret is not set. */
  readonly vendors: Vendors;
  /** Takes the functions' log lines. */
  readonly line: WriteLine;
  /** Other destinations than those of the registry. */
  readonly destinations?: Destinations;
}

export interface Engine {
  readonly url: string;
  readonly app: App;
  /** Where everything is, by name: the API, the engines under it, and the vendors that are simulated. */
  readonly endpoints: Endpoints;
  /** Asks a destination for its own unsubscribes now, whenever its next turn is. */
  poll(destination: string): Promise<void>;
  /** Takes nothing new, finishes what is under way (for a while), and says whether every lane was empty. */
  stop(): Promise<boolean>;
  /** Settles when the table engine ended by itself. */
  readonly died: Promise<void>;
}

/** A poll may wait for a vendor; longer than this a stop does not wait for it, ms. */
const LONGEST_POLL = 5_000;

export type Endpoints = Readonly<Record<string, string>>;

/** Starts the whole of Heed in this process: the functions that run on AWS, on engines that speak AWS's protocols. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const opened = openedThings(options.warn);
  try {
    return await start(options, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** In order of need, after what can be found wrong at once; whatever was opened is closed in the opposite order. */
async function start(options: EngineOptions, opened: Opened): Promise<Engine> {
  const lanes = lanesOf(options.config, options.destinations ?? destinations);
  await checkPort(options.port);
  const embedded = await openEmbedded(options, opened);
  const { dynamo, queues, bus, secrets, journal } = embedded;
  const app = await openApp({ ...options, ...embedded, lanes }, opened);
  const openTo = startSubscribers({ ...options, ...secrets, app, bus }, opened);
  const stream = await startFlow({ ...options, app, embedded }, opened);
  const under = {
    dynamodb: dynamo.endpoint,
    sqs: queues.endpoint,
    eventbridge: bus.endpoint,
    ...Object.fromEntries([...app.standIns].map(([id, { url }]) => [id, url])),
  };
  const polls = await startPolls(app, options);
  opened.add('the polls', () => inTime(polls.stop(), LONGEST_POLL));
  const poll = (id: string): Promise<void> => polls.poll(id).finally(stream.wake);
  const origins = [...(options.config.preferenceCentre?.origins ?? []), ...(options.origins ?? [])];
  const http = await serve(app, { ...options, ...secrets, origins, endpoints: under, wake: stream.wake });
  opened.add('the API', () => http.close());
  openTo(options.publicUrl ?? http.url);
  let stopping = false;
  const died = dynamo.ended.then(() => (stopping ? new Promise<never>(() => undefined) : undefined));
  const stop = async (): Promise<boolean> => {
    stopping = true;
    await opened.close();
    return journal.isDrained();
  };
  return { url: http.url, app, endpoints: { api: http.url, ...under }, poll, stop, died };
}
