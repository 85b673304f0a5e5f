import { randomUUID } from 'node:crypto';
import config from '../heed.config.ts';
import { checkpointsOn } from '../lib/aws/checkpoints.ts';
import { dynamoClient } from '../lib/aws/dynamo.ts';
import { packJobsOn } from '../lib/aws/pack-jobs.ts';
import { recordsOn } from '../lib/aws/records.ts';
import { decide } from '../lib/domain/decide.ts';
import { canonical, sha256 } from '../lib/domain/digest.ts';
import { MINUTE, toIso } from '../lib/domain/time.ts';
import type { Change } from '../lib/domain/vocabulary.ts';
import { CHECKPOINTS, checkpoint } from '../lib/flow/checkpoint.ts';
import { askForPack } from '../lib/flow/packs/ask.ts';
import { checkpointProofs } from '../lib/flow/packs/checkpoint-proofs.ts';
import { PACK_SIZES, type PackJobs } from '../lib/flow/packs/job.ts';
import { makeSubjectPack } from '../lib/flow/packs/subject-pack.ts';
import { workOnPacks } from '../lib/flow/packs/work.ts';
import { readRecord } from '../lib/flow/read.ts';
import { readHistory } from '../lib/flow/read-history.ts';
import { packPage } from '../lib/page/pack-page.ts';
import type { Records, Stored } from '../lib/ports.ts';
import { createTableRequest, tables } from '../lib/tables.ts';
import { memoryArchive } from '../local/archive.ts';
import { startDynamo } from '../local/dynamodb.ts';
import { loopback } from '../local/loopback.ts';
import { packsInMemory } from '../local/pack-files.ts';
import { localSigner, newSigningSecret } from '../local/signing.ts';
import { createTables } from '../local/tables.ts';
import texts from '../notices/texts.json' with { type: 'json' };
import type { Report } from './report.ts';
import { median, type Pace } from './rounds.ts';

const FEW = 5;
const MANY = 10_000;
const PEOPLE = 20_000;
const AT_ONCE = 32;
const START = Date.UTC(2026, 0, 1);
/** Everything is recorded within this time, ms. */
const WITHIN = 100 * MINUTE;

const { catalogue } = config;
const findable = { about: { topics: [], channels: [], preferences: [], identifiersChanged: [] } };

/** As many topics in turn as short subjects have versions: then all records are of one size. */
const changeAt = (step: number, now: number): Change => ({
  choices: [
    {
      topic: Object.keys(config.topics)[step % FEW] ?? '*',
      channel: 'email',
      state: Math.floor(step / FEW) % 2 === 0 ? 'granted' : 'withdrawn',
    },
  ],
  preferences: [],
  identifiers: [],
  evidence: {
    source: 'preference-center',
    actor: { kind: 'subject' },
    method: 'form',
    occurredAt: toIso(now),
    legalBasis: 'consent',
    notice: {
      id: 'marketing',
      version: '3',
      language: 'en',
      sha256: catalogue.notices['marketing/3/en'] ?? '',
    },
  },
});

/** So many versions of one person, evenly over the time. */
async function grow(records: Records, subject: string, versions: number): Promise<void> {
  let previous: Stored | undefined;
  for (let step = 0; step < versions; step++) {
    const now = START + Math.floor((step * WITHIN) / versions);
    const decision = decide(previous, changeAt(step, now), { subject, now, catalogue });
    if (decision.kind === 'unchanged') throw new Error('every step says something new');
    const document = canonical(decision.version);
    previous = { version: decision.version, document, digest: sha256(document), remembered: [] };
    await records.append(previous, findable);
  }
}

async function populate(records: Records, people: number): Promise<void> {
  let turn = 0;
  const some = async (): Promise<void> => {
    for (let at = turn++; at < people; at = turn++) await grow(records, `person-${at}`, FEW);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, some));
}

const NOW = START + WITHIN + 10 * MINUTE;
const clock = { now: () => NOW, sleep: async () => undefined };

