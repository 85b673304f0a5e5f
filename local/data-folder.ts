import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { pause } from './pause.ts';

const Holder = z.object({ engine: z.number().int(), owner: z.number().int() });
type Holder = z.infer<typeof Holder>;

const fileOf = (folder: string): string => join(folder, 'dynamodb.pid');

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const holderOf = (folder: string): Holder | undefined => {
  try {
    return Holder.parse(JSON.parse(read(fileOf(folder)) ?? ''));
  } catch {
    return undefined;
  }
};

/** Linux only, as the engine's binary is: the process still runs, and on this very database. */
const runsOn = (pid: number, database: string): boolean =>
  (read(`/proc/${pid}/cmdline`) ?? '').split('\0').includes(database);

const parentOf = (pid: number): number =>
  Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1] ?? 0);

const killLeftOver = async (pid: number, database: string): Promise<void> => {
  process.kill(pid, 'SIGKILL');
  while (runsOn(pid, database)) await pause(5);
};

/**
 * Makes the folder ready for one engine. Two would corrupt nothing but would give out the same stream
 * positions twice, and dynoxide itself does not notice: a running one is an error here, and one whose
 * owner has died is ended.
 */
export const claimDataFolder = async (folder: string, database: string): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  const holder = holderOf(folder);
  if (holder === undefined || !runsOn(holder.engine, database)) return;
  if (parentOf(holder.engine) === holder.owner) {
    throw new Error(
      `The data folder ${folder} is in use by process ${holder.owner}: stop that one, or choose another folder with --data`,
    );
  }
  await killLeftOver(holder.engine, database);
};

/** Notes who holds the folder, for the next start. */
export const noteHolder = (folder: string, engine: number): void =>
  writeFileSync(fileOf(folder), JSON.stringify({ engine, owner: process.pid }));

export const releaseDataFolder = (folder: string): void => rmSync(fileOf(folder), { force: true });
