import { describe, expect, test } from 'vitest';
import { hubspot } from '../../lib/destinations/hubspot.ts';
import { MINUTE, toIso } from '../../lib/domain/time.ts';
import type { Lane } from '../../lib/flow/lane.ts';
import { BUS } from '../../lib/flow/publish.ts';
import { type ReconcilePorts, reconcile } from '../../lib/flow/reconcile.ts';
import { replay } from '../../lib/flow/release.ts';
import { type RestartPorts, restart } from '../../lib/flow/restart.ts';
import type { LaneMark } from '../../lib/ports.ts';
import { aCatalogue, NOW } from '../builders.ts';
import { book, ledgerOf } from './model/ledger.ts';

const aLane = (id: string): Lane => ({
  destination: { ...hubspot, id },
  settings: {},
  interest: { topics: 'all', channels: 'all' },
  paused: false,
});

type Answer = { readonly subject: string; readonly at: string };

/** Ports that remember what was put back; everything that was recorded is unanswered. */
function upkeep() {
  const forced: string[] = [];
  const marks = new Map<string, LaneMark>();
  const recorded = new Map<number, string>();
  const failed: Answer[] = [];
  const world = { now: NOW, workersFail: false };
  const ports: ReconcilePorts = {
    catalogue: aCatalogue(),
    clock: { now: () => world.now, sleep: async () => undefined, chance: () => 0 },
    bus: { put: async (entries) => entries.map(() => true) },
    records: {
      version: async () => undefined,
      recordedIn: async (minute) =>
        [...recorded].flatMap(([at, subject]) =>
          Math.floor(at / MINUTE) * MINUTE === minute
            ? [
                {
                  subject,
                  version: 1,
                  recordedAt: toIso(at),
                  digest: '',
                  facts: { occurredAt: toIso(at), source: 'heed', actor: 'system', states: [] },
                  about: { topics: [], channels: [], preferences: [], identifiersChanged: [] },
                },
              ]
            : [],
        ),
    },
    ledger: {
      items: async () => new Map(),
      putBack: async () => true,
      count: async () => 0,
      answeredWith: async (_destination, outcome, { after = '0', limit }) => {
        if (outcome !== 'failed') return { items: [] };
        const from = Number(after);
        const items = failed.slice(from, from + limit);
        return { items, ...(from + limit < failed.length && { next: String(from + limit) }) };
      },
    },
    log: { read: async () => new Map(), write: async () => undefined, replace: async () => true },
    marks: {
      read: async (lane) => marks.get(lane),
      write: async (lane, mark) => void marks.set(lane, mark),
    },
    lanes: {
      force: async (lane, messages) => {
        for (const { subject } of messages) {
          forced.push(`${lane} ${subject}`);
          world.now += 1;
          if (world.workersFail && forced.length < 5000) failed.push({ subject, at: toIso(world.now) });
        }
      },
      waiting: async () => 0,
      delay: async () => undefined,
    },
  };
  return { ports, forced, marks, recorded, failed, world };
}

const options = { setupOf: async () => 'the same', settleTime: 12 * MINUTE };

