import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import * as z from 'zod';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of its own that runs `local/main.ts`. */
export interface EngineProcess {
  readonly child: ChildProcess;
  /** The addresses that `--json` prints; throws if it ends before. */
  readonly ready: () => Promise<Readonly<Record<string, string>>>;
  readonly ended: Promise<Ended>;
}

export interface ProcessOptions {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another checkout than this one. */
  readonly root?: string;
  /** With the sample person, whom most tests do not expect. */
  readonly sample?: boolean;
}

/** Three of the destinations that ship: a test that is not about their number need not carry them all. */
export const FEW = { HEED_DESTINATIONS: 'hubspot,salesforce,webhook' };

/** The environment without what would tell the engine something this test does not know of. */
const bare = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(HEED_|PORT$|AWS_|NODE_OPTIONS|VITEST)/.test(name)),
  );

export function runMain({ args, env = {}, root, sample = false }: ProcessOptions): EngineProcess {
  const all = [...args, ...(sample ? [] : ['--no-sample'])];
  /** Another checkout is run as `npm start` runs it, from its sources. */
  const program = root === undefined ? [inject('programs').main] : ['--import', 'tsx', 'local/main.ts'];
  const child = spawn(process.execPath, [...program, ...all], {
    cwd: root ?? ROOT,
    env: { ...bare(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    said.stdout += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said.stderr += chunk;
  });
  const ended = once(child, 'close').then(
    ([code, signal]): Ended => ({ ...Exit.parse({ code, signal }), ...said }),
  );
  return { child, ended, ready: () => firstLine(child, ended) };
}

const Exit = z.object({
  code: z.number().nullable(),
  signal: z.custom<NodeJS.Signals>((value) => typeof value === 'string').nullable(),
});

const Addresses = z.record(z.string(), z.string());

async function firstLine(
  child: ChildProcess,
  ended: Promise<Ended>,
): Promise<Readonly<Record<string, string>>> {
  if (!child.stdout) throw new Error('the engine was started without its output');
  const lines = createInterface({ input: child.stdout });
  const line = once(lines, 'line').then(([text]) => Addresses.parse(JSON.parse(String(text))));
  const early = ended.then(({ code, stderr }) => {
    throw new Error(`the engine ended with ${code}: ${stderr}`);
  });
  return Promise.race([line, early]);
}
