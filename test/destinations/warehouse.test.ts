import { readFileSync } from 'node:fs';
import Sqlite from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { databricks } from '../../lib/destinations/databricks.ts';
import type { BatchCall, Delivery, Destination } from '../../lib/destinations/destination.ts';
import { snowflake } from '../../lib/destinations/snowflake.ts';
import { eventOf } from '../../lib/domain/event.ts';
import { runErrands } from '../../lib/flow/calls.ts';
import { vendorOf } from '../../lib/http/client.ts';
import { aCatalogue, aVersion, minute } from '../builders.ts';
import { simulateDatabricks } from '../simulators/databricks.ts';
import { simulateSnowflake } from '../simulators/snowflake.ts';
import { aDelivery, aRow, spoken } from './deliveries.ts';

const PLACES = {
  snowflake: { account: 'ACME-PROD', database: 'PREFERENCES', warehouse: 'HEED' },
  databricks: { host: 'acme.cloud.databricks.com', warehouseId: 'abc', catalog: 'preferences' },
};
const NEWS = { topic: 'acme/newsletter', channel: 'email' };

/** Version `n` of a subject, whose newsletter is in this state. */
const aVersionOf = (n: number, state: 'granted' | 'withdrawn', subject = 'ada'): Delivery =>
  aDelivery({
    ...{ subject, version: n, recordedAt: minute(n), identifiers: {} },
    choices: [aRow(NEWS.topic, state, { occurredAt: minute(n) })],
    event: eventOf(aVersion({ subject, version: n }), aCatalogue()),
  });

type Damage = (sql: string) => string;

const warehouses = [
  [
    'snowflake',
    (damage?: Damage): Told =>
      toldBy(snowflake, { place: PLACES.snowflake, simulator: simulateSnowflake(), damage }),
  ],
  [
    'databricks',
    (damage?: Damage): Told =>
      toldBy(databricks, { place: PLACES.databricks, simulator: simulateDatabricks(), damage }),
  ],
] as const;

type Warehouse = ReturnType<typeof simulateSnowflake> | ReturnType<typeof simulateDatabricks>;

interface Setup {
  readonly place: unknown;
  readonly simulator: Warehouse;
  readonly damage?: Damage | undefined;
}

interface Told {
  readonly simulator: Warehouse;
  /** Tells these versions in one batch. */
  readonly tell: (...versions: readonly Delivery[]) => Promise<readonly (string | undefined)[]>;
  readonly close: () => Promise<void>;
}

interface Stated {
  readonly statements: { readonly choices: string; readonly versions: string };
}

/** Writes to the simulator; `damage` stands in for a statement of ours that is wrong. */
function toldBy<S extends Stated, K>(
  destination: Destination<S, K>,
  { place, simulator, damage = (sql) => sql }: Setup,
): Told {
  const right = destination.settings.parse(place);
  const { choices, versions } = right.statements;
  const settings = { ...right, statements: { choices: damage(choices), versions: damage(versions) } };
  const clock = { now: Date.now, sleep: () => Promise.resolve(), chance: () => 0 };
  const secret = async () => simulator.secret();
  const vendor = vendorOf({ destination, settings, secret, perSecond: 1000, clock });
  return {
    simulator,
    tell: async (...versions) => {
      const errands = versions.map((delivery) => ({
        id: `${delivery.subject}:${delivery.version}`,
        calls: destination.translate(delivery, settings),
      }));
      const outcomes = await runErrands({ vendor, clock }, destination, errands, Date.now() + 60_000);
      return outcomes.map(spoken);
    },
    close: vendor.close,
  };
}

