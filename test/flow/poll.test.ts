import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Poll } from '../../lib/destinations/destination.ts';
import { sha256 } from '../../lib/domain/digest.ts';
import { poll } from '../../lib/flow/poll.ts';
import { NOW } from '../builders.ts';
import {
  type AskedVendor,
  aPage,
  aReporter,
  askedVendor,
  type Beside,
  beside,
} from './asked-vendor.fixture.ts';

let vendor: AskedVendor;
let heed: Beside;

beforeEach(async () => {
  vendor = askedVendor();
  await vendor.start();
});
afterEach(async () => {
  vendor.heal();
  await heed.close();
  await vendor.stop();
});

const PEOPLE = ['ada', 'bea', 'cora'];
const address = (name: string): string => `${name}@example.com`;

/** Asks for `/feed/<cursor>`, or from a time on. */
const FEED: Poll<unknown> = {
  every: 5,
  ask: (cursor, _settings, now) => [aPage(cursor === undefined ? `/since/${now}` : `/feed/${cursor}`)],
};

/** Heed beside a vendor that is polled; everybody has granted the newsletter. */
async function polled(feed: Poll<unknown> = FEED) {
  const destination = aReporter(() => ({ choices: [] }), { poll: feed });
  heed = beside(destination, vendor);
  await heed.grant(PEOPLE);
  const lane = {
    destination,
    settings: {},
    interest: { topics: 'all', channels: ['email'] },
    paused: false,
  } as const;
  const once = (deadline = heed.ports.clock.now() + 270_000) => poll(heed.ports, lane)(deadline);
  return { once, answers: async () => Promise.all(PEOPLE.map(heed.answer)) };
}

const page = (body: object) => ({ status: 200, body });

