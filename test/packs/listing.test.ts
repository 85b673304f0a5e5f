import { expect, test } from 'vitest';
import { MINUTE, toIso } from '../../lib/domain/time.ts';
import { type ListingPorts, listedAfter } from '../../lib/flow/packs/listing.ts';

const START = Date.UTC(2026, 4, 1, 12);
const MINUTES = 16;
const ABOUT = { topics: [], channels: [], preferences: [], identifiersChanged: [] };

/** An index with so many entries a minute, and how many of its minutes were asked for at once. */
function index(perMinute: number) {
  const most: number[] = [];
  let open = 0;
  const recordedIn: ListingPorts['records']['recordedIn'] = async (minute) => {
    open += 1;
    most.push(open);
    await Promise.resolve();
    await Promise.resolve();
    open -= 1;
    const first = ((minute - START) / MINUTE) * perMinute + 1;
    return Array.from({ length: perMinute }, (_, i) => ({
      ...{ subject: 'alice', version: first + i, digest: 'a'.repeat(64), about: ABOUT },
      recordedAt: toIso(minute + i),
    }));
  };
  return { most, records: { recordedIn, raw: async () => [] } };
}

const listed = async (records: ListingPorts['records']): Promise<readonly number[]> => {
  const wanted = { kind: 'period', from: toIso(START), to: toIso(START + MINUTES * MINUTE) } as const;
  const found: number[] = [];
  for await (const { page } of listedAfter({ records, sizes: { page: 5_000 } }, { wanted }, undefined))
    found.push(...page.map(({ version }) => version));
  return found;
};

test.each([
  ['many: one at a time', 3_000, 1],
  ['few: eight at once', 3, 8],
])('where minutes hold %s, and every version is listed once, in order', async (_, perMinute, atOnce) => {
  const { most, records } = index(perMinute);
  expect(await listed(records)).toEqual(Array.from({ length: MINUTES * perMinute }, (_, i) => i + 1));
  expect(Math.max(...most)).toBe(atOnce);
});
