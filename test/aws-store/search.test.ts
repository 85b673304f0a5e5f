import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { putTogether } from '../../lib/aws/batch-write.ts';
import { recordsOn } from '../../lib/aws/records.ts';
import { searchIndexOn } from '../../lib/aws/search-index.ts';
import { versionItem } from '../../lib/aws/version-item.ts';
import { ALL, type Entry, placeOf, type Sought } from '../../lib/domain/searching.ts';
import { MINUTE, toIso, toMs } from '../../lib/domain/time.ts';
import { type SearchPorts, searchVersions } from '../../lib/flow/search.ts';
import type { SearchIndex } from '../../lib/flow/search-index.ts';
import { aCatalogue } from '../builders.ts';
import { marksInMemory } from '../memory-search.ts';
import { aChange, aFindable, aVersion } from './builders.ts';
import { type Meter, metered } from './capacity.ts';
import { type Engine, startEngine } from './engine.ts';

const START = Date.UTC(2026, 1, 1);
/** Nearly two months. */
const STEP = 72 * MINUTE;
const EVERYTHING = 1_100;

/** One in thirty is what is looked for, whatever it is looked for by. */
const isRare = (turn: number): boolean => turn % 30 === 7;

type Words = Pick<Entry, 'source' | 'import' | 'notice' | 'topics' | 'channels' | 'states' | 'said'>;

const RARELY: Words = {
  ...{ source: 'call-centre', import: 'late-list', notice: 'marketing/1' },
  ...{ topics: ['acme/newsletter', 'orbit/events'], channels: ['email', 'post'] },
  states: ['granted', 'pending'],
  said: [
    ['orbit/events', 'email', 'granted'],
    ['acme/newsletter', 'post', 'pending'],
  ],
};
const OFTEN: Words = {
  ...{ source: 'form', notice: 'marketing/3' },
  ...{ topics: ['acme/newsletter', 'acme/offers'], channels: ['email', 'sms'], states: ['granted'] },
  said: [
    ['acme/newsletter', 'email', 'granted'],
    ['acme/offers', 'sms', 'granted'],
  ],
};

function entryOf(turn: number): Entry {
  const [actor, rest] = actorOf(turn);
  return {
    subject: `person-${turn % 700}`,
    version: 1 + Math.floor(turn / 700),
    recordedAt: toIso(START + turn * STEP),
    occurredAt: toIso(START + turn * STEP - 1_000),
    ...{ actor, ...rest },
  };
}

function actorOf(turn: number): readonly [Entry['actor'], Words] {
  if (isRare(turn)) return ['agent', RARELY];
  return turn % 2 === 0 ? ['import', { ...OFTEN, import: 'crm-2026' }] : ['subject', OFTEN];
}

const all = Array.from({ length: EVERYTHING }, (_, turn) => entryOf(turn));
const newestFirst = [...all].reverse();

let engine: Engine;
let index: SearchIndex;
let meter: Meter;

beforeAll(async () => {
  engine = await startEngine();
  const client = engine.interrupted([]);
  meter = metered(client);
  index = searchIndexOn(client, 'audit');
  await searchIndexOn(client, 'audit', putTogether).write(all);
}, 60_000);
afterAll(() => engine.stop());

const never = async (): Promise<never> => {
  throw new Error('not asked for here');
};

const searchIn = (on: SearchIndex) => {
  const ports: SearchPorts = {
    ...{ catalogue: aCatalogue(), index: on, marks: marksInMemory(), indexMarks: marksInMemory() },
    ...{ records: { version: never }, recorded: never, log: { read: never } },
    ledger: { items: never, answeredWith: never },
    trails: { upFrom: () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }) },
  };
  return searchVersions(ports);
};

/** What a page of so many costs at most, in read units: each entry is a tenth of one, each request at least one. */
const affordable = (results: number): number => 20 + results / 5;

const isNone = (): boolean => false;
const isIn =
  (from: number, to: number) =>
  (turn: number): boolean =>
    turn >= from && turn < to;

/** What is sought, and which turns are it: the rare ones, where nothing else is said. */
const RARE: readonly [string, Sought, ((turn: number) => boolean)?][] = [
  ['a source', { source: 'call-centre' }],
  ['an actor', { actor: 'agent' }],
  ['an import', { import: 'late-list' }],
  ['a notice', { notice: 'marketing/1' }],
  ['a topic', { topic: 'orbit/events' }],
  ['a channel', { channel: 'post' }],
  ['a state', { state: 'pending' }],
  ['a period', { from: toIso(START + 700 * STEP), to: toIso(START + 800 * STEP) }, isIn(700, 800)],
  ['something rare beside something common', { topic: 'orbit/events', channel: 'email', state: 'granted' }],
  ['something common beside something rare', { import: 'crm-2026', source: 'call-centre' }, isNone],
  ['what was said of something else', { topic: 'orbit/events', channel: 'post' }, isNone],
  ['a state that was asked for of something else', { topic: 'orbit/events', state: 'pending' }, isNone],
];

