import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOn } from '../../lib/aws/records.ts';
import { canonical } from '../../lib/domain/digest.ts';
import { DAY, HOUR, toIso, toMs } from '../../lib/domain/time.ts';
import { type Moment, recordAt } from '../../lib/flow/past.ts';
import { readHistory } from '../../lib/flow/read-history.ts';
import type { Records, Stored } from '../../lib/ports.ts';
import { foldedUp } from '../flow/told.ts';
import { type Meter, metered } from './capacity.ts';
import { type Engine, startEngine } from './engine.ts';
import { BEGUN, recordedAt, writePast } from './long-history.ts';

const VERSIONS = 1_000;
/** So often is such a history halved until one version is left. */
const HALVINGS = 10;

let engine: Engine;
let records: Records;
let meter: Meter;
let all: readonly Stored[];

beforeAll(async () => {
  engine = await startEngine();
  meter = metered(engine.client);
  records = recordsOn(engine.client, 'records');
  all = await writePast(engine.client, { subject: 'long', versions: VERSIONS });
});
afterAll(() => engine.stop());
beforeEach(() => {
  engine.requests.clear();
  meter.reset();
});

const clock = { now: () => recordedAt(VERSIONS) };
const at = (moment: Moment) => recordAt({ records, clock }, 'long', moment);
const requests = (): number => [...engine.requests.values()].reduce((a, b) => a + b, 0);

const counted = ({ validAt = Number.POSITIVE_INFINITY, knownAt = Number.POSITIVE_INFINITY }: Moment) =>
  all
    .map(({ version }) => version)
    .filter((version) => toMs(version.recordedAt) <= knownAt)
    .filter(({ change }) => toMs(change.evidence.occurredAt) <= validAt);

const MOMENTS: readonly (Moment & { readonly what: string })[] = [
  { what: 'known then', knownAt: recordedAt(613) },
  { what: 'known a millisecond before', knownAt: recordedAt(613) - 1 },
  { what: 'chosen by then', validAt: recordedAt(400) + 1 },
  { what: 'chosen by the moment of a late one', validAt: recordedAt(620) - 56 * DAY },
  { what: 'chosen a millisecond before it', validAt: recordedAt(620) - 56 * DAY - 1 },
  { what: 'known then of an earlier time', validAt: recordedAt(300), knownAt: recordedAt(700) + 17 },
  { what: 'before everything was recorded, when some had been chosen', validAt: BEGUN - HOUR },
  { what: 'before anything', validAt: BEGUN - 1_000 * DAY },
];

describe(`a person with ${VERSIONS} versions, one in twenty of them late`, () => {
  test.each(MOMENTS)('reads as all of them add up to, $what', async (moment) => {
    const expected = foldedUp(counted(moment).map(({ change }) => change));
    expect(canonical((await at(moment)).record)).toBe(canonical(expected));
  });

  test('reads as it stands in one request', async () => {
    expect((await at({})).version).toBe(VERSIONS);
    expect([...engine.requests]).toEqual([['QueryCommand', 1]]);
    expect(meter.units()).toBeLessThanOrEqual(2);
  });

  test('reads as it was known at a moment in as many requests as halving takes', async () => {
    await at({ knownAt: recordedAt(613) });
    expect(requests()).toBeLessThanOrEqual(HALVINGS + 2);
    expect(meter.units()).toBeLessThanOrEqual(2 * (HALVINGS + 2));
  });

  test('reads as it was chosen by a moment, and reads no version that cannot matter', async () => {
    const validAt = recordedAt(400) + 1;
    const joined = counted({ validAt }).filter((version) => toMs(version.recordedAt) > validAt).length;
    expect(joined).toBeGreaterThan(10);
    meter.reset();
    engine.requests.clear();
    await at({ validAt });
    /** The newest, the search, the page below its end, the list of late ones, and those that count. */
    expect(requests()).toBeLessThanOrEqual(1 + HALVINGS + 1 + 1 + 1);
    expect(meter.units()).toBeLessThanOrEqual(2 * (HALVINGS + joined) + 20);
    expect(meter.units()).toBeGreaterThan(joined / 2);
    expect(meter.units()).toBeLessThan(VERSIONS / 4);
  });

  test('has a history whose every page costs what is on it', async () => {
    const ports = { records, seals: { open: async () => undefined }, catalogue: { notices: {} } };
    for (const below of [undefined, 500, 40]) {
      meter.reset();
      engine.requests.clear();
      const page = await readHistory(ports)({ subject: 'long', limit: 25, below });
      expect(page.versions).toHaveLength(25);
      expect(requests()).toBe(1);
      expect(meter.units()).toBeLessThanOrEqual(2 * 25);
    }
  });

  test('lists as late what was recorded more than a minute after it was chosen, in any order of telling', async () => {
    const moment = toIso(recordedAt(500));
    const late = all.filter(({ version: { recordedAt: told, change } }) => {
      const { occurredAt } = change.evidence;
      return toMs(told) - toMs(occurredAt) > 60_000 && occurredAt <= moment;
    });
    expect([...(await records.late('long', moment))].sort((a, b) => a - b)).toEqual(
      late.map(({ version }) => version.version),
    );
    const found = await records.several('long', await records.late('long', moment));
    expect(new Set(found.map(({ stored }) => stored?.digest))).toEqual(
      new Set(late.map(({ digest }) => digest)),
    );
  });
});