/** Everything that makes packs, on a table engine of its own; what destinations were told is none of this. */
async function started() {
  const dynamo = await startDynamo();
  const client = dynamoClient(loopback(dynamo.endpoint));
  const { records: versions, audit } = tables;
  await createTables(client, [
    createTableRequest({ ...versions, stream: false }, 'records'),
    createTableRequest(audit, 'audit'),
  ]);
  const ports = {
    ...{ clock, catalogue, seals: { open: async () => undefined }, texts, archive: memoryArchive() },
    records: recordsOn(client, 'records'),
    checkpoints: checkpointsOn({ client, table: 'audit' }),
    signer: localSigner(newSigningSecret()),
    bus: { put: async (entries: readonly unknown[]) => entries.map(() => true) },
  };
  const stop = async (): Promise<void> => {
    client.destroy();
    await dynamo.stop();
  };
  return { ports, jobs: packJobsOn(client, 'audit'), stop };
}

type Ports = Awaited<ReturnType<typeof started>>['ports'];

const makerOf = (ports: Ports) =>
  makeSubjectPack({
    ...{ ...ports, proofs: checkpointProofs(ports) },
    processing: { ...config, publicUrl: 'https://preferences.acme.example', hasPages: true },
    page: (gathered, createdAt) => packPage({ gathered, createdAt, texts }),
    views: {
      record: (subject) => readRecord(ports)({ subject, masked: false }),
      history: readHistory(ports),
      deliveries: async (subject) => ({ subject, version: 0, deliveries: [] }),
      told: async () => [],
      recipients: async () => [],
      certificate: async () => undefined,
    },
  });

/** Packs of one person, made anew each time. */
async function ofOne(ports: Ports, subject: string, rounds: number) {
  const took: number[] = [];
  let bytes: number | undefined;
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    const pack = await makerOf(ports)(subject);
    took.push(performance.now() - begun);
    bytes = pack?.bytes.length;
  }
  return { 'ms, median': median(took), kB: bytes === undefined ? 'in bulk only' : bytes / 1000 };
}

async function inBulk(ports: Ports, jobs: PackJobs) {
  const files = packsInMemory(clock);
  const [from, to] = [toIso(START), toIso(START + WITHIN)];
  const asked = { jobs, files, clock, newId: randomUUID, settles: 0 };
  const { id } = await askForPack(asked)({ kind: 'period', from, to });
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const begun = performance.now();
  const proofs = checkpointProofs(ports);
  await workOnPacks({ ...ports, jobs, files, proofs, sizes: PACK_SIZES })({ until: NOW + 1, lease: 0 });
  const seconds = (performance.now() - begun) / 1000;
  clearInterval(watch);
  const job = await jobs.read(id);
  if (job?.state !== 'done') throw new Error(`the pack is ${job?.state}: ${job?.reason}`);
  const { versions, bytes, parts } = job;
  const grown = (peak - before) / 1e6;
  return {
    versions,
    seconds,
    'versions a second': versions / seconds,
    MB: bytes / 1e6,
    parts,
    'memory grew by, MB': grown,
  };
}

/** How long packs take to be made, how large they are, and how much memory a bulk pack needs. */
export async function benchPack({ rounds }: Pace): Promise<Report> {
  const { ports, jobs, stop } = await started();
  const people = rounds < 10 ? PEOPLE / 10 : PEOPLE;
  await populate(ports.records, people);
  await grow(ports.records, 'few', FEW);
  await grow(ports.records, 'many', MANY);
  const options = { ...CHECKPOINTS, origin: 'heed', firstLook: 2 * WITHIN, longest: 3_600_000 };
  await checkpoint({ ...ports, begunAt: async () => undefined }, options)();
  const bulk = await inBulk(ports, jobs);
  const few = await ofOne(ports, 'few', rounds);
  const many = await ofOne(ports, 'many', Math.ceil(rounds / 4));
  await stop();
  return {
    tables: [
      {
        title: 'A pack of one person, made for an answer',
        rows: [
          { versions: FEW, ...few },
          { versions: MANY, ...many },
        ],
      },
      {
        title: `A pack in bulk: ${people} people with ${FEW} versions each, and one with ${MANY}; the file is in memory too`,
        rows: [bulk],
      },
    ],
    aims: [],
  };
}
