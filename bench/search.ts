import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import config from '../heed.config.ts';
import { batchPut, putTogether } from '../lib/aws/batch-write.ts';
import { deliveryItem } from '../lib/aws/delivery-item.ts';
import { dynamoClient } from '../lib/aws/dynamo.ts';
import { ledgerOn } from '../lib/aws/ledger.ts';
import { logOn } from '../lib/aws/log.ts';
import { marksOn } from '../lib/aws/marks.ts';
import { recordedOn } from '../lib/aws/recorded.ts';
import { recordsOn } from '../lib/aws/records.ts';
import { searchIndexOn } from '../lib/aws/search-index.ts';
import { trailsOn } from '../lib/aws/trails.ts';
import { versionItem } from '../lib/aws/version-item.ts';
import { resolve } from '../lib/domain/answer.ts';
import { decide } from '../lib/domain/decide.ts';
import { canonical, sha256 } from '../lib/domain/digest.ts';
import { aboutOf } from '../lib/domain/event.ts';
import { HOUR, toIso } from '../lib/domain/time.ts';
import type { Version } from '../lib/domain/vocabulary.ts';
import { indexVersions } from '../lib/flow/index-versions.ts';
import type { Told } from '../lib/flow/read-deliveries.ts';
import { type Asked, type SearchPorts, searchVersions } from '../lib/flow/search.ts';
import { createTableRequest, type TableName, tables } from '../lib/tables.ts';
import { startDynamo } from '../local/dynamodb.ts';
import { loopback } from '../local/loopback.ts';
import { createTables } from '../local/tables.ts';
import { metered } from '../test/aws-store/capacity.ts';
import { atMost, type Report } from './report.ts';
import { type Pace, quantile } from './rounds.ts';

const RESULTS = 1_000;
const PROMISED = 200;
const { catalogue } = config;
const TOPICS = Object.keys(catalogue.topics);

/** All were recorded within the hour that indexing starts with. */
const BEGUN = Date.UTC(2026, 4, 1, 12);
const FOR = 0.9 * HOUR;

const nameOf = (turn: number): string => `person-${String(turn).padStart(6, '0')}`;

/** One in ten came from the call centre, one in twenty failed at the destination. */
function versionAt(turn: number, of: number): Version {
  const now = BEGUN + Math.floor((turn / of) * FOR);
  const round = Math.floor(turn / TOPICS.length);
  const decision = decide(
    undefined,
    {
      choices: [
        {
          topic: TOPICS[turn % TOPICS.length] ?? '*',
          channel: 'email',
          state: round % 2 === 0 ? 'granted' : 'withdrawn',
        },
      ],
      preferences: [],
      identifiers: [],
      evidence: {
        ...{ source: turn % 10 === 0 ? 'call-centre' : 'preference-center', actor: { kind: 'subject' } },
        ...{ method: 'form', occurredAt: toIso(now), legalBasis: 'consent' },
        notice: {
          id: 'marketing',
          version: String(1 + (round % 3)),
          language: 'en',
          sha256: sha256('shown'),
        },
      },
    },
    { subject: nameOf(turn), now, catalogue },
  );
  if (decision.kind === 'unchanged') throw new Error('the first word of a person says something new');
  return decision.version;
}

const MAILER: Told = {
  ...{ id: 'mailer', title: 'Mailer', kind: 'state' },
  interest: { topics: ['acme/newsletter'], channels: ['email'] },
};

async function seed(client: DynamoDBClient, of: number): Promise<void> {
  const versions = Array.from({ length: of }, (_, turn) => versionAt(turn, of));
  await putTogether(
    { client, table: 'records' },
    versions.map((version) => {
      const document = canonical(version);
      const about = aboutOf(version, catalogue, resolve(version.record, catalogue, BEGUN));
      return versionItem({ version, document, digest: sha256(document), remembered: [] }, { about });
    }),
  );
  await putTogether({ client, table: 'deliveries' }, versions.map(deliveredAs));
}

function deliveredAs({ subject, recordedAt }: Version, turn: number) {
  const outcome = turn % 20 === 0 ? ('failed' as const) : ('delivered' as const);
  const answered = { version: 1, outcome, at: recordedAt };
  const trail = [{ ...answered, attempts: 1 }];
  return deliveryItem({ subject, destination: MAILER.id, version: 1, revision: 1, answered, trail });
}

