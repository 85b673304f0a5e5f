import config from '../heed.config.ts';
import { dynamoClient } from '../lib/aws/dynamo.ts';
import { recordsOn } from '../lib/aws/records.ts';
import { decide } from '../lib/domain/decide.ts';
import { canonical, sha256 } from '../lib/domain/digest.ts';
import { toIso } from '../lib/domain/time.ts';
import type { Change } from '../lib/domain/vocabulary.ts';
import type { Records, Stored } from '../lib/ports.ts';
import { createTableRequest, tables } from '../lib/tables.ts';
import { startDynamo } from '../local/dynamodb.ts';
import { loopback } from '../local/loopback.ts';
import { createTables } from '../local/tables.ts';
import { atMost, type Report } from './report.ts';

/**
 * Does a subject's past cost anything? The same read and the same write on subjects with five versions and on one
 * with five thousand, all written the way accept writes them.
 */
const FEW = 5;
const MANY = 5_000;
const ROUNDS = 400;
const START = Date.parse('2026-01-01T00:00:00.000Z');

/** As many topics in turn as the short subjects have versions: then all records are of one size. */
const changeAt = (step: number): Change => ({
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
    occurredAt: toIso(START + step * 1_000),
    legalBasis: 'consent',
    notice: { id: 'marketing', version: '3', language: 'en', sha256: sha256('the text shown') },
  },
});

const findable = {
  about: { topics: ['acme/newsletter'], channels: ['email'], preferences: [], identifiersChanged: [] },
};

interface Cost {
  readonly read: number;
  readonly write: number;
  readonly bytes: number;
}

/** The next change of a subject, its read and its write timed apart (ms). */
async function changeOnce(records: Records, subject: string): Promise<Cost> {
  const begun = performance.now();
  const previous = await records.newest(subject);
  const read = performance.now() - begun;
  const stored = next(subject, previous);
  const decided = performance.now();
  if (!(await records.append(stored, findable))) throw new Error('nobody else writes here');
  return { read, write: performance.now() - decided, bytes: Buffer.byteLength(stored.document) };
}

function next(subject: string, previous: Stored | undefined): Stored {
  const step = previous?.version.version ?? 0;
  const now = START + step * 1_000;
  const decision = decide(previous, changeAt(step), { subject, now, catalogue: config.catalogue });
  if (decision.kind === 'unchanged') throw new Error('every step says something new');
  const document = canonical(decision.version);
  return { version: decision.version, document, digest: sha256(document), remembered: [] };
}

async function grow(records: Records, subject: string, versions: number): Promise<void> {
  for (let version = 1; version <= versions; version++) await changeOnce(records, subject);
}

/** In turns, so that what else the machine does meets both alike. */
async function measure(
  records: Records,
): Promise<{ readonly few: readonly Cost[]; readonly many: readonly Cost[] }> {
  await grow(records, 'many', MANY);
  const few: Cost[] = [];
  const many: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await grow(records, `few-${round}`, FEW);
    few.push(await changeOnce(records, `few-${round}`));
    many.push(await changeOnce(records, 'many'));
  }
  return { few, many };
}

function quantile(costs: readonly Cost[], of: keyof Cost, share: number): number {
  const sorted = costs.map((cost) => cost[of]).sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

const ROWS = [
  { what: 'read the newest, p50', of: 'read', share: 0.5 },
  { what: 'read the newest, p90', of: 'read', share: 0.9 },
  { what: 'write the next, p50', of: 'write', share: 0.5 },
  { what: 'write the next, p90', of: 'write', share: 0.9 },
] as const;

/** Milliseconds of each operation on either kind of subject, and their ratio. */
export async function benchStore(): Promise<Report> {
  const dynamo = await startDynamo();
  const client = dynamoClient(loopback(dynamo.endpoint));
  await createTables(client, [createTableRequest({ ...tables.records, stream: false }, 'records')]);
  const { few, many } = await measure(recordsOn(client, 'records'));
  client.destroy();
  await dynamo.stop();
  const rows = ROWS.map(({ what, of, share }) => {
    const [short, long] = [quantile(few, of, share), quantile(many, of, share)];
    return {
      operation: what,
      [`${FEW} versions, ms`]: short,
      [`${MANY} versions, ms`]: long,
      ratio: long / short,
    };
  });
  const bytes = { few: quantile(few, 'bytes', 0.5), many: quantile(many, 'bytes', 0.5) };
  const title = `A subject with ${MANY} versions next to subjects with ${FEW}; a version is ${bytes.many} and ${bytes.few} bytes`;
  const ratios = Object.fromEntries(rows.map(({ operation, ratio }) => [operation, Number(ratio)]));
  return {
    tables: [{ title, rows }],
    aims: [atMost('as fast as with five versions (within 1.2)', 1.2, ratios)],
  };
}
