import type { Archive } from '../audit-ports.ts';
import { type Checkpoint, checkpointIn, hashOfLeaf } from '../domain/checkpoint.ts';
import type { Count, Counts } from '../domain/count.ts';
import { treeBuilder } from '../domain/merkle.ts';
import { MINUTE, toMs } from '../domain/time.ts';
import type { Clock } from '../ports.ts';
import { type CountPage, countPages, countsOn, countWriter } from './count-pages.ts';
import { checkpointFile, WIDTH } from './leaf-files.ts';
import { everyLeaf, SpoiledArchiveError } from './leaves.ts';

export interface CountPorts {
  readonly archive: Archive;
  readonly clock: Pick<Clock, 'now'>;
}

/** Times in ms. */
export interface CountOptions {
  /** Counts are renewed once they are so old. */
  readonly every: number;
  /** Half of it for reading what came since, half for writing. */
  readonly longest: number;
  /** Subjects after which no further checkpoint is read: the next run goes on. */
  readonly most: number;
}

export const COUNTS: CountOptions = { every: 24 * 60 * MINUTE, longest: 4 * MINUTE, most: 100_000 };

/** What the next checkpoint says of how many versions each subject has, and why that is not newer, where it should be. */
export interface Counted {
  readonly counts?: Counts | undefined;
  readonly fault?: Error;
}

/**
 * Counts what checkpoints hold of each subject, up to the last one there is, or as far as there is time. What was counted before is
 * given back where it is not old yet, or where something in the archive is spoiled: that is no reason to make no checkpoint.
 */
export async function counted(
  ports: CountPorts,
  last: Checkpoint | undefined,
  options: CountOptions,
): Promise<Counted> {
  const counts = last?.counts;
  const now = ports.clock.now();
  if (!last || counts?.upTo === last.number) return { counts };
  if (counts && now - toMs(counts.to) < options.every) return { counts };
  try {
    return { counts: await renewed(ports, last, { ...options, from: now }) };
  } catch (error) {
    return { counts, fault: error instanceof Error ? error : new Error('unknown') };
  }
}

interface Bounds extends CountOptions {
  /** When it began. */
  readonly from: number;
}

async function renewed(ports: CountPorts, last: Checkpoint, bounds: Bounds): Promise<Counts> {
  const { added, to, upTo } = await changesSince(ports, last, bounds);
  const writer = countWriter(ports.archive);
  const pages = last.counts ? await countPages(ports.archive, last.counts) : [];
  const slices = slicesOf(pages, added);
  const read = ahead(ports.archive, (at) => !writer.isEven() || slices[at] !== undefined);
  for (const [at, page] of pages.entries()) {
    if (writer.isEven() && !slices[at])
      writer.keep(page, lengthOf({ pages, at, size: last.counts?.size ?? 0 }));
    else await writer.all(together(await read(pages, at), slices[at]));
    if (ports.clock.now() > bounds.from + bounds.longest) throw new CountingTooLongError('no time is left');
  }
  if (pages.length === 0) await writer.all(together([], slices[0]));
  return { ...(await writer.finish()), to, upTo };
}

interface PlacedPage {
  readonly pages: readonly CountPage[];
  readonly at: number;
  /** Of the whole tree. */
  readonly size: number;
}

/** All files are full but the last. */
const lengthOf = ({ pages, at, size }: PlacedPage): number =>
  at + 1 < pages.length ? WIDTH : size - WIDTH * at;

/** There are more subjects than can be written in the time for it. */
export class CountingTooLongError extends Error {
  override readonly name = 'CountingTooLongError';
}

interface Since extends Pick<Counts, 'to' | 'upTo'> {
  /** By subject, how many versions the checkpoints since then hold. */
  readonly added: ReadonlyMap<string, number>;
}

/** What checkpoints hold that are not counted yet: at least one of them, and not many subjects more than the bound. */
async function changesSince(
  { archive, clock }: CountPorts,
  last: Checkpoint,
  { from, longest, most }: Bounds,
): Promise<Since> {
  const added = new Map<string, number>();
  let number = last.counts?.upTo ?? 0;
  let to: string;
  do {
    number += 1;
    const one = number === last.number ? last : await archived(archive, number);
    await addLeaves(archive, one, added);
    to = one.to;
  } while (number < last.number && added.size < most && clock.now() < from + longest / 2);
  return { added, to, upTo: number };
}

async function archived(archive: Pick<Archive, 'get'>, number: number): Promise<Checkpoint> {
  const [, payload = ''] = Buffer.from((await archive.get(checkpointFile(number))) ?? [])
    .toString()
    .split('.');
  const checkpoint = checkpointIn(Buffer.from(payload, 'base64url').toString());
  if (checkpoint?.number !== number)
    throw new SpoiledArchiveError(`${checkpointFile(number)} is gone or holds something else`);
  return checkpoint;
}

/** Only leaves that make the root that was signed are counted. */
async function addLeaves(
  archive: Pick<Archive, 'get'>,
  checkpoint: Checkpoint,
  added: Map<string, number>,
): Promise<void> {
  const tree = treeBuilder();
  for await (const leaf of everyLeaf(archive, checkpoint)) {
    tree.add(hashOfLeaf(leaf));
    added.set(leaf.subject, (added.get(leaf.subject) ?? 0) + 1);
  }
  if (tree.root().toString('hex') !== checkpoint.root)
    throw new SpoiledArchiveError(`the leaves of checkpoint ${checkpoint.number} are not those it says`);
}

/** What is to be added to each file, in order: subjects are ASCII, so that texts compare as their bytes do. */
function slicesOf(
  pages: readonly CountPage[],
  added: ReadonlyMap<string, number>,
): readonly (readonly Count[] | undefined)[] {
  const slices: Count[][] = [];
  let at = 0;
  for (const [subject, versions] of [...added].sort(([one], [next]) => (one < next ? -1 : 1))) {
    while (at + 1 < pages.length && (pages[at + 1]?.first ?? '') <= subject) at += 1;
    slices[at] ??= [];
    slices[at]?.push({ subject, versions });
  }
  return slices;
}

/** Two lists in order as one, with the sum where both have a subject. */
function* together(counts: readonly Count[], added: readonly Count[] = []): Generator<Count> {
  let next = 0;
  for (const { subject, versions } of counts) {
    for (let one = added[next]; one && one.subject < subject; one = added[++next]) yield one;
    const same = added[next]?.subject === subject ? added[next++] : undefined;
    yield { subject, versions: versions + (same?.versions ?? 0) };
  }
  yield* added.slice(next);
}

/** Files that are read at once. */
const AT_ONCE = 16;

/** Reads files before it is their turn, those alone that will be needed. */
function ahead(archive: Pick<Archive, 'get'>, isNeeded: (at: number) => boolean) {
  const reading = new Map<number, Promise<readonly Count[]>>();
  const begin = (page: CountPage | undefined, at: number): void => {
    if (!page || reading.has(at)) return;
    const counts = countsOn(archive, page);
    counts.catch(() => {});
    reading.set(at, counts);
  };
  return async (pages: readonly CountPage[], at: number): Promise<readonly Count[]> => {
    begin(pages[at], at);
    for (let next = at + 1; next < at + AT_ONCE; next++) if (isNeeded(next)) begin(pages[next], next);
    const counts = (await reading.get(at)) ?? [];
    reading.delete(at);
    return counts;
  };
}
