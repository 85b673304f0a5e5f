import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answered } from '../../lib/domain/outcome.ts';
import { toIso } from '../../lib/domain/time.ts';
import { type Fate, fateOf, loggedFate } from '../../lib/flow/fate.ts';
import type { Told } from '../../lib/flow/read-deliveries.ts';
import { settledItem, unknownItem } from '../../lib/flow/settle.ts';
import { type ToldPorts, toldOf, toldOfMany } from '../../lib/flow/told.ts';
import { toldBy } from '../../lib/flow/told-by.ts';
import type { Concern, Trails } from '../../lib/flow/trails.ts';
import type { DeliveryItem, TrailEntry } from '../../lib/ports.ts';
import { aCatalogue, NOW } from '../builders.ts';
import { trailsIn } from '../memory-trails.ts';

const CRM: Told = {
  ...{ id: 'crm', title: 'CRM', kind: 'state' },
  interest: { topics: ['acme/newsletter'], channels: ['email'] },
};

const about = (concerned: boolean) => ({
  ...{ topics: [concerned ? 'acme/newsletter' : 'acme/offers'], channels: ['email'] },
  ...{ preferences: [], identifiersChanged: [] },
});

const KINDS = ['delivered', 'skipped', 'held', 'needs-user-action', 'failed'] as const;

const aSettle = fc.record({
  /** How many versions later than the one settled before. */
  later: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom(...KINDS),
  ms: fc.integer({ min: 1, max: 5000 }),
  /** Somebody else touched the item in between. */
  touched: fc.boolean(),
});
const aLife = fc.record({
  settles: fc.array(aSettle, { maxLength: 40 }),
  concerned: fc.array(fc.boolean(), { minLength: 130, maxLength: 130 }),
});
type Life = typeof aLife extends fc.Arbitrary<infer T> ? T : never;

interface Played {
  /** Everything that was ever settled, in order. */
  readonly all: readonly TrailEntry[];
  readonly item: DeliveryItem;
  readonly archived: { readonly destination: string; readonly trail: readonly TrailEntry[] }[];
  readonly concerns: readonly Concern[];
}

/** Settles by the shipped code, and remembers all of it beside. */
function play({ settles, concerned }: Life): Played {
  const all: TrailEntry[] = [];
  const archived: Played['archived'] = [];
  let item = unknownItem('ann', 'crm');
  let at = NOW;
  let version = 1;
  for (const { later, kind, ms, touched } of settles) {
    at += ms;
    version += later;
    const outcome: Answered = kind === 'delivered' ? { kind } : { kind, reason: `was-${kind}` };
    if (touched) item = { ...item, revision: item.revision + 1 };
    const settled = settledItem(item, { version, outcome, at, readAt: at, attempts: 1 });
    if (settled.archived) archived.push({ destination: 'crm', trail: settled.archived });
    item = settled.next;
    all.push(...settled.next.trail.slice(-1));
  }
  const concerns = concerned.map((one, n) => ({ version: n + 1, about: about(one) }));
  return { all, item, archived, concerns };
}

const portsOf = ({ item, archived, concerns }: Played, lie: (trails: Trails) => Trails): ToldPorts => ({
  destinations: [CRM],
  ledger: { ofSubject: async () => ({ items: item.revision > 0 ? [item] : [], logged: [], archived: [] }) },
  log: { read: async () => new Map() },
  marks: { read: async () => undefined },
  catalogue: aCatalogue(),
  records: { version: async () => undefined },
  trails: lie(trailsIn({ concerns: () => concerns, archived, logged: [] })),
});

type Naive = Pick<Fate, 'outcome' | 'at' | 'by'>;

/** The rule told from first to last: an answer of its own stands, unless it was put off and a later version took its place. */
function naive(all: readonly TrailEntry[], version: number, concerned: boolean): Naive {
  const start: Naive = { outcome: concerned ? 'pending' : 'not-concerned' };
  return all
    .filter((entry) => entry.version >= version)
    .reduce(
      (fate, entry) => (entry.version === version ? answeredWith(fate, entry) : passedBy(fate, entry)),
      start,
    );
}

