import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { putTogether } from '../../lib/aws/batch-write.ts';
import { deliveryItem } from '../../lib/aws/delivery-item.ts';
import { ledgerOn } from '../../lib/aws/ledger.ts';
import { logOn } from '../../lib/aws/log.ts';
import { logItem } from '../../lib/aws/log-item.ts';
import { recordedOn } from '../../lib/aws/recorded.ts';
import { recordsOn } from '../../lib/aws/records.ts';
import { searchIndexOn } from '../../lib/aws/search-index.ts';
import { trailsOn } from '../../lib/aws/trails.ts';
import { versionItem } from '../../lib/aws/version-item.ts';
import type { Answered } from '../../lib/domain/outcome.ts';
import { toIso, toMs } from '../../lib/domain/time.ts';
import type { Fate } from '../../lib/flow/fate.ts';
import { indexVersions } from '../../lib/flow/index-versions.ts';
import type { Told } from '../../lib/flow/read-deliveries.ts';
import { type Asked, type Hit, type SearchPorts, searchVersions } from '../../lib/flow/search.ts';
import type { Stored, TrailEntry } from '../../lib/ports.ts';
import { aCatalogue } from '../builders.ts';
import { marksInMemory } from '../memory-search.ts';
import { aChange, aFindable, aVersion } from './builders.ts';
import { type Meter, metered } from './capacity.ts';
import { type Engine, startEngine } from './engine.ts';

const PEOPLE = 300;
/** The newest are still on their way. */
const PENDING = 12;

const MAILER: Told = {
  ...{ id: 'mailer', title: 'Mailer', kind: 'state' },
  interest: { topics: ['acme/newsletter'], channels: ['email'] },
};
const WAREHOUSE: Told = {
  ...{ id: 'warehouse', title: 'Warehouse', kind: 'log' },
  interest: { topics: 'all', channels: 'all' },
};

/** Some of each outcome; everybody else has been told. Every eighth has said something else since. */
const OUTCOMES = ['held', 'failed', 'needs-user-action', 'skipped'] as const;
const isListed = (outcome: string, { kind }: Told): boolean => outcome !== 'skipped' || kind === 'log';
const outcomeOf = (turn: number): Answered['kind'] | 'pending' =>
  turn >= PEOPLE - PENDING ? 'pending' : (OUTCOMES[turn % 40] ?? 'delivered');
const isOvertaken = (turn: number): boolean => turn % 8 === 7 && outcomeOf(turn) === 'delivered';

const subjectOf = (turn: number): string => `person-${turn}`;

interface Known {
  readonly stored: Stored;
  readonly outcome: Fate['outcome'];
}

const versions: readonly Known[] = Array.from({ length: PEOPLE }, (_, turn): readonly Known[] => {
  const first = aVersion(subjectOf(turn), aChange(turn * 20, 'granted'));
  const outcome = outcomeOf(turn);
  if (!isOvertaken(turn)) return [{ stored: first, outcome }];
  const second = aVersion(subjectOf(turn), aChange(turn * 20 + 1, 'withdrawn'), first);
  return [
    { stored: first, outcome: 'overtaken' },
    { stored: second, outcome },
  ];
}).flat();

const answeredAt = ({ version }: Stored): string => toIso(toMs(version.recordedAt) + 400);
const reasonFor = (outcome: Fate['outcome']) => (outcome === 'delivered' ? {} : { reason: 'http-400' });

/** What was not taken at once was noted twice before it was answered: that raises the revision, too. */
const revisionFor = (outcome: Answered['kind']): number =>
  outcome === 'delivered' || outcome === 'skipped' ? 1 : 3;

