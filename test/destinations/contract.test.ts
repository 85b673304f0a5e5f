import { describe, expect, test } from 'vitest';
import { type Play, playsOf } from './scenario.ts';
import { scenarios } from './scenarios.ts';
import { channelsBy, playOn } from './stage.ts';
import type { Table } from './table.ts';
import { tableFiles } from './tables.ts';

const files = await tableFiles();

test.each(files)('$name can be read', ({ fault }) => {
  if (fault) throw fault;
});

const tables = files.flatMap((file) => file.tables).map((table) => [table.title, table] as const);

type Row = readonly [title: string, play: Play];

const playsOn = (table: Table): readonly Row[] =>
  scenarios.flatMap((scenario) => playsOf(scenario, table.make()).map((play) => [play.title, play] as const));

/** Played with a vendor that keeps quiet until the lane has waited long enough. */
const waits = ([, { setting }]: Row): boolean => setting.timeoutMs !== undefined;

describe.each(tables)('%s', (_title, table) => {
  test('speaks on channels it declares, and by every kind of identifier on some of them', () => {
    const row = table.make();
    const { channels, identifiedBy } = row.destination;
    expect(row.channels.length).toBeGreaterThan(0);
    if (channels !== 'all') expect(channels).toEqual(expect.arrayContaining([...row.channels]));
    for (const kind of identifiedBy) expect(channelsBy(row, kind), `by ${kind}`).not.toEqual([]);
  });

  test.each(playsOn(table).filter((row) => !waits(row)))('%s', async (_name, play) => {
    await playOn(table, play.setting, play.scenario.run);
  });
});

/** Each has a vendor and a lane of its own: several may wait at once. */
describe.concurrent.each(tables)('%s, where its vendor keeps quiet', (_title, table) => {
  test.each(playsOn(table).filter(waits))('%s', async (_name, play) => {
    await playOn(table, play.setting, play.scenario.run);
  });
});
