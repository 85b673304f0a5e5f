import { describe, expect, test } from 'vitest';
import { playsOf } from './scenario.ts';
import { scenarios } from './scenarios.ts';
import { channelsBy, playOn } from './stage.ts';
import type { Table } from './table.ts';
import { tableFiles } from './tables.ts';

const files = await tableFiles();

test.each(files)('$name can be read', ({ fault }) => {
  if (fault) throw fault;
});

const tables = files.flatMap((file) => file.tables).map((table) => [table.title, table] as const);

const playsOn = (table: Table) => scenarios.flatMap((scenario) => playsOf(scenario, table.make()));

describe.each(tables)('%s', (_title, table) => {
  test('speaks on channels it declares, and by every kind of identifier on some of them', () => {
    const row = table.make();
    const { channels, identifiedBy } = row.destination;
    expect(row.channels.length).toBeGreaterThan(0);
    if (channels !== 'all') expect(channels).toEqual(expect.arrayContaining([...row.channels]));
    for (const kind of identifiedBy) expect(channelsBy(row, kind), `by ${kind}`).not.toEqual([]);
  });

  test.each(playsOn(table).map((play) => [play.title, play] as const))('%s', async (_name, play) => {
    await playOn(table, play.setting, play.scenario.run);
  });
});
