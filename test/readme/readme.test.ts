import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, textOf } from '../conventions/tree.ts';
import { aFreePort } from '../local/free-port.ts';

const readme = textOf('README.md');

/** Code blocks of the README in a language, in order. */
const blocks = (language: string): readonly string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, block = '']) => block,
  );

const isDialogue = (block: string): boolean => block.includes('curl');

/** Commands of the README that take too long for a test, and where they are run instead. */
const RUN_ELSEWHERE: Readonly<Record<string, readonly [file: string, as: RegExp]>> = {
  'npm test': ['scripts/verify.ts', /npm test/],
  'npm run verify': ['.ci/run', /npm run verify/],
  'npm run test:ministack': ['.ci/run', /npm run test:ministack/],
  'npm run deploy': ['test/aws/deploy.ts', /npmRunDeploy\(\[/],
  'npm run token -- p-1001': ['test/local/token-command.test.ts', /run\('p-1001', '--data'/],
  'npm run token -- p-1001 --topic acme/newsletter --channel email': [
    'test/local/token-command.test.ts',
    /LIST = \['--topic', 'acme\/newsletter', '--channel', 'email'\]/,
  ],
  'npm run demo': ['test/local/demo.test.ts', /demo\.ts/],
};

describe('the README', () => {
  let heed: ChildProcess;
  let port: number;

  beforeAll(async () => {
    port = await aFreePort();
    heed = spawn('npm', ['start', '--', '--memory', '--port', String(port)], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    await new Promise<void>((resolve, reject) => {
      let said = '';
      heed.stdout?.on('data', (chunk) => {
        said += String(chunk);
        if (said.includes('Ctrl-C stops')) resolve();
      });
      heed.once('exit', (code) => reject(new Error(`npm start ended with ${code}`)));
    });
  }, 60_000);

  afterAll(() => {
    if (heed.pid !== undefined) process.kill(-heed.pid, 'SIGTERM');
  });

  test('says what is answered, block by block', async () => {
    const dialogue = blocks('sh').filter(isDialogue);
    const script = dialogue.map((block) => `${waiting(block, port)}\necho; echo "$MARK"`).join('\n');
    const shell = `set -e\n${script}`.replaceAll('127.0.0.1:8787', `127.0.0.1:${port}`);
    const { stdout } = await promisify(execFile)('bash', ['-c', shell], { env: { ...process.env, MARK } });
    const answers = stdout.split(MARK).slice(0, -1).map(lastDocument);
    expect(answers.map(timeless)).toEqual(blocks('json').map((block) => timeless(JSON.parse(block))));
  }, 120_000);

  test('names no command that nothing runs', () => {
    const inline = [...readme.matchAll(/`(npm [^`]+)`/g)].map(([, command = '']) => command);
    const commands = [
      ...blocks('sh')
        .filter((block) => !isDialogue(block))
        .flatMap((block) => block.trim().split('\n')),
      ...inline,
    ];
    const unknown = new Set(commands.filter((command) => !runHere(command) && !runElsewhere(command)));
    expect([...unknown]).toEqual([]);
  });

  test('names no file that is not there', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => path);
    for (const path of links) expect(textOf(path).length).toBeGreaterThan(0);
  });
});

const MARK = '@@@ the next answer @@@';

/** What this test itself starts, with options. */
const runHere = (command: string): boolean => command === 'npm start' || command === 'npm start -- --help';

function runElsewhere(command: string): boolean {
  const where = RUN_ELSEWHERE[command];
  return where?.[1].test(textOf(where[0])) ?? false;
}

/** Before the block that asks who has it, waits until everybody does, as its reader would. */
function waiting(block: string, port: number): string {
  if (!block.includes('/deliveries')) return block;
  const url = `http://127.0.0.1:${port}/v1/subjects/alice/deliveries`;
  return `for i in $(seq 600); do curl -s ${url} -H "authorization: Bearer $TOKEN" | grep -q pending || break; sleep 0.1; done\n${block}`;
}

/** The last JSON document of a text that holds several, one on each line. */
const lastDocument = (text: string): unknown => {
  const lines = text.trim().split(/(?<=\})\s*(?=\{)/);
  return JSON.parse(lines.at(-1) ?? '');
};

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Two answers are the same if they differ only in when. Ids that a vendor makes up count as times. */
function timeless(value: unknown): unknown {
  if (typeof value === 'string') return TIME.test(value) || /^0ct\d+/.test(value) ? 'then' : value;
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, timeless(inner)]));
}
