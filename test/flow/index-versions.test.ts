import { beforeEach, describe, expect, test } from 'vitest';
import { BrokenVersionError } from '../../lib/domain/broken-version.ts';
import { ALL, type Entry, placeOf } from '../../lib/domain/searching.ts';
import { HOUR, MINUTE, toIso } from '../../lib/domain/time.ts';
import { type IndexOptions, indexVersions } from '../../lib/flow/index-versions.ts';
import type { SearchIndex } from '../../lib/flow/search-index.ts';
import type { Marks, Recorded, Stored } from '../../lib/ports.ts';
import { sealed } from '../aws-store/builders.ts';
import { aCatalogue, aVersion, NOW } from '../builders.ts';
import { marksInMemory, searchIndexInMemory } from '../memory-search.ts';

const catalogue = aCatalogue();

const recordedAt = (time: number, change: Partial<Recorded> = {}): Recorded => ({
  ...{ subject: `s-${time}`, version: 1, recordedAt: toIso(time) },
  about: { topics: ['acme/offers'], channels: ['email'], preferences: [], identifiersChanged: [] },
  facts: { occurredAt: toIso(time), source: 'form', actor: 'subject', states: ['granted'], said: [] },
  ...change,
});

let now: number;
let shown: Recorded[];
let stored: Map<string, Stored | BrokenVersionError>;
let index: SearchIndex;
let marks: Marks;
let minutesRead: number[];

beforeEach(() => {
  now = NOW;
  shown = [];
  stored = new Map();
  index = searchIndexInMemory();
  marks = marksInMemory();
  minutesRead = [];
});

const run = (options?: IndexOptions) => {
  const records = {
    version: async (subject: string) => {
      const found = stored.get(subject);
      if (found instanceof BrokenVersionError) throw found;
      return found;
    },
    recordedIn: async (minute: number) => {
      minutesRead.push(minute);
      return shown.filter((one) => Math.floor(Date.parse(one.recordedAt) / MINUTE) * MINUTE === minute);
    },
  };
  return indexVersions({ catalogue, records, index, marks, clock: { now: () => now } })(options);
};

/** Something happens each time before entries are written. */
function beforeWriting(happens: (entries: readonly Entry[]) => void): void {
  const { write } = index;
  index = {
    ...index,
    write: (entries) => {
      happens(entries);
      return write(entries);
    },
  };
}

async function places(): Promise<readonly string[]> {
  const lists = await index.lists(ALL, {});
  const entries = await Promise.all(lists.map((list) => index.entries(list, { limit: 1_000 })));
  return entries.flat().map(placeOf).sort();
}

