import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { DeliverApp } from '../functions/deliver.ts';
import { setupDigest } from '../functions/lane-app.ts';
import { busOn, eventsClient } from '../lib/aws/bus.ts';
import { dynamoClient } from '../lib/aws/dynamo.ts';
import { identifiersOn } from '../lib/aws/identifiers.ts';
import { lanesOn, queueClient } from '../lib/aws/lanes.ts';
import { ledgerOn } from '../lib/aws/ledger.ts';
import { logOn } from '../lib/aws/log.ts';
import { marksOn } from '../lib/aws/marks.ts';
import { recordsOn } from '../lib/aws/records.ts';
import { sealsOn } from '../lib/aws/seals.ts';
import { systemClock } from '../lib/aws/system-clock.ts';
import { grantEvidenceOf, type HeedConfig } from '../lib/config.ts';
import { destinations } from '../lib/destinations/index.ts';
import type { Lane } from '../lib/flow/lane.ts';
import { lanesOf } from '../lib/flow/lanes.ts';
import { vendorOf } from '../lib/http/client.ts';
import { tokensOf } from '../lib/http/tokens.ts';
import type { Bus } from './bus.ts';
import type { Dynamo } from './dynamodb.ts';
import { loopback } from './loopback.ts';
import { LOCAL_TABLES } from './open-tables.ts';
import type { Queues } from './queues.ts';
import type { Secrets } from './secrets.ts';
import { localWrapping } from './wrapping.ts';

/** Stands in for the vendor of a destination whose secret is not set. */
export interface StandIn {
  readonly start: (port?: number) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly url: string;
  readonly secret: () => unknown;
}

export type Vendors = Readonly<Record<string, () => StandIn>>;

export interface AppOptions {
  readonly config: HeedConfig;
  readonly secrets: Secrets;
  readonly dynamo: Dynamo;
  readonly queues: Queues;
  readonly bus: Bus;
  readonly vendors: Vendors;
  readonly lanePrefix: string;
}

export type App = Awaited<ReturnType<typeof openApp>>;

/** Every port there is, on the embedded engines: what the functions are given instead of an environment. */
export async function openApp({ config, secrets, dynamo, queues, bus, vendors, lanePrefix }: AppOptions) {
  const client = dynamoClient(loopback(dynamo.endpoint));
  const sqs = queueClient(loopback(queues.endpoint));
  const { records: versions, deliveries, keys } = LOCAL_TABLES;
  const seals = sealsOn(client, keys, localWrapping(Buffer.from(secrets.wrappingKey, 'base64')));
  const lanes = lanesOf(config, destinations);
  const standIns = await standInsFor(lanes, secrets, vendors);
  const secretOf = async (id: string): Promise<unknown> =>
    secrets.destinations[id] ?? standIns.get(id)?.secret();
  const ports = {
    catalogue: config.catalogue,
    clock: systemClock,
    records: recordsOn(client, versions),
    identifiers: identifiersOn(client, versions),
    seals,
    ledger: ledgerOn(client, { deliveries, records: versions, seals }),
    log: logOn(client, deliveries),
    marks: marksOn(client, deliveries),
    bus: busOn(eventsClient(loopback(bus.endpoint)), 'heed'),
    lanes: lanesOn(sqs, lanePrefix),
  };
  const opened: { readonly close: () => Promise<void> }[] = [];
  return {
    ...ports,
    tokens: tokensOf({ issuers: config.issuers, clock: systemClock, secret: async () => secrets.tokens }),
    laneList: lanes,
    secretOf,
    grantEvidence: grantEvidenceOf(config),
    setupOf: async (lane: Lane) =>
      setupDigest(lane, standIns.has(lane.destination.id) ? null : await secretOf(lane.destination.id)),
    deliverApp: ({ destination, settings }: Lane): DeliverApp => {
      const perSecond = destination.limits.perSecond / destination.limits.concurrency;
      const vendor = vendorOf({
        destination,
        settings,
        secret: () => secretOf(destination.id),
        perSecond,
        clock: systemClock,
      });
      opened.push(vendor);
      return { ...ports, vendor };
    },
    standIns,
    streamsClient: new DynamoDBStreamsClient(loopback(dynamo.endpoint)),
    /** Messages of a lane that are waiting, hidden or delayed. */
    unfinished: async (id: string): Promise<number> => {
      const names = [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ] as const;
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: queues.urls[`${lanePrefix}${id}`],
          AttributeNames: [...names],
        }),
      );
      return names.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
    },
    close: async () => {
      await Promise.all([...standIns.values()].map((standIn) => standIn.stop()));
      await Promise.all(opened.map((vendor) => vendor.close()));
      client.destroy();
      sqs.destroy();
    },
  };
}

async function standInsFor(
  lanes: readonly Lane[],
  secrets: Secrets,
  vendors: Vendors,
): Promise<ReadonlyMap<string, StandIn>> {
  const standIns = new Map<string, StandIn>();
  for (const { destination } of lanes) {
    const make = vendors[destination.id];
    if (secrets.destinations[destination.id] !== undefined || !make) continue;
    const standIn = make();
    await standIn.start();
    standIns.set(destination.id, standIn);
  }
  return standIns;
}