const answeredWith = (fate: Naive, { outcome, at }: TrailEntry): Naive => {
  const keeps = fate.outcome === 'skipped' ? ['delivered', 'skipped'] : [outcome];
  return fate.outcome !== 'delivered' && keeps.includes(outcome) ? { outcome, at } : fate;
};

const passedBy = (fate: Naive, { at, version }: TrailEntry): Naive =>
  ['delivered', 'overtaken', 'skipped', 'not-concerned'].includes(fate.outcome)
    ? fate
    : { outcome: 'overtaken', at, by: version };

async function fatesHold(life: Life, lie: (trails: Trails) => Trails = (trails) => trails): Promise<boolean> {
  const played = play(life);
  const ports = portsOf(played, lie);
  const told = toldOf(ports);
  const many = await toldOfMany(ports)('ann', { limit: played.concerns.length });
  for (let version = 1; version <= Math.max(5, played.item.answered?.version ?? 0); version += 1) {
    const [fate] = (await told('ann', version))?.deliveries ?? [];
    const right = naive(played.all, version, life.concerned[version - 1] ?? false);
    const among = many.find((one) => one.version === version)?.deliveries[0];
    for (const one of [fate, among])
      if (one?.outcome !== right.outcome || one.at !== right.at || one.by !== right.by) return false;
  }
  return true;
}

async function momentsHold(
  life: Life,
  lie: (trails: Trails) => Trails = (trails) => trails,
): Promise<boolean> {
  const played = play(life);
  /** Recorded a millisecond before it was first answered, and in order. */
  const told = toldBy(portsOf({ ...played, concerns: recordedBefore(played) }, lie));
  for (const { at } of played.all) {
    for (const moment of [Date.parse(at) - 1, Date.parse(at)]) {
      const given = played.all.filter((one) => one.outcome === 'delivered' && one.at <= toIso(moment));
      const version = Math.max(0, ...given.map((one) => one.version));
      const since = given.find((one) => one.version === version)?.at;
      const [had] = (await told('ann', moment)).deliveries;
      if (had?.version !== version || had.since !== since) return false;
    }
  }
  return true;
}

function recordedBefore({ all, concerns }: Played): readonly Concern[] {
  const times = new Map<number, string>();
  for (const { version, at } of [...all].reverse()) times.set(version, toIso(Date.parse(at) - 1));
  let last = toIso(NOW);
  return concerns.slice(0, all.at(-1)?.version ?? 0).map((concern) => {
    last = times.get(concern.version) ?? last;
    return { ...concern, recordedAt: last };
  });
}

const LIARS: Readonly<Record<string, (honest: Trails) => Trails>> = {
  'has forgotten what was moved away': (honest) => ({
    ...honest,
    upFrom: async function* () {},
    downFrom: async function* () {},
  }),
  'finds nothing that ends later': (honest) => ({
    ...honest,
    upFrom: (of, version) => honest.upFrom(of, version + 3),
  }),
};

