/**
 * Runs a command with an AWS emulator beside it: `tsx scripts/ministack.ts npm run test:aws`.
 * Installs MiniStack into `.venv/` when it is not there (Python 3.11, no Docker), starts it on a free loopback port,
 * tells the command where it is (`AWS_ENDPOINT_URL`), and stops it afterwards.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

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

/** A process group of its own, since it starts a Node process for every function; nothing of our environment leaks in. */
const start = (port: number): ChildProcess => {
  const log = openSync(LOG, 'w');
  return spawn('.venv/bin/ministack', [], {
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      HOME: process.env['HOME'],
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
    },
  });
};

const healthy = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/_ministack/health`)).ok;
  } catch {
    return false;
  }
};

const untilHealthy = async (url: string, emulator: ChildProcess): Promise<void> => {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(100)) {
    if (emulator.exitCode !== null) break;
    if (await healthy(url)) return;
  }
  throw new Stopped(`MiniStack did not start:\n${readFileSync(LOG, 'utf8').slice(-2000)}`);
};

const stop = async (emulator: ChildProcess): Promise<void> => {
  if (emulator.pid === undefined || emulator.exitCode !== null) return;
  process.kill(-emulator.pid, 'SIGTERM');
  await once(emulator, 'exit');
};

const main = async (): Promise<number> => {
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined) throw new Stopped('Say what to run: tsx scripts/ministack.ts npm run test:aws');
  await install();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const emulator = start(port);
  try {
    await untilHealthy(url, emulator);
    const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1' };
    const code = await run(command, args, { ...process.env, ...credentials, AWS_ENDPOINT_URL: url });
    if (code !== 0) console.error(`What MiniStack and its functions said is in ${LOG}`);
    return code;
  } finally {
    await stop(emulator);
  }
};

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Stopped)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
