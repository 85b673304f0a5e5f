import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Facts } from '../../lib/domain/facts.ts';
import { placeOf, type Sought } from '../../lib/domain/searching.ts';
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

const aChoice = fc.record({
  topic: fc.constantFrom(...TOPICS, 'acme/*', '*'),
  channel: fc.constantFrom(...CHANNELS, '*'),
  state: fc.constantFrom('granted' as const, 'withdrawn' as const),
});

/** Chosen then: listed by a Heed that did not write down which was said of which. */
const OLDER = toIso(START - 1);

/** A version some seconds after the one before: the whole lies about the end of a month. */
const step = fc.record({
  after: fc.integer({ min: 0, max: 90_000 }),
  subject: fc.constantFrom('ada', 'bob', 'cyd', 'dee', 'eve'),
  source: fc.constantFrom('form', 'crm'),
  actor: fc.constantFrom('subject' as const, 'import' as const),
  import: fc.constantFrom(undefined, 'spring'),
  notice: fc.constantFrom(undefined, 'marketing/1', 'marketing/2'),
  choices: fc.array(aChoice, { maxLength: 3 }),
  /** What else it concerns: of a new address, say. */
  touched: fc.option(fc.record({ topics: some(TOPICS), channels: some(CHANNELS) }), { freq: 3 }),
  older: fc.boolean(),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const TOPICS_OF: Readonly<Record<string, readonly string[]>> = {
  ...{ 'acme/newsletter': ['acme/newsletter'], 'acme/offers': ['acme/offers'] },
  ...{ 'orbit/events': ['orbit/events'], 'acme/*': ['acme/newsletter', 'acme/offers'], '*': TOPICS },
};
const CHANNELS_OF: Readonly<Record<string, readonly string[]>> = {
  ...{ email: ['email'], sms: ['sms'], '*': CHANNELS },
};

interface Row {
  readonly topic: string;
  readonly channel: string;
  readonly state: string;
}

/** What the choices of a version say, each of one topic and one channel. */
const rowsOf = ({ choices }: Step): readonly Row[] =>
  choices.flatMap(({ topic, channel, state }) =>
    (TOPICS_OF[topic] ?? []).flatMap((one) =>
      (CHANNELS_OF[channel] ?? []).map((on) => ({ topic: one, channel: on, state })),
    ),
  );

const each = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

function recordedAs(steps: readonly Step[]): readonly Recorded[] {
  const versions = new Map<string, number>();
  let at = START;
  return steps.map((one) => {
    const { after, subject, source, actor, choices, touched, older, notice } = one;
    at += after + 1;
    const version = (versions.get(subject) ?? 0) + 1;
    versions.set(subject, version);
    const rows = rowsOf(one);
    const facts: Facts = {
      ...{
        occurredAt: older ? OLDER : toIso(START),
        source,
        actor,
        states: each(choices.map(({ state }) => state)),
      },
      ...(one.import && { import: one.import }),
      ...(notice && { notice }),
      said: choices.map(({ topic, channel, state }) => [topic, channel, state] as const),
      ...(touched && { further: true }),
    };
    const about = {
      ...NOTHING,
      topics: each([...rows.map(({ topic }) => topic), ...(touched?.topics ?? [])]),
      channels: each([...rows.map(({ channel }) => channel), ...(touched?.channels ?? [])]),
    };
    return { subject, version, recordedAt: toIso(at), about, facts };
  });
}

const matches = (wanted: string | undefined, is: string | undefined): boolean =>
  wanted === undefined || wanted === is;

const NAMES = ['source', 'actor', 'import', 'notice'] as const;

/** The rule in other words: written down anew, by what was said and not by what is listed. */
function isWanted(wanted: Sought, one: Step, recordedAt: string): boolean {
  const { from = recordedAt, to } = wanted;
  const at = Date.parse(recordedAt);
  const isInTime = at >= Date.parse(from) && (to === undefined || at < Date.parse(to));
  return isInTime && NAMES.every((name) => matches(wanted[name], one[name])) && isSaid(wanted, one);
}

const isSaid = (wanted: Sought, one: Step): boolean =>
  rowsOf(one).some((row) => WORDS.every((word) => matches(wanted[word], row[word]))) ||
  (isTakenApart(wanted, one) && WORDS.every((word) => isAmong(wanted[word], wordsIn(one, word))));

const WORDS = ['topic', 'channel', 'state'] as const;

const isAmong = (wanted: string | undefined, words: readonly string[]): boolean =>
  wanted === undefined || words.includes(wanted);

function wordsIn(one: Step, word: (typeof WORDS)[number]): readonly string[] {
  const more = { topic: one.touched?.topics, channel: one.touched?.channels, state: [] }[word] ?? [];
  return [...rowsOf(one).map((row) => row[word]), ...more];
}

/** Need one choice not say all of it? */
const isTakenApart = (wanted: Sought, { older, touched }: Step): boolean =>
  older ||
  WORDS.filter((word) => wanted[word] !== undefined).length < 2 ||
  (touched !== null && wanted.state === undefined);

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

const places = (entries: readonly (Recorded | Hit)[]): readonly string[] => entries.map(placeOf);

interface Case {
  readonly steps: readonly Step[];
  readonly sought: Sought;
  readonly limit: number;
  /** How many versions are there before the first page. */
  readonly before: number;
  /** The period begins, or ends, at the very time of this version. */
  readonly edge: { readonly bound: 'from' | 'to'; readonly at: number } | null;
}

function withEdge({ sought: wanted, edge }: Case, all: readonly Recorded[]): Sought {
  const there = edge && all[edge.at % Math.max(1, all.length)];
  return edge && there ? { ...wanted, [edge.bound]: there.recordedAt } : wanted;
}

/** All pages, while one more version is recorded and indexed between each and the next. */
async function walked(one: Case, given: SearchIndex) {
  const { steps, limit, before } = one;
  const index: SearchIndex = {
    ...given,
    write: (entries) =>
      given.write(
        entries.map(({ said, ...entry }) =>
          entry.occurredAt === OLDER || !said ? entry : { ...entry, said },
        ),
      ),
  };
  const all = recordedAs(steps);
  const wanted = withEdge(one, all);
  const { grow, search } = searching(all, index);
  let there = Math.min(before, all.length);
  await grow(there);
  const expected = all
    .slice(0, there)
    .filter(({ recordedAt }, n) => steps.slice(n, n + 1).some((said) => isWanted(wanted, said, recordedAt)))
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
  edge: fc.option(fc.record({ bound: fc.constantFrom('from' as const, 'to' as const), at: fc.nat() }), {
    freq: 2,
  }),
});

const holds = (index: () => SearchIndex, seed?: number) =>
  fc.assert(
    fc.asyncProperty(aCase, async (one) => {
      const { found, expected } = await walked(one, index());
      expect(found).toEqual(expected);
    }),
    { numRuns: 300, ...(seed !== undefined && { seed }) },
  );

describe('a search', () => {
  test('gives on its pages what is sought, all of it, newest first and once, whatever is recorded meanwhile', async () => {
    await holds(searchIndexInMemory);
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
      'an index that forgets which was said of which',
      (index) => ({
        ...index,
        write: (entries) => index.write(entries.map(({ said: _, ...entry }) => entry)),
      }),
    ],
    [
      'an index that loses the first of what it is given',
      (index) => ({ ...index, write: async (entries) => index.write(entries.slice(1)) }),
    ],
  ])('of %s is caught', async (_, broken) => {
    await expect(holds(() => broken(searchIndexInMemory()), 20_260_501)).rejects.toThrow();
  });
});