describe.each(warehouses)('%s', (_id, make) => {
  let told: Told;
  beforeEach(async () => {
    told = make();
    await told.simulator.start();
  });
  afterEach(async () => {
    await told.close();
    await told.simulator.stop();
  });

  const state = (identifier = 'ada') => told.simulator.permitted({ identifier, ...NEWS });

  test('keeps a stop that an older grant arrives after, and both versions', async () => {
    expect(await told.tell(aVersionOf(8, 'withdrawn'))).toEqual(['delivered']);
    expect(await told.tell(aVersionOf(7, 'granted'))).toEqual(['delivered']);
    expect(state()).toBe(false);
    expect(told.simulator.versions()).toEqual(['ada:8', 'ada:7']);
  });

  test('takes several versions of one subject in one request, in whatever order: the newest holds', async () => {
    const versions = [aVersionOf(3, 'granted'), aVersionOf(5, 'withdrawn'), aVersionOf(4, 'granted')];
    expect(await told.tell(...versions)).toEqual(['delivered', 'delivered', 'delivered']);
    expect(state()).toBe(false);
    expect(told.simulator.versions().toSorted()).toEqual(['ada:3', 'ada:4', 'ada:5']);
  });

  test('has a version once, however often it is told', async () => {
    await told.tell(aVersionOf(3, 'granted'), aVersionOf(3, 'granted'));
    await told.tell(aVersionOf(3, 'granted'));
    expect(told.simulator.versions()).toEqual(['ada:3']);
    expect(told.simulator.facts()).toHaveLength(1);
  });

  test('does not take one table for the other where a version in the batch has no choices', async () => {
    const silent = { ...aVersionOf(2, 'granted', 'grace'), choices: [] };
    expect(await told.tell(silent, aVersionOf(3, 'granted'))).toEqual(['delivered', 'delivered']);
    expect(told.simulator.versions().toSorted()).toEqual(['ada:3', 'grace:2']);
    expect([state(), state('grace')]).toEqual([true, undefined]);
  });

  test('takes quotes, marks and other scripts for what they are', async () => {
    const odd = `o'hara"; DROP TABLE heed_choices; -- ? :told \\ ☃`;
    const choices = [aRow(NEWS.topic, 'granted', { source: odd })];
    expect(await told.tell({ ...aVersionOf(3, 'granted'), choices })).toEqual(['delivered']);
    expect(told.simulator.rowOf({ identifier: 'ada', ...NEWS })).toMatchObject({ source: odd });
  });

  test('keeps evidence and times to the millisecond', async () => {
    const row = aRow(NEWS.topic, 'granted', {
      ...{ occurredAt: '2026-02-03T04:05:06.007Z', expiresAt: '2028-02-03T04:05:06.007Z' },
    });
    await told.tell({ ...aVersionOf(3, 'granted'), choices: [row] });
    expect(told.simulator.rowOf({ identifier: 'ada', ...NEWS })).toEqual({
      ...{ subject: 'ada', ...NEWS, state: 'granted', version: 3, recorded_at: minute(3) },
      ...{ occurred_at: row.occurredAt, expires_at: row.expiresAt, source: 'form', actor: 'subject' },
      ...{ method: 'form', legal_basis: 'consent', notice_id: 'marketing', notice_version: '3' },
      notice_language: 'en',
    });
  });
});

describe.each([
  [
    'snowflake',
    (delivery: Delivery) => snowflake.translate(delivery, snowflake.settings.parse(PLACES.snowflake)),
  ],
  [
    'databricks',
    (delivery: Delivery) => databricks.translate(delivery, databricks.settings.parse(PLACES.databricks)),
  ],
] as const)('%s', (_id, translate) => {
  const batches = (delivery: Delivery) =>
    translate(delivery).filter((call): call is BatchCall => 'items' in call);
  const statements = (delivery: Delivery) =>
    batches(delivery).map(({ wrap, items }) => {
      const body: unknown = wrap(items);
      return String(Object(body).statement);
    });

  test('is given the same two statements, whatever is told', () => {
    const one = statements(aVersionOf(3, 'granted', "robert'); DROP TABLE x"));
    expect(one).toHaveLength(2);
    expect(statements(aVersionOf(4, 'withdrawn'))).toEqual(one);
  });

  test('is never given contact data, though a delivery had some', () => {
    const text = JSON.stringify(
      batches(aDelivery({ identifiers: { email: 'ada@example.com', phone: '+4512345678' } })).map(
        ({ wrap, items }) => wrap(items),
      ),
    );
    expect(text).not.toMatch(/@|\+45/);
  });
});

