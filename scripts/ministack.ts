/**
 * Runs a command with an AWS emulator beside it: `tsx scripts/ministack.ts npm run test:aws`.
 * Installs MiniStack into `.venv/` when it is not there (Python 3.11, openssl, no Docker), starts it on a free loopback
 * port, tells the command where it is (`AWS_ENDPOINT_URL`), and stops it afterwards. It checks every request against the
 * IAM policies of the role it comes from, as AWS does; and speaks TLS, since our policies refuse anything else.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';

const PYTHON = '.venv/bin/python';
const REQUIREMENTS = 'test/aws/requirements.txt';
const LOG = '.venv/ministack.log';
const PATIENCE = 60_000;

/** A failure that one line explains. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

const run = async (command: string, args: readonly string[], env = process.env): Promise<number> => {
  const child = spawn(command, args, { stdio: 'inherit', env });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
};

const must = async (command: string, args: readonly string[], otherwise: string): Promise<void> => {
  if ((await run(command, args)) !== 0) throw new Stopped(otherwise);
};

const install = async (): Promise<void> => {
  await must('openssl', ['version'], 'openssl is needed (Debian: apt-get install openssl)');
  if (!existsSync(PYTHON)) {
    await must(
      'python3',
      ['-m', 'venv', '.venv'],
      'Python 3 with venv is needed (Debian: apt-get install python3-venv)',
    );
  }
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--requirement',
    REQUIREMENTS,
  ];
  await must(PYTHON, pip, `MiniStack could not be installed from ${REQUIREMENTS}`);
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Stopped('No free port');
  return address.port;
};

/** Where the emulator is, and where it keeps its certificate and the code of functions. */
interface Place {
  readonly port: number;
  readonly url: string;
  readonly folder: string;
  readonly certificate: string;
}

const placeOf = (port: number, folder: string): Place => ({
  port,
  url: `https://127.0.0.1:${port}`,
  folder,
  certificate: join(folder, 'ministack-tls', 'server.crt'),
});

/** A process group of its own, since it starts a Node process for every function; nothing of our environment leaks in. */
const start = ({ port, folder }: Place): ChildProcess => {
  const log = openSync(LOG, 'w');
  return spawn('.venv/bin/ministack', [], {
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      HOME: process.env['HOME'],
      TMPDIR: folder,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      USE_SSL: '1',
      AUTH: 'true',
    },
  });
};

const healthy = async ({ url, certificate }: Place): Promise<boolean> => {
  if (!existsSync(certificate)) return false;
  const dispatcher = new Agent({ connect: { ca: readFileSync(certificate) } });
  try {
    const { statusCode, body } = await request(`${url}/_ministack/health`, { dispatcher });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  } finally {
    await dispatcher.destroy();
  }
};

const untilHealthy = async (place: Place, emulator: ChildProcess): Promise<void> => {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(100)) {
    if (emulator.exitCode !== null) break;
    if (await healthy(place)) return;
  }
  throw new Stopped(`MiniStack did not start:\n${readFileSync(LOG, 'utf8').slice(-2000)}`);
};

const stop = async (emulator: ChildProcess): Promise<void> => {
  if (emulator.pid === undefined || emulator.exitCode !== null) return;
  process.kill(-emulator.pid, 'SIGTERM');
  await once(emulator, 'exit');
};

const runBeside = async (
  place: Place,
  [command, ...args]: readonly [string, ...string[]],
): Promise<number> => {
  const emulator = start(place);
  try {
    await untilHealthy(place, emulator);
    const code = await run(command, args, {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: place.url,
      NODE_EXTRA_CA_CERTS: place.certificate,
      AWS_CA_BUNDLE: place.certificate,
    });
    if (code !== 0) console.error(`What MiniStack said is in ${LOG}`);
    return code;
  } finally {
    await stop(emulator);
  }
};

const main = async (): Promise<number> => {
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined) throw new Stopped('Say what to run: tsx scripts/ministack.ts npm run test:aws');
  await install();
  const folder = await mkdtemp(join(tmpdir(), 'heed-ministack-'));
  try {
    return await runBeside(placeOf(await freePort(), folder), [command, ...args]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Stopped)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