/** As a lane leaves them: the newest version is answered, and the one it overtook is in no trail. */
const items = versions.flatMap(({ stored, outcome }) => {
  if (outcome === 'pending' || outcome === 'overtaken' || outcome === 'not-concerned') return [];
  if (outcome === 'not-told' || outcome === 'unknown') return [];
  const { subject, version } = stored.version;
  const at = answeredAt(stored);
  const entry: TrailEntry = { version, at, attempts: 1, outcome, ...reasonFor(outcome) };
  const { attempts: _, ...answered } = entry;
  return [
    deliveryItem({
      ...{ subject, destination: MAILER.id, version: outcome === 'delivered' ? version : 0 },
      ...{ revision: revisionFor(outcome), answered, trail: [entry] },
    }),
    logItem({ subject, destination: WAREHOUSE.id, ...entry }, undefined),
  ];
});

let engine: Engine;
let meter: Meter;
let ports: SearchPorts;

beforeAll(async () => {
  engine = await startEngine();
  const client = engine.interrupted([]);
  meter = metered(client);
  const catalogue = aCatalogue();
  const [records, marks] = [recordsOn(client, 'records'), marksInMemory()];
  await putTogether(
    { client, table: 'records' },
    versions.map(({ stored }) => versionItem(stored, aFindable())),
  );
  await putTogether({ client, table: 'deliveries' }, items);
  const newest = versions.at(-1)?.stored.version.recordedAt ?? '';
  await marks.write('search', { lowWater: toMs(versions[0]?.stored.version.recordedAt ?? ''), setup: '' });
  const clock = { now: () => toMs(newest) + 20_000 };
  const filling = searchIndexOn(client, 'audit', putTogether);
  await indexVersions({ catalogue, records, marks, clock, index: filling })();
  ports = {
    ...{ catalogue, records, marks, indexMarks: marks, index: searchIndexOn(client, 'audit') },
    ledger: ledgerOn(client, {
      ...{ deliveries: 'deliveries', records: 'records' },
      seals: {
        opener: never,
        wanted: () => undefined,
        seal: never,
        open: never,
        hash: never,
        ownHash: never,
        keyOf: String,
        forget: () => {},
      },
    }),
    ...{ log: logOn(client, 'deliveries'), recorded: recordedOn(client, 'records') },
    trails: trailsOn(client, { deliveries: 'deliveries', records: 'records' }),
  };
}, 60_000);
afterAll(() => engine.stop());

const never = async (): Promise<never> => {
  throw new Error('not asked for here');
};

const nameOf = ({ subject, version }: { readonly subject: string; readonly version: number }): string =>
  `${subject}:${version}`;

async function everyPage(asked: Omit<Asked, 'after' | 'sought'>): Promise<readonly Hit[]> {
  const hits: Hit[] = [];
  let after: string | undefined;
  do {
    const page = await searchVersions(ports)({ ...asked, sought: {}, ...(after !== undefined && { after }) });
    hits.push(...page.hits);
    after = page.next;
  } while (after !== undefined);
  return hits;
}

const expectedFor = (outcome: Fate['outcome']): readonly string[] =>
  [...versions]
    .reverse()
    .filter((one) => one.outcome === outcome)
    .map(({ stored }) => nameOf(stored.version));

/** A hit of these is its version, its delivery item and its entry of a list; each may be a request's only one. */
const affordable = (results: number): number => 12 + 4 * results;

