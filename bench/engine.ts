import { fork } from 'node:child_process';
import { once } from 'node:events';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Pool } from 'undici';
import * as z from 'zod';
import shipped from '../heed.config.ts';
import { dynamoClient } from '../lib/aws/dynamo.ts';
import { only } from '../lib/config.ts';
import { createTableRequest, tables } from '../lib/tables.ts';
import { startEngine } from '../local/engine.ts';
import { listen, readBody } from '../local/listen.ts';
import { loopback } from '../local/loopback.ts';
import { createTables } from '../local/tables.ts';
import { simulators } from '../test/simulators/index.ts';
import { atLeast, type Report } from './report.ts';
import { type Contender, compare, type Measured, median, type Pace, quantile } from './rounds.ts';
import { aChange, subjectOf } from './sample.ts';

/** Measured with three lanes: what each one more costs is `deliver`'s, and on AWS it has machines of its own. */
const config = only(shipped, ['hubspot', 'salesforce', 'webhook']);

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
  const post = await posting(pool);
  await warmUp(post);
  const whole: Contender = { name: WHOLE, act: (turn) => post(WARM + turn) };
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

type Post = (turn: number) => Promise<void>;

/** Posts the next change of the next subject; the first ones name an address. */
async function posting(pool: Pool): Promise<Post> {
  const asked = await pool.request({
    method: 'POST',
    path: '/local/token',
    body: '{"scope":"preferences:write"}',
  });
  const { token } = Token.parse(await asked.body.json());
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return async (turn) => {
    const subject = subjectOf('whole', turn, SUBJECTS);
    const address = turn < ADDRESSED ? { identifiers: { email: `${subject}@example.com` } } : {};
    const body = JSON.stringify({ ...aChange(Math.floor(turn / SUBJECTS)), ...address });
    const path = `/v1/subjects/${subject}/changes`;
    const { statusCode, body: answer } = await pool.request({ method: 'POST', path, headers, body });
    const text = await answer.text();
    if (statusCode !== 201) throw new Error(`${statusCode} ${text}`);
  };
}

/** Subjects with an address, and changes before anything is measured: a process that has just started is slow. */
const ADDRESSED = 200;
const WARM = 800;

async function warmUp(post: Post): Promise<void> {
  let turn = 0;
  const loop = async (): Promise<void> => {
    while (turn < WARM) await post(turn++);
  };
  await Promise.all(Array.from({ length: 16 }, loop));
}

/** One change after another, once everything before it was told: how long until the vendor has it. */
async function latencies(count: number) {
  const arrived = new Set<string>();
  let noticed: () => void = () => undefined;
  const vendor = await listen(async (request, response) => {
    const { id } = Event.parse(JSON.parse(String(await readBody(request, 1e6))));
    arrived.add(id);
    noticed();
    response.end();
  });
  const engine = await forkEngine(vendor.url);
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise<void>((resolve) => (noticed = resolve));
  };
  const pool = new Pool(engine.url, { connections: 16 });
  const post = await posting(pool);
  await warmUp(post);
  await until(() => arrived.size === WARM);
  const [begun, answered]: [number[], number[]] = [[], []];
  for (let turn = WARM; turn < WARM + count; turn++) {
    const id = `${subjectOf('whole', turn, SUBJECTS)}:${1 + Math.floor(turn / SUBJECTS)}`;
    const start = performance.now();
    await post(turn);
    const answer = performance.now();
    await until(() => arrived.has(id));
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

const Event = z.object({ id: z.string() });
