import * as z from 'zod';
import type { Archive } from '../audit-ports.ts';
import { Count, type Counts, countText, hashOfCount } from '../domain/count.ts';
import { canonical } from '../domain/digest.ts';
import { type Hash, inclusionProof, rootOf } from '../domain/merkle.ts';
import { inTurns, WIDTH } from './leaf-files.ts';
import { SpoiledArchiveError } from './leaves.ts';

/**
 * How counts are archived: 256 of them a file, each file named by the root of the tree over its counts, so that a file that did
 * not change is not written again, and what a run left that died is used by the next. The index beside them names the files of a tree;
 * as a whole file is a whole subtree, their names are all that a proof needs beside the file of its leaf.
 */
const Page = z.strictObject({ first: z.string(), root: z.string().regex(/^[0-9a-f]{64}$/) });
export type CountPage = Readonly<z.infer<typeof Page>>;

const Index = z.array(Page).readonly();

const indexFile = (root: string): string => `counts/${root}.json`;
const pageFile = (root: string): string => `counts/${root}.jsonl`;

const hex = (hash: Hash): string => hash.toString('hex');
const rootOfPages = (pages: readonly CountPage[]): string =>
  hex(rootOf(pages.map(({ root }) => Buffer.from(root, 'hex'))));

/** The files of a tree, in order. */
export async function countPages(
  archive: Pick<Archive, 'get'>,
  { root }: Counts,
): Promise<readonly CountPage[]> {
  const pages = Index.parse(JSON.parse(await textOf(archive, indexFile(root))));
  if (rootOfPages(pages) !== root) throw new SpoiledArchiveError(`${indexFile(root)} holds something else`);
  return pages;
}

/** What one of them holds. */
export async function countsOn(
  archive: Pick<Archive, 'get'>,
  { root }: CountPage,
): Promise<readonly Count[]> {
  const lines = (await textOf(archive, pageFile(root))).trimEnd().split('\n');
  const counts = lines.map((line) => Count.parse(JSON.parse(line)));
  if (hex(rootOf(counts.map(hashOfCount))) !== root)
    throw new SpoiledArchiveError(`${pageFile(root)} holds something else`);
  return counts;
}

async function textOf(archive: Pick<Archive, 'get'>, name: string): Promise<string> {
  const bytes = await archive.get(name);
  if (!bytes) throw new SpoiledArchiveError(`${name} is gone`);
  return Buffer.from(bytes).toString();
}

/** Writes a tree of counts, and remembers no more of them than a file, and the names of all. */
export function countWriter(archive: Pick<Archive, 'put'>) {
  const queue = inTurns();
  const pages: CountPage[] = [];
  let held: Count[] = [];
  let size = 0;
  const write = (): void => {
    const [one] = held;
    if (!one) return;
    const page = { first: one.subject, root: hex(rootOf(held.map(hashOfCount))) };
    queue(archive.put(pageFile(page.root), Buffer.from(`${held.map(countText).join('\n')}\n`)));
    pages.push(page);
    held = [];
  };
  return {
    /** More of them, in their order. */
    all: async (counts: Iterable<Count>): Promise<void> => {
      for (const count of counts) {
        size += 1;
        if (held.push(count) < WIDTH) continue;
        write();
        await queue.room();
      }
    },
    /** Whether a file would begin with the next. */
    isEven: (): boolean => held.length === 0,
    /** Takes over a file of so many counts that is archived already; only where one begins. */
    keep: (page: CountPage, counts: number): void => {
      pages.push(page);
      size += counts;
    },
    /** Writes what is left; all is archived when it settles. */
    finish: async (): Promise<Pick<Counts, 'root' | 'size'>> => {
      write();
      await queue.empty();
      const root = rootOfPages(pages);
      await archive.put(indexFile(root), Buffer.from(canonical(pages)));
      return { root, size };
    },
  };
}

/** A subject's count in its place, with the proof of it: nearest node first, each in base64. */
export interface ProvenCount extends Count {
  readonly index: number;
  readonly path: readonly string[];
}

/** The count of a subject; of one that has none, those of its neighbours: nobody is between them. At most three reads. */
export async function provenCounts(
  archive: Pick<Archive, 'get'>,
  counts: Counts,
  subject: string,
): Promise<readonly ProvenCount[]> {
  const pages = await countPages(archive, counts);
  const after = pages.findIndex(({ first }) => first > subject);
  const at = Math.max(0, (after < 0 ? pages.length : after) - 1);
  const held = await Promise.all(pages.slice(at, at + 2).map((page) => countsOn(archive, page)));
  const near = held.flat();
  const first = (held[0] ?? []).length;
  const next = near.findIndex((count) => count.subject >= subject);
  const places = near[next]?.subject === subject ? [next] : [next < 0 ? near.length - 1 : next - 1, next];
  const proofIn = proofsOver({ pages, at, hashes: held.map((page) => page.map(hashOfCount)) });
  return Promise.all(
    places.flatMap((place) => {
      const count = near[place];
      if (!count) return [];
      const [page, within] = place < first ? [0, place] : [1, place - first];
      return proofIn(page, within).then((path) => ({ ...count, index: (at + page) * WIDTH + within, path }));
    }),
  );
}

interface Near {
  readonly pages: readonly CountPage[];
  /** The first of the files that were read. */
  readonly at: number;
  readonly hashes: readonly (readonly Hash[])[];
}

const proofsOver = ({ pages, at, hashes }: Near) => {
  const roots = pages.map(({ root }) => Buffer.from(root, 'hex'));
  return async (page: number, within: number): Promise<readonly string[]> => {
    const inside = await proofAmong(hashes[page] ?? [], within);
    return [...inside, ...(await proofAmong(roots, at + page))].map((node) => node.toString('base64'));
  };
};

/** The proof of one of some hashes, as if they were leaves. */
const proofAmong = (hashes: readonly Hash[], index: number): Promise<readonly Hash[]> =>
  inclusionProof({ index, size: hashes.length }, async ({ level, index: at }) =>
    rootOf(hashes.slice(at * 2 ** level, (at + 1) * 2 ** level)),
  );