describe('indexing', () => {
  test('makes searchable what was recorded, and says up to when', async () => {
    shown = [NOW - HOUR, NOW - 5 * MINUTE, NOW - 1].map((time) => recordedAt(time));
    expect(await run()).toEqual({ indexed: 3, missed: [], upTo: NOW - 10_000 });
    expect(await places()).toEqual(shown.map(placeOf));
  });

  test('goes on where it ended, and writes nothing twice', async () => {
    shown = [recordedAt(NOW - MINUTE)];
    await run();
    const written: string[] = [];
    beforeWriting((entries) => void written.push(...entries.map(placeOf)));
    now += MINUTE;
    minutesRead = [];
    shown.push(recordedAt(now - 2_000));
    expect((await run()).indexed).toBe(1);
    expect(written).toEqual(shown.slice(1).map(placeOf));
    expect(minutesRead.length).toBeLessThan(8);
  });

  test('finds what was shown late, when it looks a second time', async () => {
    await run();
    const late = recordedAt(NOW - 30_000);
    for (let minute = 1; minute <= 5; minute++) {
      now = NOW + minute * MINUTE;
      await run();
    }
    shown.push(late);
    for (let minute = 6; minute <= 17; minute++) {
      now = NOW + minute * MINUTE;
      await run();
    }
    expect(await places()).toEqual([placeOf(late)]);
  });

  test('looks a second time in one run alone, however often it runs', async () => {
    await run();
    minutesRead = [];
    for (now = NOW; now < NOW + 30 * MINUTE; now += 5_000) await run();
    const looks = minutesRead.filter((minute) => NOW <= minute && minute < NOW + 10 * MINUTE);
    expect(new Set(looks).size).toBe(10);
    /** Every five seconds while it lasts and settles, and once again. */
    for (const minute of looks)
      expect(looks.filter((one) => one === minute).length).toBeLessThanOrEqual((60 + 10) / 5 + 2 + 1);
  });

  test('that is late looks a second time all the same, now or in the next run', async () => {
    const from = NOW - 15 * MINUTE;
    await marks.write('search', { lowWater: from, setup: '' });
    const late = recordedAt(from - 5 * MINUTE);
    shown = [late, recordedAt(NOW - 2 * MINUTE)];
    beforeWriting(() => {
      now += 60_000;
    });
    for (let turn = 0; turn < 3; turn++) await run({ longest: 5_000 });
    expect(await places()).toEqual(shown.map(placeOf));
  });

  test('that is cut off loses nothing: the next run goes on', async () => {
    shown = Array.from({ length: 60 }, (_, i) => recordedAt(NOW - HOUR + i * MINUTE));
    beforeWriting(() => {
      now += 2_000;
    });
    const first = await run({ longest: 5_000 });
    expect(first.indexed).toBeLessThan(60);
    expect(first.upTo).toBeLessThan(NOW - 10_000);
    for (let turn = 0; turn < 20; turn++) await run({ longest: 5_000 });
    expect(await places()).toEqual(shown.map(placeOf));
  });

  test('of a minute with more than one run can take goes on within it', async () => {
    shown = Array.from({ length: 1_600 }, (_, i) => recordedAt(NOW - 5 * MINUTE + i));
    beforeWriting(() => {
      now += 6_000;
    });
    expect((await run({ longest: 5_000 })).indexed).toBe(500);
    for (let turn = 0; turn < 4; turn++) await run({ longest: 5_000 });
    expect(await places()).toHaveLength(1_600);
  });

  test('asks the version itself where its entry in the index by time is spoiled', async () => {
    const version = aVersion({ subject: 'ada', now: NOW - MINUTE });
    stored.set('ada', sealed(version));
    const { facts: _, ...spoiled } = recordedAt(Date.parse(version.recordedAt), { subject: 'ada' });
    shown = [spoiled];
    expect(await run()).toMatchObject({ indexed: 1, missed: [] });
    const [list] = await index.lists('topic#acme/newsletter', {});
    if (!list) throw new Error('it is listed under its topic');
    expect(await index.entries(list, { limit: 1 })).toMatchObject([{ subject: 'ada', source: 'form' }]);
  });

  test('asks the version itself where an older Heed did not write down which was said of which', async () => {
    const version = aVersion({ subject: 'ada', now: NOW - MINUTE });
    stored.set('ada', sealed(version));
    const { facts, ...older } = recordedAt(Date.parse(version.recordedAt), { subject: 'ada' });
    if (!facts) throw new Error('it has its facts');
    const { said: _, ...less } = facts;
    shown = [{ ...older, facts: less }];
    await run();
    const [list] = await index.lists(ALL, {});
    if (!list) throw new Error('it is listed');
    const said = version.change.choices.map(({ topic, channel, state }) => [topic, channel, state]);
    expect(await index.entries(list, { limit: 1 })).toMatchObject([{ subject: 'ada', said }]);
  });

  test('names what cannot be read, and goes on', async () => {
    const { facts: _, ...spoiled } = recordedAt(NOW - MINUTE, { subject: 'eve', version: 3 });
    stored.set('eve', new BrokenVersionError('eve', 3, null));
    shown = [spoiled, recordedAt(NOW - MINUTE + 1)];
    const { indexed, missed } = await run();
    expect(indexed).toBe(1);
    expect(missed.map(({ subject, version }) => `${subject}:${version}`)).toContain('eve:3');
  });

  test('does not read minutes in which nothing can have been recorded', async () => {
    await run();
    minutesRead = [];
    now = NOW + 1_000 * HOUR;
    await run({ asleep: { from: NOW, to: now - 2 * MINUTE } });
    expect(minutesRead.length).toBeLessThan(30);
  });

  test('starts anew where an operator sets its mark back', async () => {
    const old = recordedAt(NOW - 5 * HOUR);
    shown = [old];
    await run();
    expect(await places()).toEqual([]);
    await marks.write('search', { lowWater: NOW - 6 * HOUR, setup: '' });
    await run();
    expect(await places()).toEqual([placeOf(old)]);
  });
});
