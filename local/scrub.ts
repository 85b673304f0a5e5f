import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const markOf = (database: string): string => join(dirname(database), 'to-be-scrubbed');

/** SQLite leaves what was deleted in its file until it needs the place: notes that something there is to be overwritten. */
export const noteDeleted = (database: string): void => writeFileSync(markOf(database), '');

/** Writes the file anew, without anything that was deleted. The engine must not run; what fails is done next time. */
export async function scrub(database: string): Promise<void> {
  const mark = markOf(database);
  if (!existsSync(mark) || !existsSync(database)) return;
  try {
    const { default: Sqlite } = await import('libsql');
    const file = new Sqlite(database, { timeout: 2_000 });
    try {
      file.exec('VACUUM');
    } finally {
      file.close();
    }
    rmSync(mark, { force: true });
  } catch (error) {
    /** The note stays. */
    const reason = error instanceof Error ? error.message : 'unknown';
    process.emitWarning(
      `What was erased is still in ${basename(database)} (${reason}). It is overwritten at the next start or end.`,
    );
  }
}
