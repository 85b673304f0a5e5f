import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { claimDataFolder, noteHolder, releaseDataFolder } from './data-folder.ts';
import { listen } from './listen.ts';
import { pause } from './pause.ts';
import { scrub } from './scrub.ts';

export interface DynamoOptions {
  /** Folder to keep the tables in; none: they are gone after `stop`. */
  readonly data?: string;
  /** Path of the engine's binary; null: there is none on this platform. */
  readonly binary?: string | null;
  /** Endpoint to use where there is no binary. */
  readonly otherwise?: string | undefined;
}

export interface Dynamo {
  readonly endpoint: string;
  /** The SQLite file behind it, for `speedUpStreams`; absent with an endpoint of somebody else. */
  readonly database?: string;
  readonly pid?: number;
  /** Settles when the engine has ended, asked or not; never for an endpoint of somebody else. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const findBinary = (): string | null => {
  try {
    return createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide');
  } catch {
    return null;
  }
};

const elsewhere = (endpoint: string | undefined): Dynamo => {
  if (endpoint === undefined || endpoint === '') {
    throw new Error(
      'No DynamoDB engine for this platform: run `docker run -p 8000:8000 amazon/dynamodb-local`, then `AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npm start`',
    );
  }
  return { endpoint, ended: new Promise(() => undefined), stop: async () => undefined };
};

/** util-linux can have the kernel end the engine with its parent; elsewhere `claimDataFolder` ends a left-over. */
const tiedToParent = (): readonly string[] =>
  spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0
    ? ['setpriv', '--pdeathsig', 'KILL']
    : [];

const freePort = async (): Promise<number> => {
  const taken = await listen(() => undefined);
  await taken.close();
  return taken.port;
};

/** A process group of its own: Ctrl-C must reach Heed, which still has writes to make, and not its engine. */
const launch = (binary: string, port: number, database: string): ChildProcess => {
  const [command = binary, ...rest] = [...tiedToParent(), binary];
  const args = ['--host', '127.0.0.1', '--port', String(port), '--db-path', database];
  return spawn(command, [...rest, ...args], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
};

const answers = (endpoint: string): Promise<boolean> =>
  new Promise((resolve) => {
    const request = get(endpoint, { agent: false }, (reply) => {
      reply.resume();
      resolve(reply.headers['x-dynoxide-version'] !== undefined);
    });
    request.once('error', () => resolve(false));
  });

interface Running {
  readonly child: ChildProcess;
  readonly endpoint: string;
  readonly ended: Promise<void>;
}

/** Between finding a free port and taking it somebody else may: then once more. */
const run = async (binary: string, database: string, triesLeft = 3): Promise<Running> => {
  const port = await freePort();
  const child = launch(binary, port, database);
  let said = '';
  let over = false;
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  child.once('error', (error) => {
    said = error.message;
  });
  const ended = once(child, 'close').then(
    () => undefined,
    () => undefined,
  );
  ended.then(() => {
    over = true;
  });
  const endpoint = `http://127.0.0.1:${port}`;
  while (!(await answers(endpoint))) {
    if (over && triesLeft > 1 && said.includes('already in use')) return run(binary, database, triesLeft - 1);
    if (over) throw new Error(`The DynamoDB engine did not start: ${said.trim().replaceAll(/\s+/g, ' ')}`);
    await pause(3);
  }
  return { child, endpoint, ended };
};

const kill = async ({ child, ended }: Running): Promise<void> => {
  child.kill('SIGTERM');
  const sure = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await ended;
  clearTimeout(sure);
};

/**
 * Starts dynoxide on a free loopback port and returns when it answers. Without `data` it works in a
 * temporary folder all the same: the index of `speedUpStreams` needs a file.
 */
export const startDynamo = async (options: DynamoOptions = {}): Promise<Dynamo> => {
  const { data, binary = findBinary(), otherwise = process.env['AWS_ENDPOINT_URL_DYNAMODB'] } = options;
  if (binary === null) return elsewhere(otherwise);
  const folder = data === undefined ? mkdtempSync(join(tmpdir(), 'heed-')) : resolve(data);
  const database = join(folder, 'dynamodb.sqlite');
  await claimDataFolder(folder, database);
  await scrub(database);
  const running = await run(binary, database);
  const pid = running.child.pid;
  if (pid !== undefined) noteHolder(folder, pid);
  const stop = async () => {
    await kill(running);
    if (data === undefined) rmSync(folder, { recursive: true, force: true });
    else {
      await scrub(database);
      releaseDataFolder(folder);
    }
  };
  return {
    endpoint: running.endpoint,
    database,
    ended: running.ended,
    stop,
    ...(pid === undefined ? {} : { pid }),
  };
};

/**
 * Gives dynoxide's stream records the index that keeps writes from slowing down as they grow. Call it once the
 * tables exist. It reaches into another program's file, so that any failure only loses the speed.
 */
export const speedUpStreams = async (database: string, warn: (line: string) => void): Promise<void> => {
  try {
    const { default: Sqlite } = await import('libsql');
    const file = new Sqlite(database, { timeout: 2_000 });
    try {
      file.exec(
        'CREATE INDEX IF NOT EXISTS heed_stream_position ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
      );
    } finally {
      file.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warn(`Writes slow down as the stream grows: its index could not be made (${reason})`);
  }
};