async function costing(on: SearchIndex, sought: Sought) {
  meter.reset();
  const { hits } = await searchIn(on)({ sought, limit: 100 });
  return { found: hits.map(placeOf), units: meter.units() };
}

describe('a search among many others', () => {
  test.each(RARE)('by %s finds what is sought, and pays for that alone', async (_, sought, is = isRare) => {
    const expected = all
      .filter((_entry, turn) => is(turn))
      .reverse()
      .slice(0, 100);
    const { found, units } = await costing(index, sought);
    expect(found).toEqual(expected.map(placeOf));
    expect(units).toBeLessThanOrEqual(affordable(found.length));
    expect([...meter.commands()]).toEqual(['QueryCommand']);
  });

  test('for nothing in particular pays for what it gives', async () => {
    const { found, units } = await costing(index, {});
    expect(found).toEqual(newestFirst.slice(0, 100).map(placeOf));
    expect(units).toBeLessThanOrEqual(affordable(100));
  });

  test('for what nobody ever said pays for one request', async () => {
    expect(await costing(index, { source: 'unheard-of' })).toEqual({ found: [], units: expect.any(Number) });
    expect(meter.units()).toBeLessThanOrEqual(1);
  });

  test('of a thousand pays for a thousand', async () => {
    meter.reset();
    const { hits } = await searchIn(index)({ sought: { topic: 'acme/newsletter' }, limit: 1_000 });
    expect(hits.map(placeOf)).toEqual(newestFirst.slice(0, 1_000).map(placeOf));
    expect(meter.units()).toBeLessThanOrEqual(affordable(1_000));
  });

  test('that goes through everything and compares is caught', async () => {
    const lazy: SearchIndex = { ...index, lists: (_, bounds) => index.lists(ALL, bounds) };
    for (const [, sought] of RARE.slice(0, 7)) {
      const { found, units } = await costing(lazy, sought);
      expect(units).toBeGreaterThan(affordable(found.length));
    }
  });
});

describe('the search index', () => {
  test('knows every place of a minute, and none of another', async () => {
    const [first] = all;
    if (!first) throw new Error('there is a first one');
    expect(await index.placesIn(START)).toEqual(new Set([placeOf(first)]));
    expect(await index.placesIn(START + MINUTE)).toEqual(new Set());
  });

  test.each([
    { from: '2026-04-01T00:00:00.000Z', below: '2026-02-01T00:00:00.000Z' },
    { from: '2026-03-05T00:00:00.000Z', below: '2026-03-04T00:00:00.000Z#person-1#0000000001' },
  ])(
    'has nothing of a period that ends before it begins, as a search with a cursor may ask: %j',
    async (bounds) => {
      expect(await index.lists(ALL, bounds)).toEqual([]);
    },
  );

  test('takes an entry twice without a trace', async () => {
    await index.write(all.slice(-50));
    const { found } = await costing(index, {});
    expect(found).toEqual(newestFirst.slice(0, 100).map(placeOf));
  });

  test('lists an entry among all only when it is in every other list', async () => {
    const entry = { ...entryOf(7), subject: 'half', recordedAt: toIso(START + 5 * MINUTE) };
    let left = 1;
    const client = engine.interrupted([]);
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'BatchWriteItemCommand' && left-- <= 0)
          throw new Error('the process died');
        return next(args);
      },
      { step: 'initialize', name: 'dying' },
    );
    await expect(searchIndexOn(client, 'audit').write([entry])).rejects.toThrow('died');
    expect(await index.placesIn(START + 5 * MINUTE)).toEqual(new Set());
    await index.write([entry]);
    expect(await index.placesIn(START + 5 * MINUTE)).toEqual(new Set([placeOf(entry)]));
  });
});

describe('a version whose entry in the index by time is spoiled', () => {
  test('is listed all the same, under its keys, without what cannot be read', async () => {
    const stored = aVersion('spoiled', aChange(1, 'granted'));
    for (const attribute of ['about', 'at'])
      await engine.client.send(
        new PutItemCommand({
          TableName: 'records',
          Item: {
            ...versionItem(stored, aFindable()),
            sk: { S: `V#000000000${attribute.length}` },
            [attribute]: { S: 'nonsense' },
          },
        }),
      );
    const minute = Math.floor(toMs(stored.version.recordedAt) / MINUTE) * MINUTE;
    const found = await recordsOn(engine.client, 'records').recordedIn(minute);
    expect(found.map(({ subject, version }) => `${subject}:${version}`).sort()).toEqual([
      ...['spoiled:2', 'spoiled:5'],
    ]);
    expect(found.filter(({ facts }) => facts !== undefined)).toHaveLength(1);
    expect(found.filter(({ about }) => about.topics.length > 0)).toHaveLength(1);
  });
});