/** The simulators judge the statements they are sent: those of ours, each made wrong in one place. */
describe.each(warehouses)('%s, with a wrong statement', (id, make) => {
  const outcomesWith = async (damage: Damage, ...batches: readonly (readonly Delivery[])[]) => {
    const told = make(damage);
    await told.simulator.start();
    try {
      const words = [];
      for (const versions of batches) words.push(...(await told.tell(...versions)));
      const state = told.simulator.permitted({ identifier: 'ada', ...NEWS });
      return { words, state, versions: told.simulator.versions().length };
    } finally {
      await told.close();
      await told.simulator.stop();
    }
  };
  const later = [aVersionOf(8, 'withdrawn')];
  const older = [aVersionOf(7, 'granted')];
  const refusal = (sql: string, brick = 'BAD_REQUEST') =>
    `failed ${id === 'snowflake' ? `sql-${sql}` : brick}`;

  test('that is right, is told what it should be', async () => {
    expect(await outcomesWith((sql) => sql, later, older)).toEqual({
      ...{ words: ['delivered', 'delivered'], state: false, versions: 2 },
    });
  });

  test('whose guard is missing, loses a stop to an older grant', async () => {
    const unguarded: Damage = (sql) => sql.replace(' AND s.version >= t.version', '');
    expect(await outcomesWith(unguarded, later, older)).toMatchObject({ state: true });
  });

  test('that never updates, loses a stop', async () => {
    const blind: Damage = (sql) => sql.replace(/WHEN MATCHED .*\n/, '');
    expect(await outcomesWith(blind, older, later)).toMatchObject({ state: true });
  });

  test('that forgets a part of the key, lets one subject speak for another', async () => {
    const keyless: Damage = (sql) => sql.replace('t.subject = s.subject AND ', '');
    const other = [aVersionOf(9, 'granted', 'grace')];
    expect(await outcomesWith(keyless, later, other)).toMatchObject({ state: true });
  });

  test('that does not choose among versions of one subject, is refused where they meet what is there', async () => {
    const all: Damage = (sql) => sql.replace(/QUALIFY .* = 1/, '');
    const { words } = await outcomesWith(all, older, [aVersionOf(8, 'withdrawn'), aVersionOf(9, 'granted')]);
    expect(words[0]).toBe('delivered');
    expect(await outcomesWith(all, [aVersionOf(3, 'granted'), aVersionOf(3, 'granted')])).toMatchObject({
      versions: 2,
    });
  });

  test.each<[string, Damage, string]>([
    [
      'names another table',
      (sql) => sql.replace('INTO heed', 'INTO head').replace('INTO HEED', 'INTO HEAD'),
      '002003',
    ],
    [
      'names a column that is not there',
      (sql) => sql.replace('state = s.state', 'status = s.state'),
      '000904',
    ],
    [
      'leaves out a column that must be filled',
      (sql) => sql.replace(/, actor(?=[,)])/g, '').replace(/, s\.actor/g, ''),
      '100072',
    ],
    ['is cut short', (sql) => sql.slice(0, -40), '001003'],
    ['is another kind of statement', () => 'DELETE FROM HEED_CHOICES', '001003'],
  ])('that %s, is refused', async (_name, damage, code) => {
    const { words, state } = await outcomesWith(damage, later);
    expect({ words, state }).toEqual({ words: [refusal(code)], state: undefined });
  });
});

/** The view is plain enough for another engine to read, but for the names of types and of the present moment. */
describe.each(['snowflake', 'databricks'])('the view of docs/%s.sql', (id) => {
  const script = readFileSync(new URL(`../../docs/${id}.sql`, import.meta.url), 'utf8');
  const [, view = ''] = /CREATE VIEW IF NOT EXISTS \w+ AS\n([\s\S]*?);/i.exec(script) ?? [];
  const NOW = '2026-05-01T12:00:00.000Z';

  const permitted = (choices: readonly string[], versions: readonly string[]): readonly string[] => {
    const database = new Sqlite(':memory:');
    database.exec('CREATE TABLE heed_versions (subject, version)');
    database.exec(
      'CREATE TABLE heed_choices (subject, topic, channel, state, version, occurred_at, expires_at)',
    );
    for (const version of versions)
      database
        .prepare('INSERT INTO heed_versions VALUES (?, ?)')
        .run(version.split(':')[0], numberIn(version));
    for (const choice of choices) {
      const [subject, topic, state, version, expires = null] = choice.split(' ');
      database
        .prepare('INSERT INTO heed_choices VALUES (?, ?, ?, ?, ?, ?, ?)')
        .run(subject, topic, 'email', state, Number(version), NOW, expires);
    }
    const sql = view.replace(/SYSDATE\(\)|current_timestamp\(\)/, `'${NOW}'`);
    const rows = z.array(z.looseObject({ subject: z.string(), topic: z.string() }));
    const found = database
      .prepare(sql)
      .all()
      .map((row) => lowerCase(Object(row)));
    database.close();
    return rows.parse(found).map(({ subject, topic }) => `${subject} ${topic}`);
  };
  const numberIn = (version: string): number => Number(version.split(':')[1]);
  const lowerCase = (row: object) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));

  test('shows what is granted by the newest version, and not what is withdrawn or has run out', () => {
    const choices = ['ada news granted 3', 'ada offers withdrawn 3', `ada events granted 3 ${NOW}`];
    expect(permitted([...choices, 'grace news granted 1'], ['ada:3', 'grace:1'])).toEqual([
      ...['ada news', 'grace news'],
    ]);
  });

  test('leaves out a topic that no newer version repeats, also where the newest says nothing at all', () => {
    const choices = ['ada news granted 3', 'ada gone granted 2'];
    expect(permitted(choices, ['ada:2', 'ada:3'])).toEqual(['ada news']);
    expect(permitted(choices, ['ada:2', 'ada:3', 'ada:4'])).toEqual([]);
  });

  test('shows what was told of choices before its version was', () => {
    expect(permitted(['ada news granted 4', 'ada gone granted 3'], ['ada:3'])).toEqual(['ada news']);
  });
});
