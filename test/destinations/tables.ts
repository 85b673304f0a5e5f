import { readdirSync } from 'node:fs';
import { channelsBy } from './stage.ts';
import type { Table } from './table.ts';

/** A file of tables, or why it could not be read: one that is half written is no other's trouble. */
export interface TableFile {
  readonly name: string;
  readonly tables: readonly Table[];
  readonly fault?: unknown;
}

/** Every `*.table.ts` beside this file. */
export const tableFiles = (): Promise<readonly TableFile[]> =>
  Promise.all(
    readdirSync(new URL('.', import.meta.url))
      .filter((name) => name.endsWith('.table.ts'))
      .sort()
      .map(load),
  );

async function load(name: string): Promise<TableFile> {
  try {
    const { tables }: { readonly tables: readonly Table[] } = await import(
      `./${name.slice(0, -'.table.ts'.length)}.table.ts`
    );
    if (tables.length === 0) throw new Error('it has no table');
    for (const table of tables) {
      const row = table.make();
      for (const kind of row.destination.identifiedBy) channelsBy(row, kind);
    }
    return { name, tables };
  } catch (fault) {
    return { name, tables: [], fault };
  }
}