/** By the function itself: in transactions as on this machine; and the first of them in batches as on AWS. */
async function indexed(client: DynamoDBClient, of: number) {
  const all = recordsOn(client, 'records');
  const rows = [];
  for (const [written, table, put, count] of [
    ['in transactions', 'audit', putTogether, of],
    ['in batches', 'audit-in-batches', batchPut, of / 10],
  ] as const) {
    const index = searchIndexOn(client, table, put);
    const recordedIn = async (minute: number) =>
      (await all.recordedIn(minute)).filter(({ subject }) => subject < nameOf(count));
    const clock = { now: () => BEGUN + 0.95 * HOUR };
    const begun = performance.now();
    const ports = { catalogue, records: { ...all, recordedIn }, index, marks: marksOn(client, table), clock };
    const done = await indexVersions(ports)();
    if (done.indexed !== count) throw new Error(`${done.indexed} of ${count} versions were indexed`);
    const seconds = (performance.now() - begun) / 1_000;
    rows.push({ written, versions: count, seconds, 'versions a second': count / seconds });
  }
  return rows;
}

const SEARCHES: readonly (readonly [string, Omit<Asked, 'limit'>])[] = [
  ['the newest of all', { sought: {} }],
  ['of a topic', { sought: { topic: 'acme/newsletter' } }],
  ['of a source', { sought: { source: 'call-centre' } }],
  [
    'of a topic, a state and a notice',
    { sought: { topic: 'acme/newsletter', state: 'granted', notice: 'marketing/2' } },
  ],
  ['delivered to a destination', { sought: {}, at: { told: MAILER, outcome: 'delivered' } }],
  ['failed at a destination', { sought: {}, at: { told: MAILER, outcome: 'failed' } }],
];

function portsOn(client: DynamoDBClient): SearchPorts {
  const never = async (): Promise<never> => {
    throw new Error('no search opens an address');
  };
  const seals = {
    ...{ seal: never, open: never, hash: never, ownHash: never, opener: never, wanted: () => undefined },
    ...{ keyOf: String, forget: () => undefined },
  };
  return {
    ...{ catalogue, records: recordsOn(client, 'records'), index: searchIndexOn(client, 'audit') },
    ledger: ledgerOn(client, { deliveries: 'deliveries', records: 'records', seals }),
    ...{ log: logOn(client, 'deliveries'), recorded: recordedOn(client, 'records') },
    trails: trailsOn(client, { deliveries: 'deliveries', records: 'records' }),
    ...{ marks: marksOn(client, 'deliveries'), indexMarks: marksOn(client, 'audit') },
  };
}

async function timesOf(ports: SearchPorts, asked: Asked, times: number): Promise<readonly number[]> {
  const took: number[] = [];
  for (let turn = 0; turn < times; turn++) {
    const begun = performance.now();
    await searchVersions(ports)(asked);
    took.push(performance.now() - begun);
  }
  return took;
}

/** A page of a thousand results among many, by its time, its requests and its read units; and how fast the index is filled. */
export async function benchSearch({ rounds }: Pace): Promise<Report> {
  const of = rounds < 10 ? 10_000 : 30_000;
  const dynamo = await startDynamo();
  const client = dynamoClient(loopback(dynamo.endpoint));
  const counted = dynamoClient(loopback(dynamo.endpoint));
  const meter = metered(counted);
  const made: readonly (readonly [string, TableName])[] = [
    ...(['records', 'deliveries', 'audit'] as const).map((name) => [name, name] as const),
    ['audit-in-batches', 'audit'],
  ];
  await createTables(
    client,
    made.map(([name, like]) => createTableRequest({ ...tables[like], stream: false }, name)),
  );
  await seed(client, of);
  const indexing = await indexed(client, of);
  const rows = [];
  for (const [search, asked] of SEARCHES) {
    meter.reset();
    const { hits } = await searchVersions(portsOn(counted))({ ...asked, limit: RESULTS });
    const [requests, units] = [meter.requests(), meter.units()];
    const took = await timesOf(portsOn(client), { ...asked, limit: RESULTS }, rounds * 5);
    rows.push({
      ...{ search, results: hits.length, 'p50, ms': quantile(took, 0.5), 'p99, ms': quantile(took, 0.99) },
      ...{ requests, 'read units': units },
    });
  }
  for (const one of [client, counted]) one.destroy();
  await dynamo.stop();
  return {
    tables: [
      { title: `A page of ${RESULTS} of ${of} versions`, rows },
      { title: 'Making them searchable', rows: indexing },
    ],
    aims: [
      atMost(
        `a page of ${RESULTS} within ${PROMISED} ms (p50)`,
        PROMISED,
        Object.fromEntries(rows.map((row) => [row.search, row['p50, ms']])),
      ),
    ],
  };
}
