import { fork } from 'node:child_process';
import { once } from 'node:events';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Pool } from 'undici';
import * as z from 'zod';
import config from '../heed.config.ts';
import { dynamoClient } from '../lib/aws/dynamo.ts';
import { createTableRequest, tables } from '../lib/tables.ts';
import { startEngine } from '../local/engine.ts';
import { listen, readBody } from '../local/listen.ts';
import { loopback } from '../local/loopback.ts';
import { createTables } from '../local/tables.ts';
import { simulators } from '../test/simulators/index.ts';
import { atLeast, type Report } from './report.ts';
import { type Contender, compare, type Measured, median, type Pace, quantile } from './rounds.ts';
import { aChange, subjectOf } from './sample.ts';

const SUBJECTS = 1_000;
const CONCURRENCIES = [1, 16, 64];
const VERSION_BYTES = 4_000;

const Started = z.object({ url: z.string(), dynamodb: z.string() });

/** The whole engine in a process of its own; `vendor` is where its webhook goes. */
async function forkEngine(vendor?: string) {
  const child = fork(process.argv[1] ?? '', ['engine-process', vendor ?? '']);
  const [message] = await once(child, 'message');
  const stop = async (): Promise<void> => {
    child.send('stop');
    await once(child, 'exit');
  };
  return { ...Started.parse(message), stop };
}

/** The forked process: everything is delivered, to simulators in this very process. */
export async function beEngine(vendor: string): Promise<void> {
  const told = { start: async () => undefined, stop: async () => undefined, url: vendor };
  const secret = () => ({ keys: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`], endpoint: vendor });
  const engine = await startEngine({
    config,
    port: 0,
    vendors: vendor === '' ? simulators : { ...simulators, webhook: () => ({ ...told, secret }) },
    warn: (line) => console.error(line),
    line: () => undefined,
  });
  process.send?.({ url: engine.url, dynamodb: engine.endpoints['dynamodb'] });
  process.once('message', async () => {
    await engine.stop();
    process.exit();
  });
}

/** Accepted changes a second over HTTP while everything is delivered, next to bare puts on the same engine at rest. */
export async function benchEngine({ rounds, window }: Pace): Promise<Report> {
  const played: (readonly Measured[])[] = [];
  for (let round = 0; round < Math.ceil(rounds / 3); round++) played.push(await playOnce(window));
  const rows = CONCURRENCIES.map((concurrency) => summaryOf(concurrency, played));
  const latency = await latencies(rounds * 40);
  return {
    tables: [
      { title: 'Changes accepted over HTTP while everything is delivered', rows },
      { title: 'How long until the webhook’s vendor has a change, one at a time', rows: latency },
    ],
    aims: [
      atLeast(
        'the whole engine in one process: 0.4 of bare PutItem, by changes at once',
        0.4,
        Object.fromEntries(rows.map((row) => [row['at once'], row.ratio])),
      ),
    ],
  };
}

function summaryOf(concurrency: number, played: readonly (readonly Measured[])[]) {
  const named = (name: string) =>
    played.flat().filter((row) => row.concurrency === concurrency && row.name === name);
  const [floor, ours] = [named(FLOOR), named(WHOLE)];
  const of = (rows: readonly Measured[], key: 'perSecond' | 'p50' | 'p99') =>
    median(rows.map((row) => row[key]));
  return {
    'at once': concurrency,
    'changes a second': of(ours, 'perSecond'),
    'p50, ms': of(ours, 'p50'),
    'p99, ms': of(ours, 'p99'),
    'bare PutItems a second': of(floor, 'perSecond'),
    ratio: median(ours.map((row, i) => row.perSecond / (floor[i]?.perSecond ?? Number.NaN))),
  };
}

const FLOOR = 'bare PutItem';
const WHOLE = 'whole engine';

async function playOnce(window: number): Promise<readonly Measured[]> {
  const engine = await forkEngine();
  const client = dynamoClient(loopback(engine.dynamodb));
  await createTables(client, [createTableRequest(tables.records, 'floor')]);
  const floor: Contender = {
    name: FLOOR,
    act: (turn) =>
      client.send(
        new PutItemCommand({
          TableName: 'floor',
          Item: {
            pk: { S: subjectOf('put', turn, SUBJECTS) },
            sk: { S: `${turn}` },
            document: { S: DOCUMENT },
          },
        }),
      ),
  };
  const pool = new Pool(engine.url, { connections: 64 });
  const whole: Contender = { name: WHOLE, act: await posting(pool) };
  const rows: Measured[] = [];
  for (const contender of [floor, whole]) {
    for (const concurrency of CONCURRENCIES)
      rows.push(...(await compare([contender], { concurrency, rounds: 1, window: window * 2 })));
  }
  client.destroy();
  await pool.close();
  await engine.stop();
  return rows;
}

const DOCUMENT = 'x'.repeat(VERSION_BYTES);
const Token = z.object({ token: z.string() });

/** Posts the next change of the next subject; every first change of a subject names its address. */
async function posting(pool: Pool): Promise<(turn: number) => Promise<void>> {
  const asked = await pool.request({
    method: 'POST',
    path: '/local/token',
    body: '{"scope":"preferences:write"}',
  });
  const { token } = Token.parse(await asked.body.json());
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return async (turn) => {
    const subject = subjectOf('whole', turn, SUBJECTS);
    const first = turn < SUBJECTS / 5 ? { identifiers: { email: `${subject}@example.com` } } : {};
    const body = JSON.stringify({ ...aChange(Math.floor(turn / SUBJECTS)), ...first });
    const path = `/v1/subjects/${subject}/changes`;
    const { statusCode, body: answer } = await pool.request({ method: 'POST', path, headers, body });
    const text = await answer.text();
    if (statusCode !== 201) throw new Error(`${statusCode} ${text}`);
  };
}

/** One change after another, far apart: how long until the vendor has it. */
async function latencies(count: number) {
  const arrivals = new Map<string, () => void>();
  const vendor = await listen(async (request, response) => {
    const { subject, sequence } = Event.parse(JSON.parse(String(await readBody(request, 1e6))));
    arrivals.get(`${subject}:${sequence}`)?.();
    response.end();
  });
  const engine = await forkEngine(vendor.url);
  const pool = new Pool(engine.url, { connections: 1 });
  const post = await posting(pool);
  const [begun, answered]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < count; turn++) {
    const subject = subjectOf('whole', SUBJECTS / 5 + turn, SUBJECTS);
    const arrival = new Promise<void>((resolve) => arrivals.set(`${subject}:1`, resolve));
    const start = performance.now();
    await post(SUBJECTS / 5 + turn);
    const answer = performance.now();
    await arrival;
    begun.push(performance.now() - start);
    answered.push(performance.now() - answer);
  }
  await pool.close();
  await engine.stop();
  await vendor.close();
  return [
    { from: 'its request', 'p50, ms': quantile(begun, 0.5), 'p99, ms': quantile(begun, 0.99) },
    { from: 'its answer', 'p50, ms': quantile(answered, 0.5), 'p99, ms': quantile(answered, 0.99) },
  ];
}

const Event = z.object({ subject: z.string(), sequence: z.string() });
