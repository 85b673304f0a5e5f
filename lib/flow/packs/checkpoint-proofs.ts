import type { SignedCheckpoint } from '../../domain/checkpoint.ts';
import { hashOfLeaf } from '../../domain/checkpoint.ts';
import type { Checkpoints } from '../checkpoints.ts';
import { provenCounts } from '../count-pages.ts';
import { everyLeaf, leavesIn } from '../leaves.ts';
import { type NewestPorts, newestThereIs } from '../newest-checkpoint.ts';
import { type ProvePorts, placesFor, proofsFor } from '../prove.ts';
import type { Between, Edge, LeavesFile, Proofs } from './proofs.ts';

export interface CheckpointPorts extends ProvePorts, Pick<NewestPorts, 'clock'> {
  readonly checkpoints: Pick<Checkpoints, 'endingAfter' | 'numbered' | 'newest' | 'list'>;
}

/** Versions after which what was read of the archive is forgotten: memory stays bounded. */
const REMEMBERED = 5_000;
const AT_ONCE = 16;
const PAGE = 500;

/** Proofs by the checkpoints of the archive. It remembers some of what it has read: make one for each pack or run. */
export function checkpointProofs(ports: CheckpointPorts): Proofs {
  const { archive, checkpoints } = ports;
  const near = { ...ports, checkpoints: { ...checkpoints, endingAfter: neighbouring(checkpoints) } };
  let leaves = leavesIn(archive);
  let asked = 0;
  const remember = (count: number): typeof leaves => {
    if (asked > REMEMBERED) leaves = leavesIn(archive);
    asked = asked > REMEMBERED ? count : asked + count;
    return leaves;
  };
  return {
    newest: async () => (await newestThereIs(ports))?.checkpoint.number ?? 0,
    of: async (versions) =>
      (await proofsFor(near)(versions)).map(
        (one) => one && { checkpoint: numberOf(one.signed), index: one.index, path: one.path },
      ),
    places: async (versions) =>
      (await placesFor(near, remember(versions.length))(versions)).map(
        (one) => one && { checkpoint: numberOf(one.signed), index: one.index },
      ),
    checkpoints: async (numbers) =>
      (await everySigned(checkpoints, numbers)).map((one) => ({ number: numberOf(one), jws: one.jws })),
    counts: async (number, subject) => {
      if (number === 0) return [];
      const { counts } = (await there(checkpoints.numbered, number)).checkpoint;
      return counts ? provenCounts(archive, counts, subject) : [];
    },
    during: (from, to) => during(checkpoints, from, to),
    leaves: async (number, period) => leavesFile(archive, await there(checkpoints.numbered, number), period),
  };
}

const numberOf = ({ checkpoint }: SignedCheckpoint): number => checkpoint.number;

/**
 * What follows in time is mostly in the checkpoint that was just looked at: periods leave no gap. One after the other, or
 * thousands that are asked at once would each ask the table.
 */
function neighbouring({ endingAfter }: Pick<Checkpoints, 'endingAfter'>): Checkpoints['endingAfter'] {
  let last: Promise<SignedCheckpoint | undefined> = Promise.resolve(undefined);
  return (recordedAt) => {
    last = last
      .catch(() => undefined)
      .then((found) => (found && holds(found, recordedAt) ? found : endingAfter(recordedAt)));
    return last;
  };
}

const holds = ({ checkpoint: { from, to } }: SignedCheckpoint, recordedAt: string): boolean =>
  from <= recordedAt && recordedAt < to;

async function everySigned(
  { numbered }: Pick<Checkpoints, 'numbered'>,
  numbers: readonly number[],
): Promise<readonly SignedCheckpoint[]> {
  const found: SignedCheckpoint[] = [];
  for (let from = 0; from < numbers.length; from += AT_ONCE) {
    const some = numbers.slice(from, from + AT_ONCE);
    found.push(...(await Promise.all(some.map((number) => there(numbered, number)))));
  }
  return found;
}

async function there(numbered: Checkpoints['numbered'], number: number): Promise<SignedCheckpoint> {
  const signed = await numbered(number);
  if (!signed) throw new Error(`checkpoint ${number} is gone`);
  return signed;
}

async function during(
  { endingAfter, list }: Pick<Checkpoints, 'endingAfter' | 'list'>,
  from: string,
  to: string,
): Promise<readonly number[]> {
  const first = await endingAfter(from);
  const found: number[] = [];
  let next = first && first.checkpoint.from < to ? numberOf(first) : undefined;
  while (next !== undefined) {
    const page = await list({ below: next + PAGE, limit: PAGE });
    const within = page.filter((one) => numberOf(one) >= (next ?? 0) && one.checkpoint.from < to);
    found.push(...within.map(numberOf).reverse());
    next = within.length === PAGE ? next + PAGE : undefined;
  }
  return found;
}

async function leavesFile(
  archive: CheckpointPorts['archive'],
  { checkpoint }: SignedCheckpoint,
  { from, to }: Between,
): Promise<LeavesFile> {
  const hashes: Uint8Array[] = [];
  let before: Edge | undefined;
  let after: Edge | undefined;
  for await (const leaf of everyLeaf(archive, checkpoint)) {
    if (leaf.recordedAt < from) before = { ...leaf, index: hashes.length };
    else if (leaf.recordedAt >= to) after ??= { ...leaf, index: hashes.length };
    hashes.push(hashOfLeaf(leaf));
  }
  const edges = [before, after].flatMap((edge) => edge ?? []);
  return { hashes: Buffer.concat(hashes), edges };
}