describe('a poll', () => {
  test('starts at its first moment, however often nothing comes of it', async () => {
    const { once } = await polled();
    vendor.pages.set(`/since/${NOW}`, page({}));
    expect(await once()).toMatchObject({ changes: 0, behind: 0 });
    heed.wait(300_000);
    expect(await once()).toMatchObject({ changes: 0, behind: 0 });
    expect(vendor.asked.map(({ path }) => path)).toEqual([`/since/${NOW}`, `/since/${NOW}`]);
  });

  test('takes what people unsubscribed from, and goes on from its cursor', async () => {
    const { once, answers } = await polled();
    const body = { stops: [address('ada')], cursor: 'c1' };
    vendor.pages.set(`/since/${NOW}`, page(body));
    vendor.pages.set('/feed/c1', page({ cursor: 'c1' }));
    expect(await once()).toMatchObject({ changes: 1 });
    expect(await answers()).toEqual(['withdrawn', 'granted', 'granted']);
    const { evidence } = (await heed.store.records.newest('ada'))?.version.change ?? {};
    expect(evidence).toMatchObject({
      source: 'mailer',
      actor: { kind: 'subject' },
      receivedDigest: sha256(JSON.stringify(body)),
    });
    expect(await once()).toMatchObject({ changes: 0, unchanged: 0 });
    expect(vendor.asked.at(-1)?.path).toBe('/feed/c1');
  });

  test('keeps its cursor only when every page was read', async () => {
    const { once, answers } = await polled();
    vendor.pages.set(`/since/${NOW}`, page({ stops: [address('ada')], next: '/2', cursor: 'c1' }));
    vendor.pages.set('/2', { status: 503 });
    expect(await once()).toMatchObject({ changes: 1, trouble: 'http-503' });
    expect(heed.mark()?.cursor).toBeUndefined();
    vendor.pages.set('/2', page({ stops: [address('bea')], cursor: 'c2' }));
    expect(await once()).toMatchObject({ changes: 1, unchanged: 1 });
    expect(heed.mark()?.cursor).toBe('c2');
    expect(await answers()).toEqual(['withdrawn', 'withdrawn', 'granted']);
  });

  test('keeps each part of a feed that says there is more', async () => {
    const { once, answers } = await polled();
    vendor.pages.set(`/since/${NOW}`, page({ stops: [address('ada')], cursor: 'c1', more: true }));
    vendor.pages.set('/feed/c1', page({ stops: [address('bea')], cursor: 'c2', more: true }));
    vendor.pages.set('/feed/c2', { status: 429 });
    expect(await once()).toMatchObject({ changes: 2, trouble: 'http-429' });
    expect(heed.mark()).toMatchObject({ cursor: 'c2', heardUntil: NOW });
    vendor.pages.set('/feed/c2', page({ stops: [address('cora')], cursor: 'c3' }));
    heed.wait(60_000);
    expect(await once()).toMatchObject({ changes: 1, unchanged: 0, behind: 0 });
    expect(heed.mark()).toMatchObject({ cursor: 'c3', heardUntil: NOW + 60_000 });
    expect(await answers()).toEqual(['withdrawn', 'withdrawn', 'withdrawn']);
  });

  test('ends where a feed says there is more and does not move', async () => {
    const { once } = await polled();
    vendor.pages.set(`/since/${NOW}`, page({ cursor: 'c1' }));
    vendor.pages.set('/feed/c1', page({ cursor: 'c1', more: true }));
    await once();
    expect(await once()).toMatchObject({ changes: 0 });
    expect(vendor.asked).toHaveLength(2);
  });

  test('that runs out of time tells how far it is behind, and goes on next time', async () => {
    const { once } = await polled();
    vendor.pages.set(`/since/${NOW}`, page({ cursor: 'c1' }));
    expect(await once(NOW + 11_000)).toMatchObject({ trouble: 'no-time', behind: 0 });
    heed.wait(600_000);
    expect(await once(NOW + 611_000)).toMatchObject({ trouble: 'no-time', behind: 600_000 });
    expect(await once()).toMatchObject({ behind: 0 });
  });

  test('keeps its cursor only when everything was stored', async () => {
    const { once, answers } = await polled();
    vendor.pages.set(`/since/${NOW}`, page({ stops: [address('ada'), address('bea')], cursor: 'c1' }));
    const { records } = heed.ports;
    let broken = true;
    const append: typeof records.append = async (stored, ...rest) => {
      if (broken && stored.version.subject === 'bea') throw new Error('the table is out of reach');
      return records.append(stored, ...rest);
    };
    Object.assign(heed.ports, { records: { ...records, append } });
    await expect(once()).rejects.toThrow('out of reach');
    expect(heed.mark()?.cursor).toBeUndefined();
    broken = false;
    expect(await once()).toMatchObject({ changes: 1, unchanged: 1 });
    expect(heed.mark()?.cursor).toBe('c1');
    expect(await answers()).toEqual(['withdrawn', 'withdrawn', 'granted']);
    expect(heed.store.size()).toBe(5);
  });

  test('keeps its cursor only when nobody’s record was too busy', async () => {
    const { once } = await polled();
    vendor.pages.set(`/since/${NOW}`, page({ stops: [address('ada')], cursor: 'c1' }));
    const { records, clock } = heed.ports;
    const append = async () => false;
    Object.assign(heed.ports, {
      records: { ...records, append },
      clock: { ...clock, chance: () => 1 },
    });
    expect(await once()).toMatchObject({ trouble: 'busy' });
    expect(heed.mark()?.cursor).toBeUndefined();
  });

  test('that runs twice at once stores nothing twice, and one run alone moves the cursor', async () => {
    const { once } = await polled();
    vendor.pages.set(`/since/${NOW}`, page({ stops: PEOPLE.map(address), cursor: 'c1' }));
    const both = await Promise.all([once(), once()]);
    expect(both.map(({ trouble }) => trouble).sort()).toEqual(['polled-twice', undefined]);
    expect(both.reduce((sum, { changes }) => sum + changes, 0)).toBe(3);
    expect(heed.mark()).toMatchObject({ cursor: 'c1', revision: 2 });
    expect(heed.store.size()).toBe(6);
  });

  test('of a feed by jobs waits for them', async () => {
    const waiting: Poll<unknown> = {
      every: 5,
      ask: () => [
        {
          ...{ method: 'POST', path: '/jobs', body: { of: 'unsubscribes' } },
          learn: () => ({ choices: [], asks: [{ ...aPage('/jobs/1'), pause: 5_000 }] }),
        },
      ],
    };
    const { once, answers } = await polled(waiting);
    vendor.pages.set('/jobs', page({}));
    vendor.pages.set('/jobs/1', page({ stops: [address('cora')], cursor: 'c1' }));
    expect(await once()).toMatchObject({ changes: 1, behind: 5_000 });
    expect(await answers()).toEqual(['granted', 'granted', 'withdrawn']);
  });
});