describe('reconcile', () => {
  test('goes on with the other lanes when one cannot be looked at, and tells of it in the end', async () => {
    const { ports, forced, recorded } = upkeep();
    recorded.set(NOW - 30 * MINUTE, 'ada');
    const items: ReconcilePorts['ledger']['items'] = async (destination) => {
      if (destination === 'first') throw new Error('the table is down');
      return new Map();
    };
    const reports: string[] = [];
    const run = reconcile({ ...ports, ledger: { ...ports.ledger, items } }, [
      aLane('first'),
      aLane('second'),
    ]);
    await expect(run({ ...options, report: ({ lane }) => reports.push(lane) })).rejects.toThrow('1 lanes');
    expect(forced).toEqual(['second ada']);
    expect(reports).toEqual([BUS, 'second']);
  });

  test('finds what was recorded after the clock was set back', async () => {
    const { ports, forced, recorded, world } = upkeep();
    const run = reconcile(ports, [aLane('hubspot')]);
    await run(options);
    world.now = NOW - 10 * 60 * MINUTE;
    await run(options);
    recorded.set(world.now + MINUTE, 'ada');
    world.now += 30 * MINUTE;
    await run(options);
    expect(forced).toEqual(['hubspot ada']);
  });

  test.each([
    ['paused', 'hubspot ada'],
    ['gave-up-http-503', 'hubspot ada'],
    ['something-else', undefined],
  ])('releases in time what was held for a reason that has passed: %s', async (reason, released) => {
    const { ports, forced, world } = upkeep();
    const at = toIso(NOW);
    world.now = NOW + 70 * MINUTE;
    const answered = { version: 1, outcome: 'held', reason, at } as const;
    const item = { subject: 'ada', destination: 'hubspot', version: 0, revision: 1, trail: [], answered };
    const ledger: ReconcilePorts['ledger'] = {
      ...ports.ledger,
      items: async () => new Map([['ada', item]]),
      answeredWith: async (_destination, outcome) => ({
        items: outcome === 'held' ? [{ subject: 'ada', at }] : [],
      }),
    };
    await reconcile({ ...ports, ledger }, [aLane('hubspot')])(options);
    expect(forced).toEqual(released === undefined ? [] : [released]);
  });

  test('releases what was given up although many others have waited longer for something else', async () => {
    const { ports, forced, world } = upkeep();
    const kept = book('hubspot');
    world.now = NOW + 70 * MINUTE;
    const holds = (subject: string, reason: string, at: number): void =>
      kept.overwrite({
        ...kept.item(subject),
        answered: { version: 1, outcome: 'held', reason, at: toIso(at) },
      });
    for (let i = 0; i < 1100; i++) holds(`p${i}`, 'categories-unanswered', NOW - MINUTE);
    holds('ada', 'gave-up-http-503', NOW);
    holds('not-rested', 'gave-up-http-503', NOW + 60 * MINUTE);
    const run = reconcile({ ...ports, ledger: ledgerOf(kept) }, [aLane('hubspot')]);
    await run(options);
    expect(forced).toEqual(['hubspot ada']);
  });

  test('reads no minute in which the engine was switched off, and every other', async () => {
    const { ports, forced, marks, recorded, world } = upkeep();
    marks.set('hubspot', { lowWater: NOW, setup: 'the same' });
    marks.set(BUS, { lowWater: NOW, setup: '' });
    recorded.set(NOW + MINUTE, 'ada');
    const YEAR = 365 * 24 * 60 * MINUTE;
    world.now = NOW + YEAR;
    recorded.set(world.now - 20 * MINUTE, 'grace');
    let reads = 0;
    const recordedIn: typeof ports.records.recordedIn = async (minute) => {
      reads += 1;
      return ports.records.recordedIn(minute);
    };
    const run = reconcile({ ...ports, records: { ...ports.records, recordedIn } }, [aLane('hubspot')]);
    const asleep = { from: NOW + 60 * MINUTE, to: NOW + YEAR - 30 * MINUTE };
    await run({ ...options, asleep });
    expect(forced).toEqual(['hubspot ada', 'hubspot grace']);
    expect(reads).toBeLessThan(200);
  });

  test('takes a secret that is out of reach for no change of it', async () => {
    const { ports, forced, failed } = upkeep();
    failed.push({ subject: 'ada', at: toIso(NOW - MINUTE) });
    const run = (setup: string | undefined) =>
      reconcile(ports, [aLane('hubspot')])({ ...options, setupOf: async () => setup });
    await run('the same');
    await run(undefined);
    await run('the same');
    expect(forced).toEqual([]);
    await run('another');
    expect(forced).toEqual(['hubspot ada']);
  });
});

describe('a restart', () => {
  test('sends again what a vendor had taken to apply in its own time: the second look at it was lost too', async () => {
    const { ports, forced } = upkeep();
    const asked: number[] = [];
    const slow = aLane('slow');
    const limits = { ...slow.destination.limits, settleAfter: 600 };
    const lanes = [aLane('hubspot'), { ...slow, destination: { ...slow.destination, limits } }];
    const settledSince: RestartPorts['ledger']['settledSince'] = async function* (since) {
      asked.push(since);
      yield { destination: 'slow', subject: 'ada', version: 3 };
    };
    const restarting = restart({ ...ports, ledger: { ...ports.ledger, settledSince } }, lanes);
    const { setupOf } = options;
    expect(await restarting({ setupOf, functionTimeout: MINUTE, crashedAt: NOW })).toBe(1);
    expect(asked).toEqual([NOW - 11 * MINUTE]);
    expect(forced).toEqual(['slow ada']);
  });
});

describe('replay', () => {
  test('ends although what it sends fails again at once', async () => {
    const { ports, forced, failed, world } = upkeep();
    world.workersFail = true;
    for (let i = 0; i < 250; i++) failed.push({ subject: `p${i}`, at: toIso(NOW - MINUTE + i) });
    expect(await replay(ports, aLane('hubspot'), { outcomes: ['failed'] })).toBe(250);
    expect(forced).toHaveLength(250);
  });
});
