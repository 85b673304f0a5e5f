import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import { Pool } from 'undici';
import { type DeliverApp, deliverer } from '../functions/deliver.ts';
import config from '../heed.config.ts';
import { busOn, eventsClient } from '../lib/aws/bus.ts';
import { deliveryKey } from '../lib/aws/delivery-item.ts';
import { dynamoClient } from '../lib/aws/dynamo.ts';
import { identifiersOn } from '../lib/aws/identifiers.ts';
import { ledgerOn } from '../lib/aws/ledger.ts';
import { logOn } from '../lib/aws/log.ts';
import { recordsOn } from '../lib/aws/records.ts';
import { sealsOn } from '../lib/aws/seals.ts';
import { systemClock } from '../lib/aws/system-clock.ts';
import { destinations } from '../lib/destinations/index.ts';
import { eventOf } from '../lib/domain/event.ts';
import type { Version } from '../lib/domain/vocabulary.ts';
import { accept } from '../lib/flow/accept.ts';
import type { Lane } from '../lib/flow/lane.ts';
import { lanesOf } from '../lib/flow/lanes.ts';
import { vendorOf } from '../lib/http/client.ts';
import { contextFor } from '../local/context.ts';
import { startDynamo } from '../local/dynamodb.ts';
import { loopback } from '../local/loopback.ts';
import { LOCAL_TABLES, openTables } from '../local/open-tables.ts';
import { localWrapping } from '../local/wrapping.ts';
import { type Aim, atLeast, type Report } from './report.ts';
import { type Contender, compare, type Measured, type Pace, rowOf } from './rounds.ts';
import { aChange, subjectOf } from './sample.ts';
import { type Stub, startStub } from './stub.ts';

const SUBJECTS = 1_000;
const WORKERS = [1, 4];

/** Deliveries a second, ledger and announcement included, next to one bare POST and one bare UpdateItem each. */
export async function benchDeliver({ rounds, window }: Pace): Promise<Report> {
  const stub = await startStub();
  const dynamo = await startDynamo();
  await openTables(dynamo, (line) => console.error(line));
  const client = dynamoClient(loopback(dynamo.endpoint));
  const pool = new Pool(stub.url, { connections: 8 });
  const wrapping = localWrapping(randomBytes(32));
  const events = await eventsOf(portsOn(client, stub, wrapping));
  const contenders = [
    bare(client, pool),
    ...['hubspot', 'webhook'].flatMap((id) =>
      [10, 1].map((batch) => lane(portsOn(client, stub, wrapping), stub, { id, batch, events })),
    ),
  ];
  const rows: Measured[] = [];
  for (const concurrency of WORKERS)
    rows.push(...(await compare(contenders, { concurrency, rounds, window })));
  client.destroy();
  await pool.close();
  await dynamo.stop();
  stub.stop();
  const title = 'Deliveries, and bare POSTs followed by a bare UpdateItem';
  const aims = ['batches of 10', 'batches of 1'].map((batch) => aimOf(batch, rows));
  return { tables: [{ title, rows: rows.map(rowOf) }], aims };
}

const aimOf = (batch: string, rows: readonly Measured[]): Aim =>
  atLeast(
    `a delivery, ledger included, 0.5 of a bare POST and UpdateItem: ${batch}`,
    0.5,
    Object.fromEntries(
      rows.flatMap(({ name, concurrency, ratio }) =>
        name.endsWith(batch) ? [[`${name.split(',')[0]} × ${concurrency}`, ratio]] : [],
      ),
    ),
  );

function portsOn(client: DynamoDBClient, stub: Stub, wrapping: ReturnType<typeof localWrapping>) {
  const { records, deliveries, keys } = LOCAL_TABLES;
  const seals = sealsOn(client, keys, wrapping);
  return {
    catalogue: config.catalogue,
    clock: systemClock,
    records: recordsOn(client, records),
    identifiers: identifiersOn(client, records),
    seals,
    ledger: ledgerOn(client, { deliveries, records, seals }),
    log: logOn(client, deliveries),
    marks: { read: async () => undefined },
    bus: busOn(eventsClient(loopback(stub.url)), 'heed'),
    lanes: { force: async () => undefined, delay: async () => undefined },
    line: () => undefined,
  };
}

type Ports = ReturnType<typeof portsOn>;

/** One version of every subject, each with an address of its own: what the lanes are told, as the bus says it. */
async function eventsOf(ports: Ports): Promise<readonly Version[]> {
  const versions: Version[] = [];
  for (let i = 0; i < SUBJECTS; i++) {
    const subject = subjectOf('told', i, SUBJECTS);
    const body = { ...aChange(0), identifiers: { email: `person-${i}@example.com` } };
    const accepted = await accept(ports)({ subject, body, caller: { sources: ['*'] } });
    if (accepted.kind !== 'recorded') throw new Error(`a change was ${accepted.kind}`);
    versions.push(accepted.stored.version);
  }
  return versions;
}

interface Load {
  readonly id: string;
  readonly batch: number;
  readonly events: readonly Version[];
}

/** A lane's worker as Lambda calls it, without a limit of rate, on a vendor that answers at once. */
function lane(ports: Ports, stub: Stub, { id, batch, events }: Load): Contender {
  const found = lanesOf(config, destinations).find(({ destination }) => destination.id === id);
  if (!found) throw new Error(`${id} is not enabled`);
  const destination = { ...found.destination, id: `${id}-${batch}` };
  const own: Lane = { ...found, destination };
  const secret = { token: 'x', keys: [`whsec_${randomBytes(32).toString('base64')}`], endpoint: stub.url };
  const { settings } = own;
  const vendor = vendorOf({
    destination,
    settings,
    secret: async () => secret,
    perSecond: 1e9,
    clock: systemClock,
  });
  const app: DeliverApp = { ...ports, vendor };
  const handler = deliverer(app, own);
  return {
    name: `${id}, batches of ${batch}`,
    each: batch,
    act: async (turn) => {
      const records = Array.from({ length: batch }, (_, i) => messageOf(events, turn * batch + i));
      const { batchItemFailures } = await handler({ Records: records }, contextFor('deliver'));
      if (batchItemFailures.length > 0) throw new Error('a delivery failed');
    },
  };
}

/** Each subject in its turn, each time at a higher version: nothing is there already. */
function messageOf(versions: readonly Version[], turn: number): SQSRecord {
  const version = versions[turn % SUBJECTS];
  if (!version) throw new Error('there is no such subject');
  const number = 2 + Math.floor(turn / SUBJECTS);
  const detail = eventOf({ ...version, version: number }, config.catalogue);
  return {
    messageId: String(turn),
    receiptHandle: '',
    body: JSON.stringify({ version: '0', 'detail-type': detail.type, source: 'heed', detail }),
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
  };
}

const bare = (client: DynamoDBClient, pool: Pool): Contender => ({
  name: 'bare POST, then UpdateItem',
  act: async (turn) => {
    const body = JSON.stringify({ ...aChange(turn), subject: subjectOf('told', turn, SUBJECTS) });
    const headers = { 'content-type': 'application/json', authorization: 'Bearer x' };
    const reply = await pool.request({ method: 'POST', path: '/told', headers, body });
    await reply.body.json();
    await client.send(
      new UpdateItemCommand({
        TableName: LOCAL_TABLES.deliveries,
        Key: deliveryKey(subjectOf('bare', turn, SUBJECTS), 'bare'),
        UpdateExpression: 'SET #version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': { N: String(turn) } },
      }),
    );
  },
});
