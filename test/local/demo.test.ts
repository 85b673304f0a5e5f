import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import config from '../../heed.config.ts';
import { type Comparison, compare, type Recorded } from '../../local/demo/compare.ts';
import { planDay } from '../../local/demo/day.ts';
import { isWell, report } from '../../local/demo/report.ts';
import { dictionaries, type Fact } from '../../local/demo/words.ts';
import { afterwards } from './cleanup.ts';
import { FEW, runMain } from './engine-process.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const runDemo = (...args: readonly string[]) => run([inject('programs').demo, ...args]);

/** As `npm run demo` does. */
const runSources = (...args: readonly string[]) => run(['--import', 'tsx', 'local/demo.ts', ...args]);

const run = async (args: readonly string[]) => {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...FEW },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
};

const day = { people: 200, run: 'run', morning: Date.UTC(2026, 4, 1) };

test('the same seed makes the same day, and another seed another', () => {
  expect(planDay({ ...day, seed: 7 })).toEqual(planDay({ ...day, seed: 7 }));
  expect(planDay({ ...day, seed: 7 })).not.toEqual(planDay({ ...day, seed: 8 }));
});

test('within a phase nobody acts twice, and everything that makes a day believable is in it', () => {
  const { phases } = planDay({ ...day, seed: 1 });
  for (const phase of phases)
    expect(new Set(phase.map(({ person }) => person.subject)).size).toBe(phase.length);
  expect(phases.map(([act]) => act?.kind)).toEqual([
    'import',
    'form',
    'call centre',
    'one-click stop',
    'change of address',
    'late arrival',
    'stop everything',
  ]);
  expect(phases.flat().some(({ twice }) => twice)).toBe(true);
});

test('a day played against an engine of its own ends with everybody agreeing', {
  timeout: 120_000,
}, async () => {
  const { code, stdout, stderr } = await runDemo('--quick', '--own', '--people', '40');
  expect(stdout).toContain('Every destination agrees with the record, person by person.');
  expect(stdout).toMatch(/what was sent +requests +repeats/);
  for (const id of ['webhook', 'salesforce', 'hubspot'])
    expect(stdout).toMatch(new RegExp(`^ +${id} +\\d+ .* 0$`, 'm'));
  expect(stderr).toContain('Started an engine in memory, for this demo alone');
  expect(code).toBe(0);
});

const person = { subject: 'ada', email: 'ada@old.example', phone: '+4520000000', nextEmail: undefined };
const offered = { topics: Object.keys(config.topics), channels: config.channels };

const recorded = (state: string, email: string | undefined = person.email): Recorded => ({
  ...{ person, email },
  rows: [{ topic: 'acme/newsletter', channel: 'email', state }],
});

const fact = (permitted: boolean, identifier = 'Ada@old.example'): Fact => ({
  ...{ identifier, topic: '1001', channel: 'EMAIL' },
  permitted,
});

const compared = (one: Recorded, facts: readonly Fact[]): Comparison => {
  const dictionary = dictionaries(config)['hubspot'];
  if (!dictionary) throw new Error('the demo does not know HubSpot');
  return compare([one], { destination: 'hubspot', dictionary, facts }, offered);
};

test.each([
  ['granted', [fact(true)], undefined],
  ['withdrawn', [fact(false)], undefined],
  ['granted', [fact(false)], { record: 'granted', vendor: 'withdrawn' }],
  ['withdrawn', [fact(true)], { record: 'withdrawn', vendor: 'granted' }],
  ['withdrawn', [], { record: 'withdrawn', vendor: 'nothing' }],
] as const)('a record that says %s against a vendor with %j: %j', (state, facts, differs) => {
  const { disagreements } = compared(recorded(state), facts);
  const where = { destination: 'hubspot', subject: 'ada', topic: 'acme/newsletter', channel: 'email' };
  expect(disagreements).toEqual(differs ? [{ ...where, ...differs }] : []);
});

test('a vendor that knows what nobody said differs', () => {
  const silent = { ...recorded('granted'), rows: [] };
  expect(compared(silent, [fact(true)]).disagreements).toMatchObject([{ record: 'none', vendor: 'granted' }]);
});

test('an address that was left may not be written to, and somebody without one is not asked for', () => {
  const moved = recorded('granted', 'ada@new.example');
  expect(compared(moved, [fact(false), fact(true, 'ada@new.example')]).disagreements).toEqual([]);
  expect(compared(moved, [fact(true), fact(true, 'ada@new.example')]).disagreements).toHaveLength(1);
  const never = { ...recorded('granted'), email: undefined, person: { ...person, email: undefined } };
  expect(compared(never, []).disagreements).toEqual([]);
});

test('whoever differs is listed, and then the day did not go well', () => {
  const differing = compared(recorded('withdrawn'), [fact(true)]);
  const text = report(new Map(), [differing]);
  expect(text).toContain('hubspot: ada acme/newsletter email: the record says withdrawn, it has granted');
  expect(text).not.toContain('@');
  expect(isWell(new Map(), [differing])).toBe(false);
  expect(isWell(new Map(), [compared(recorded('granted'), [fact(true)])])).toBe(true);
});

test('a request that was refused is told, and then the day did not go well', () => {
  const tally = { requests: 2, repeats: 0, versions: 1, superseded: 0, wrong: new Map([[503, 1]]) };
  expect(report(new Map([['form', tally]]), [])).toContain('1 × 503');
  expect(isWell(new Map([['form', tally]]), [])).toBe(false);
});

test('invented people are not sent to a real vendor', { timeout: 60_000 }, async () => {
  const env = { ...FEW, HEED_SECRET_HUBSPOT: '{"token":"a real one"}' };
  const { child, ended, ready } = runMain({ args: ['--json', '--memory', '--port', '0'], env });
  afterwards(() => child.kill('SIGKILL') && ended);
  const { url = '' } = await ready();
  expect(await runDemo('--quick', '--url', url)).toEqual({
    code: 1,
    stdout: '',
    stderr: 'hubspot is the real one: the demo only plays against simulators\n',
  });
});

test('where no engine runs, asked for by name, that is one line with the command that starts one', {
  timeout: 60_000,
}, async () => {
  const { code, stdout, stderr } = await runSources('--url', 'http://127.0.0.1:1');
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: 'No engine answers at http://127.0.0.1:1; npm start gives one\n',
  });
});
