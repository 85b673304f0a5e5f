import config from '../heed.config.ts';
import { dynamoClient } from '../lib/aws/dynamo.ts';
import { recordsOn } from '../lib/aws/records.ts';
import { DAY, HOUR } from '../lib/domain/time.ts';
import { readRecord } from '../lib/flow/read.ts';
import { readDecision } from '../lib/flow/read-decision.ts';
import { readHistory } from '../lib/flow/read-history.ts';
import { createTableRequest, tables } from '../lib/tables.ts';
import { type Dynamo, startDynamo } from '../local/dynamodb.ts';
import { loopback } from '../local/loopback.ts';
import { createTables } from '../local/tables.ts';
import { metered } from '../test/aws-store/capacity.ts';
import { BEGUN, inBursts, writePast } from '../test/aws-store/long-history.ts';
import { atMost, type Report } from './report.ts';
import { type Pace, quantile } from './rounds.ts';

/** People with a long past, one in twenty of their versions told up to a hundred days late: an hour apart, or in bursts. */
const VERSIONS = 10_000;
const SUBJECT = 'long';
const BURSTS = 'bursts';
const PROMISED = 200;
/** So many different moments are asked for. */
const MOMENTS = 97;
const COUNTED = 20;

interface Question {
  readonly name: string;
  /** `share`: how far into the person's past, from 0 to 1. */
  readonly ask: (share: number) => Promise<unknown>;
}

/** What an auditor asks of the past of one person, by its time, its requests and its read units. */
export async function benchPast({ rounds }: Pace): Promise<Report> {
  const dynamo = await startDynamo();
  const client = dynamoClient(loopback(dynamo.endpoint));
  await createTables(client, [createTableRequest({ ...tables.records, stream: false }, 'records')]);
  await writePast(client, { subject: SUBJECT, versions: VERSIONS });
  await writePast(client, { subject: BURSTS, versions: VERSIONS, pace: inBursts });
  const costs = await costsOn(dynamo);
  const rows = [];
  for (const question of questionsOn(client)) {
    const { requests = 0, units = 0 } = costs.get(question.name) ?? {};
    const times = await timesOf(question, rounds * 30);
    rows.push({
      question: question.name,
      'p50, ms': quantile(times, 0.5),
      'p99, ms': quantile(times, 0.99),
      requests,
      'read units': units,
    });
  }
  client.destroy();
  await dynamo.stop();
  return {
    tables: [{ title: `Questions about one person with ${VERSIONS} versions`, rows }],
    aims: [
      atMost(
        `every question is answered within ${PROMISED} ms (p99)`,
        PROMISED,
        Object.fromEntries(rows.map((row) => [row.question, row['p99, ms']])),
      ),
    ],
  };
}

function questionsOn(client: ReturnType<typeof dynamoClient>): readonly Question[] {
  const ports = {
    records: recordsOn(client, 'records'),
    catalogue: config.catalogue,
    clock: { now: Date.now },
    seals: { open: async () => undefined },
  };
  const record = readRecord(ports);
  const decision = readDecision(ports);
  const history = readHistory(ports);
  const at = (share: number): number => BEGUN + Math.floor(share * VERSIONS * HOUR);
  const about = { subject: SUBJECT, topic: 'acme/newsletter', channel: 'email' };
  const hers = { subject: SUBJECT, masked: false };
  return [
    { name: 'the record as it stands', ask: () => record(hers) },
    { name: 'as it was known then', ask: (share) => record({ ...hers, knownAt: at(share) }) },
    { name: 'as it was chosen by then', ask: (share) => record({ ...hers, validAt: at(share) }) },
    {
      name: 'as it was known then of a month before',
      ask: (share) => record({ ...hers, validAt: at(share) - 30 * DAY, knownAt: at(share) }),
    },
    { name: 'the decision as it stands', ask: () => decision(about) },
    {
      name: 'the decision as it was chosen by then',
      ask: (share) => decision({ ...about, validAt: at(share) }),
    },
    {
      name: 'as it was known then, of versions in bursts',
      ask: (share) => record({ subject: BURSTS, masked: false, knownAt: at(share) }),
    },
    {
      name: 'as it was chosen by then, of versions in bursts',
      ask: (share) => record({ subject: BURSTS, masked: false, validAt: at(share) }),
    },
    {
      name: 'a page of 50 versions, anywhere',
      ask: (share) => history({ subject: SUBJECT, limit: 50, below: Math.floor(share * VERSIONS) + 51 }),
    },
  ];
}

/** Moments far apart, each once before any comes again. */
const shareOf = (turn: number): number => ((turn * 61) % MOMENTS) / MOMENTS;

/** Requests and read units of a question, on the mean: on a client of its own, since being counted takes time. */
async function costsOn(dynamo: Dynamo) {
  const client = dynamoClient(loopback(dynamo.endpoint));
  const meter = metered(client);
  let requests = 0;
  client.middlewareStack.add(
    (next) => (args) => {
      requests += 1;
      return next(args);
    },
    { step: 'initialize', name: 'counting' },
  );
  const costs = new Map<string, { readonly requests: number; readonly units: number }>();
  for (const { name, ask } of questionsOn(client)) {
    meter.reset();
    requests = 0;
    for (let turn = 0; turn < COUNTED; turn++) await ask(shareOf(turn * 5));
    costs.set(name, { requests: requests / COUNTED, units: meter.units() / COUNTED });
  }
  client.destroy();
  return costs;
}

async function timesOf({ name, ask }: Question, times: number): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let turn = -10; turn < times; turn++) {
    const begun = performance.now();
    if (!(await ask(shareOf(turn + MOMENTS)))) throw new Error(`${name} was not answered`);
    if (turn >= 0) taken.push(performance.now() - begun);
  }
  return taken;
}