describe('what became of every version', () => {
  test('is what the whole list of settles says, however much of it was moved away', async () => {
    await fc.assert(
      fc.asyncProperty(aLife, (life) => fatesHold(life)),
      { numRuns: 150 },
    );
  });

  test.each(Object.entries(LIARS))('a ledger that %s is noticed', async (_what, lie) => {
    const found = await fc.check(
      fc.asyncProperty(aLife, (life) => fatesHold(life, lie)),
      { numRuns: 300, seed: 20_260_501, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });
});

describe('what a destination had at any moment', () => {
  test('is the highest version delivered by then, and since when', async () => {
    await fc.assert(
      fc.asyncProperty(aLife, (life) => momentsHold(life)),
      { numRuns: 100 },
    );
  });

  test('a ledger that has forgotten what was moved away is noticed', async () => {
    const forgetful = LIARS['has forgotten what was moved away'];
    const found = await fc.check(
      fc.asyncProperty(aLife, (life) => momentsHold(life, forgetful)),
      { numRuns: 300, seed: 20_260_501, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });
});

describe('a destination of every version that is far behind', () => {
  const lake: Told = { id: 'lake', title: 'Lake', kind: 'log', interest: { topics: 'all', channels: 'all' } };
  const at = (version: number): string => toIso(NOW + version * 1000);
  const logged = Array.from({ length: 2300 }, (_, n) => ({
    ...{ subject: 'ann', destination: 'lake', version: n + 1, attempts: 1, outcome: 'delivered' as const },
    at: n < 100 ? at(n + 1) : at(9000),
  }));
  const concerns = logged.map(({ version }) => ({ version, recordedAt: at(version), about: about(true) }));
  const ports: ToldPorts = {
    ...portsOf(play({ settles: [], concerned: [] }), (trails) => trails),
    destinations: [lake],
    trails: trailsIn({ concerns: () => concerns, archived: [], logged }),
  };

  test('is said to have nothing only as far as it was looked', async () => {
    const had = async (version: number) => (await toldBy(ports)('ann', NOW + version * 1000)).deliveries[0];
    expect(await had(2300)).toMatchObject({ version: 0, lookedDownTo: 300 });
    expect(await had(1500)).toMatchObject({ version: 100, since: at(100) });
  });
});

describe('one version', () => {
  const entry = (
    version: number,
    outcome: TrailEntry['outcome'],
    more: Partial<TrailEntry> = {},
  ): TrailEntry => ({
    ...{ version, outcome, at: toIso(NOW + version * 1000), attempts: 1 },
    ...more,
  });

  test('that was held and then overtaken says what kept it, and by which', () => {
    const trail = [entry(3, 'held', { reason: 'paused' }), entry(5, 'delivered')];
    expect(fateOf(3, { concerned: true, trail })).toEqual({
      ...{ outcome: 'overtaken', at: toIso(NOW + 5000), by: 5, reason: 'paused' },
    });
  });

  test('that was delivered stays so, with attempts and the reference of the first time', () => {
    const first = entry(3, 'delivered', { attempts: 4, reference: 'job-7' });
    const again = { ...first, at: toIso(NOW + 9000), attempts: 1 };
    expect(fateOf(3, { concerned: true, trail: [first, again, entry(4, 'delivered')] })).toEqual({
      ...{ outcome: 'delivered', at: first.at, attempts: 4, reference: 'job-7' },
    });
  });

  test('with nothing to tell stays skipped when a later one is told', () => {
    const trail = [entry(3, 'skipped', { reason: 'no-identifier' }), entry(4, 'delivered')];
    expect(fateOf(3, { concerned: true, trail })).toMatchObject({
      outcome: 'skipped',
      reason: 'no-identifier',
    });
  });

  test('that is being tried says how often, why not yet and when again', () => {
    const retrying = {
      version: 4,
      attempts: 3,
      reason: 'http-503',
      at: toIso(NOW),
      until: toIso(NOW + 60_000),
    };
    const { version: _, at: __, ...tried } = retrying;
    expect(fateOf(3, { concerned: true, trail: [], retrying })).toEqual({ outcome: 'pending', ...tried });
    expect(fateOf(5, { concerned: true, trail: [], retrying })).toEqual({ outcome: 'pending' });
  });

  test('that a destination of every version was told, is being told, or need not be told', () => {
    const logged = { ...entry(3, 'delivered', { reference: 'row' }), subject: 'ann', destination: 'lake' };
    expect(loggedFate(logged, true)).toMatchObject({ outcome: 'delivered', reference: 'row' });
    expect(loggedFate({ ...logged, outcome: 'retry', reason: 'http-500' }, true)).toEqual({
      ...{ outcome: 'pending', attempts: 1, reason: 'http-500', until: logged.at },
    });
    expect(loggedFate(undefined, true)).toEqual({ outcome: 'pending' });
    expect(loggedFate(undefined, false)).toEqual({ outcome: 'not-concerned' });
  });
});