describe('a search by what became of versions', () => {
  test.each(OUTCOMES)('finds what is %s at a destination now, and pays for that alone', async (outcome) => {
    for (const told of [MAILER, WAREHOUSE].filter((one) => isListed(outcome, one))) {
      meter.reset();
      const hits = await everyPage({ at: { told, outcome }, limit: 50 });
      expect(hits.map(nameOf)).toEqual(expectedFor(outcome));
      expect(meter.units()).toBeLessThanOrEqual(affordable(hits.length));
      expect(meter.commands().has('ScanCommand')).toBe(false);
      expect(meter.requests()).toBeLessThan(hits.length);
      expect(hits[0]?.delivery).toMatchObject({ destination: told.id, outcome, reason: 'http-400' });
    }
  });

  test('that looks at everything instead is caught', async () => {
    meter.reset();
    const hits = await everyPage({ at: { told: MAILER }, limit: 50 });
    const failed = hits.filter(({ delivery }) => delivery?.outcome === 'failed');
    expect(failed.map(nameOf)).toEqual(expectedFor('failed'));
    expect(meter.units()).toBeGreaterThan(affordable(failed.length));
  });

  test('finds what was delivered, and what a later version overtook', async () => {
    for (const outcome of ['delivered', 'overtaken'] as const) {
      meter.reset();
      const hits = await everyPage({ at: { told: MAILER, outcome }, limit: 100 });
      expect(hits.map(nameOf)).toEqual(expectedFor(outcome));
    }
    const first = await searchVersions(ports)({
      ...{ sought: {}, at: { told: MAILER, outcome: 'delivered' }, limit: 100 },
    });
    meter.reset();
    await searchVersions(ports)({
      ...{ sought: {}, at: { told: MAILER, outcome: 'delivered' }, limit: 100 },
      ...(first.next !== undefined && { after: first.next }),
    });
    expect(meter.units()).toBeLessThanOrEqual(affordable(100));
  });

  test('finds what was skipped where states are told, also after a later version was told', async () => {
    const [name = ''] = expectedFor('skipped');
    const [subject = '', number] = name.split(':');
    const [told] = await ports.ledger.items(MAILER.id, [subject]).then((found) => [...found.values()]);
    if (!told) throw new Error('it was answered');
    const newest = { version: Number(number) + 1, at: toIso(toMs(told.trail[0]?.at ?? '') + 1) };
    const since = { ...newest, outcome: 'delivered' as const };
    const trail = [...told.trail, { ...since, attempts: 1 }];
    const later = { ...told, version: newest.version, revision: 2, answered: since, trail };
    await putTogether({ client: engine.client, table: 'deliveries' }, [deliveryItem(later)]);
    const hits = await everyPage({ at: { told: MAILER, outcome: 'skipped' }, limit: 50 });
    expect(hits.map(nameOf)).toEqual(expectedFor('skipped'));
    await putTogether({ client: engine.client, table: 'deliveries' }, [deliveryItem(told)]);
  });

  test('looks for what is pending no further back than the lane has answered everything', async () => {
    const waiting = expectedFor('pending');
    const everywhere = await everyPage({ at: { told: MAILER, outcome: 'pending' }, limit: 50 });
    expect(everywhere.map(nameOf)).toEqual(waiting);
    const oldest = versions.find(({ outcome }) => outcome === 'pending')?.stored.version.recordedAt ?? '';
    const marked: SearchPorts = {
      ...ports,
      marks: { read: async () => ({ lowWater: toMs(oldest), setup: '' }) },
    };
    meter.reset();
    const { hits, next } = await searchVersions(marked)({
      ...{ sought: {}, at: { told: MAILER, outcome: 'pending' }, limit: 50 },
    });
    expect(hits.map(nameOf)).toEqual(waiting);
    expect(next).toBeUndefined();
    expect(meter.units()).toBeLessThanOrEqual(affordable(hits.length));
  });

  test('holds whatever else is asked against it', async () => {
    const at = { told: MAILER, outcome: 'failed' as const };
    const ask = async (sought: Asked['sought']) =>
      (await searchVersions(ports)({ sought, at, limit: 50 })).hits;
    const [newest, ...older] = expectedFor('failed');
    const known = versions.find(({ stored }) => nameOf(stored.version) === newest)?.stored.version;
    expect((await ask({ from: known?.recordedAt ?? '' })).map(nameOf)).toEqual([newest]);
    expect((await ask({ to: known?.recordedAt ?? '' })).map(nameOf)).toEqual(older);
    expect(await ask({ state: 'withdrawn' })).toEqual([]);
    expect(await ask({ source: 'preference-center', topic: 'acme/newsletter' })).toHaveLength(
      older.length + 1,
    );
  });
});
