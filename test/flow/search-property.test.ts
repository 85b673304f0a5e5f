import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Facts } from '../../lib/domain/facts.ts';
import { type Entry, fits, placeOf, type Sought } from '../../lib/domain/searching.ts';
import { MINUTE, toIso } from '../../lib/domain/time.ts';
import { indexVersions } from '../../lib/flow/index-versions.ts';
import { type Hit, type SearchPorts, searchVersions } from '../../lib/flow/search.ts';
import type { SearchIndex } from '../../lib/flow/search-index.ts';
import type { Recorded } from '../../lib/ports.ts';
import { aCatalogue } from '../builders.ts';
import { marksInMemory, searchIndexInMemory } from '../memory-search.ts';

const START = Date.UTC(2026, 3, 30, 23, 50);
const TOPICS = ['acme/newsletter', 'acme/offers', 'orbit/events'];
const CHANNELS = ['email', 'sms'];
const NOTHING = { preferences: [], identifiersChanged: [] };

const some = (values: readonly string[]) => fc.subarray([...values], { minLength: 1 });

const facts = fc.record({
  occurredAt: fc.constant(toIso(START)),
  source: fc.constantFrom('form', 'crm'),
  actor: fc.constantFrom('subject' as const, 'import' as const),
  states: fc.constantFrom(
    ['granted' as const],
    ['withdrawn' as const],
    ['granted' as const, 'withdrawn' as const],
    [],
  ),
});

/** A version some seconds after the one before: the whole lies about the end of a month. */
const step = fc.record({
  after: fc.integer({ min: 0, max: 90_000 }),
  subject: fc.constantFrom('ada', 'bob', 'cyd', 'dee', 'eve'),
  facts,
  import: fc.constantFrom(undefined, 'spring'),
  notice: fc.constantFrom(undefined, 'marketing/1', 'marketing/2'),
  topics: some(TOPICS),
  channels: some(CHANNELS),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function recordedAs(steps: readonly Step[]): readonly Recorded[] {
  const versions = new Map<string, number>();
  let at = START;
  return steps.map(({ after, subject, facts: rest, topics, channels, ...names }) => {
    at += after + 1;
    const version = (versions.get(subject) ?? 0) + 1;
    versions.set(subject, version);
    const { import: name, notice } = names;
    const more: Facts = { ...rest, ...(name && { import: name }), ...(notice && { notice }) };
    return { subject, version, recordedAt: toIso(at), about: { ...NOTHING, topics, channels }, facts: more };
  });
}

const maybe = (...values: readonly string[]) =>
  fc.constantFrom<string | undefined>(undefined, undefined, ...values);

const sought: fc.Arbitrary<Sought> = fc
  .record({
    from: maybe(toIso(START + 5 * MINUTE), toIso(START + 12 * MINUTE)),
    to: maybe(toIso(START + 10 * MINUTE), toIso(START + 20 * MINUTE)),
    source: maybe('form', 'crm', 'unheard-of'),
    actor: maybe('subject', 'import'),
    import: maybe('spring'),
    notice: maybe('marketing/1'),
    topic: maybe(...TOPICS),
    channel: maybe(...CHANNELS),
    state: maybe('granted', 'withdrawn', 'pending'),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

const asEntry = ({ subject, version, recordedAt, about, facts: known }: Recorded): Entry => {
  if (!known) throw new Error('every version of this test has its facts');
  const { topics, channels } = about;
  return { ...known, subject, version, recordedAt, topics, channels };
};

const never = async (): Promise<never> => {
  throw new Error('not asked for here');
};

/** Versions that come into being while somebody searches: `grow` records and indexes some more. */
function searching(all: readonly Recorded[], index: SearchIndex) {
  let there = 0;
  let now = START;
  const marks = marksInMemory();
  const records = {
    version: never,
    recordedIn: async (minute: number) =>
      all
        .slice(0, there)
        .filter(({ recordedAt }) => Math.floor(Date.parse(recordedAt) / MINUTE) * MINUTE === minute),
  };
  const grow = async (to: number): Promise<void> => {
    there = to;
    now = Math.max(now, ...all.slice(0, there).map(({ recordedAt }) => Date.parse(recordedAt)));
    await indexVersions({ catalogue: aCatalogue(), records, index, marks, clock: { now: () => now } })();
  };
  const ports: SearchPorts = {
    ...{ catalogue: aCatalogue(), index, records, marks, indexMarks: marks, recorded: never },
    ledger: { items: never, answeredWith: never },
    log: { read: never },
    trails: { upFrom: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }) },
  };
  return { grow, search: searchVersions(ports) };
}

const places = (entries: readonly (Entry | Hit)[]): readonly string[] => entries.map(placeOf);

interface Case {
  readonly steps: readonly Step[];
  readonly sought: Sought;
  readonly limit: number;
  /** How many versions are there before the first page. */
  readonly before: number;
}

/** All pages, while one more version is recorded and indexed between each and the next. */
async function walked({ steps, sought: wanted, limit, before }: Case, index: SearchIndex) {
  const all = recordedAs(steps);
  const { grow, search } = searching(all, index);
  let there = Math.min(before, all.length);
  await grow(there);
  const expected = all
    .slice(0, there)
    .map(asEntry)
    .filter((entry) => fits(wanted, entry))
    .reverse();
  const found: string[] = [];
  let after: string | undefined;
  do {
    const page = await search({ sought: wanted, limit, ...(after !== undefined && { after }) });
    expect(page.hits.length).toBeLessThanOrEqual(limit);
    found.push(...places(page.hits));
    after = page.next;
    if (there < all.length) await grow(++there);
  } while (after !== undefined && found.length <= all.length);
  return { found, expected: places(expected) };
}

const aCase: fc.Arbitrary<Case> = fc.record({
  steps: fc.array(step, { maxLength: 40 }),
  sought,
  limit: fc.integer({ min: 1, max: 12 }),
  before: fc.integer({ min: 0, max: 40 }),
});

const holds = (index: () => SearchIndex, numRuns: number) =>
  fc.assert(
    fc.asyncProperty(aCase, async (one) => {
      const { found, expected } = await walked(one, index());
      expect(found).toEqual(expected);
    }),
    { numRuns },
  );

describe('a search', () => {
  test('gives on its pages what is sought, all of it, newest first and once, whatever is recorded meanwhile', async () => {
    await holds(searchIndexInMemory, 300);
  });

  test.each<[string, (index: SearchIndex) => SearchIndex]>([
    [
      'an index that forgets to list entries under their topics',
      (index) => ({
        ...index,
        lists: async (facet, bounds) => (facet.startsWith('topic') ? [] : index.lists(facet, bounds)),
      }),
    ],
    [
      'an index that gives the entry at the cursor again',
      (index) => ({
        ...index,
        entries: (list, { below, ...bounds }) =>
          index.entries(list, { ...bounds, ...(below !== undefined && { below: `${below}~` }) }),
      }),
    ],
    [
      'an index that leaves out a month',
      (index) => ({
        ...index,
        lists: async (facet, bounds) =>
          (await index.lists(facet, bounds)).filter(({ month }) => month !== '2026-04'),
      }),
    ],
    [
      'an index that loses the first of what it is given',
      (index) => ({ ...index, write: async (entries) => index.write(entries.slice(1)) }),
    ],
  ])('of %s is caught', async (_, broken) => {
    await expect(holds(() => broken(searchIndexInMemory()), 300)).rejects.toThrow();
  });
});
