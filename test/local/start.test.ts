import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CurrentAnswer } from '../../lib/http/delivery-schemas.ts';
import { apiAt } from '../../local/demo/api.ts';
import { aCheckout, configText, sourceWith } from './checkout.ts';
import { aFolder, afterwards } from './cleanup.ts';
import { type Ended, FEW, type ProcessOptions, runMain } from './engine-process.ts';
import { aFreePort } from './free-port.ts';
import { until } from './until.ts';

const SLOW = 60_000;

const started = async ({ env, ...options }: ProcessOptions) => {
  const engine = runMain({ ...options, env: { ...FEW, ...env } });
  afterwards(() => engine.child.kill('SIGKILL') && engine.ended);
  const addresses = await engine.ready();
  return { ...engine, addresses, url: addresses['url'] ?? '' };
};

const talkTo = async (url: string) => {
  const api = apiAt(url);
  afterwards(api.close);
  const token = await api.token({ scope: 'preferences:write preferences:read audit:read' });
  const change = (subject: string, state: 'granted' | 'withdrawn') =>
    api.post(
      `/v1/subjects/${subject}/changes`,
      {
        choices: [{ topic: 'acme/newsletter', channel: 'email', state }],
        identifiers: { email: `${subject}@example.com` },
        evidence: {
          source: 'preference-center',
          actor: { kind: 'subject' },
          method: 'form',
          legalBasis: 'consent',
          occurredAt: new Date().toISOString(),
          notice: { id: 'marketing', version: '3', language: 'en' },
        },
      },
      { token },
    );
  const record = async (subject: string) => (await api.get(`/v1/subjects/${subject}`, token)).body;
  const isTold = async (subject: string): Promise<boolean> =>
    CurrentAnswer.parse((await api.get(`/v1/subjects/${subject}/deliveries`, token)).body).deliveries.every(
      ({ outcome, behind }) => outcome === 'delivered' && !behind,
    );
  return { api, change, record, isTold };
};

const runToEnd = (options: ProcessOptions): Promise<Ended> => runMain(options).ended;

/** It ends with 1, and says these lines and nothing else. */
const saidOnly = ({ code, stdout, stderr }: Ended): readonly string[] => {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  return stderr.trimEnd().split('\n');
};

test('--json prints one line with all addresses, and nothing after it', { timeout: SLOW }, async () => {
  const engine = await started({ args: ['--json', '--memory', '--port', '0'] });
  const { change } = await talkTo(engine.url);
  expect((await change('ada', 'granted')).status).toBe(201);
  engine.child.kill('SIGINT');
  const { code, stdout } = await engine.ended;
  expect(code).toBe(0);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  expect(JSON.parse(stdout)).toEqual(engine.addresses);
  expect(Object.keys(engine.addresses).sort()).toEqual(
    ['api', 'dynamodb', 'eventbridge', 'hubspot', 'salesforce', 'sqs', 'url', 'webhook'].sort(),
  );
});

test('Ctrl-C drains and ends with 0, and the next start finds everything', { timeout: SLOW }, async () => {
  const data = aFolder();
  const first = await started({ args: ['--json', '--port', '0', '--data', data] });
  const before = await talkTo(first.url);
  const people = ['ada', 'bo', 'carl'];
  for (const subject of people) await before.change(subject, 'granted');
  /** The first of them take long, and stopping has patience for five seconds. */
  await until('they are told', async () => (await Promise.all(people.map(before.isTold))).every(Boolean));
  await before.change('ada', 'withdrawn');
  const known = await before.record('ada');
  first.child.kill('SIGINT');
  const { code, stderr } = await first.ended;
  expect({ code, said: stderr.trimEnd().split('\n') }).toEqual({
    code: 0,
    said: [
      expect.stringContaining('hubspot, salesforce, webhook will be told, and no other'),
      'Stopping: finishing what is under way …',
      'Stopped; every lane was empty.',
    ],
  });
  const second = await started({ args: ['--json', '--port', '0', '--data', data] });
  const after = await talkTo(second.url);
  expect(await after.record('ada')).toEqual(known);
  expect((await after.change('ada', 'granted')).body).toMatchObject({ version: 3 });
});

test('PORT and HEED_DATA are respected, and options outweigh them', { timeout: SLOW }, async () => {
  const [folder, other] = [aFolder(), aFolder()];
  const port = await aFreePort();
  const env = { PORT: String(port), HEED_DATA: join(folder, 'here') };
  const engine = await started({ args: ['--json'], env });
  expect(engine.url).toBe(`http://127.0.0.1:${port}`);
  const secrets = join(folder, 'here', 'secrets.json');
  expect((statSync(secrets).mode & 0o777).toString(8), 'for its owner alone').toBe('600');
  const chosen = await started({ args: ['--json', '--port', '0', '--data', other], env });
  expect(chosen.url).not.toBe(engine.url);
  expect(existsSync(join(other, 'secrets.json'))).toBe(true);
});

test('--help says what there is, starts nothing and ends with 0', { timeout: SLOW }, async () => {
  const { code, stdout, stderr } = await runToEnd({ args: ['--help'] });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const option of ['--port', '--data', '--memory', '--json', 'HEED_DATA', 'HEED_SECRET_'])
    expect(stdout).toContain(option);
});

test('a port that is taken is one clear line', { timeout: SLOW }, async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  afterwards(() => taken.close());
  const port = String(portOf(taken.address()));
  const lines = saidOnly(await runToEnd({ args: ['--memory', '--port', port] }));
  expect(lines).toEqual([`Port ${port} is taken: stop what listens there, or choose another with --port`]);
});

test.each([
  [['--port', 'seven'], 'seven is not a port number'],
  [['--no-such-option'], expect.stringContaining('--no-such-option')],
])('%j is one clear line', { timeout: SLOW }, async (args, line) => {
  expect(saidOnly(await runToEnd({ args }))).toEqual([line]);
});

test('a data folder that another engine holds is one clear line, and the other goes on', {
  timeout: SLOW,
}, async () => {
  const data = aFolder();
  const first = await started({ args: ['--json', '--port', '0', '--data', data] });
  const { change } = await talkTo(first.url);
  await change('ada', 'granted');
  const journal = () => JSON.parse(readFileSync(join(data, 'journal.json'), 'utf8')).positions;
  await until('the position is kept', () => Object.keys(journal()).length > 0);
  const kept = journal();
  const lines = saidOnly(await runToEnd({ args: ['--port', '0', '--data', data] }));
  expect(lines).toEqual([expect.stringContaining(`in use by process ${first.child.pid}`)]);
  expect(journal()).toEqual(kept);
  expect((await change('ada', 'withdrawn')).body).toMatchObject({ version: 2 });
});

const contradictions: readonly (readonly [string, string, readonly unknown[]])[] = [
  [
    'a topic that two systems claim to own',
    configText({ sources: { form: sourceWith({ owns: ['*'] }), crm: sourceWith({ owns: ['acme/*'] }) } }),
    ['  - topics.acme/newsletter: owned by form and by crm; a topic has one owner'],
  ],
  [
    'a destination that maps an unknown topic',
    configText({ destinations: { hubspot: { settings: { subscriptions: { 'acme/nothing': 1 } } } } }),
    [
      '  - destinations.hubspot: no topic acme/nothing is declared',
      expect.stringContaining('can report back'),
    ],
  ],
  [
    'a source without rights',
    configText({ sources: { form: sourceWith({ topics: [] }) } }),
    ['  - sources.form.topics: a source needs a right to at least one topic'],
  ],
];

describe('another checkout', () => {
  const { root, configure } = aCheckout({ without: ['@dynoxide'] });
  const fails = async (): Promise<readonly string[]> =>
    saidOnly(await runToEnd({ args: ['--memory', '--port', '0'], root }));

  test('without a table engine gets one line with the command that gives one', {
    timeout: SLOW,
  }, async () => {
    configure({});
    const [line, ...rest] = await fails();
    expect(line).toContain('docker run -p 8000:8000 amazon/dynamodb-local');
    expect(line).toContain('AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npm start');
    expect(rest).toEqual([]);
  });

  test.each(contradictions)('is told of %s, one line each', { timeout: SLOW }, async (_, config, faults) => {
    configure({ 'heed.config.ts': config });
    expect(await fails()).toEqual(['heed.config.ts:', ...faults]);
  });

  test.each([
    ['is no program', '\nexport defalt {', 'line 2, column 7: Unexpected "defalt"'],
    ['exports nothing', 'export const config = {};', 'it has no default export'],
  ])('whose configuration %s is told where, in one line', { timeout: SLOW }, async (_, config, reason) => {
    configure({ 'heed.config.ts': config });
    expect(await fails()).toEqual([`heed.config.ts cannot be read: ${reason}`]);
  });

  test('of which a part of the configuration is no program is told which, and where', {
    timeout: SLOW,
  }, async () => {
    configure({ 'config/destinations/crm.ts': '\nexport cnst crm = {};' });
    expect(await fails()).toEqual([
      'heed.config.ts cannot be read: config/destinations/crm.ts, line 2, column 7: Unexpected "cnst"',
    ]);
  });
});

test.each([
  ['{"keys":["short"]}', 'The secret of webhook cannot be used: keys.0 (custom)'],
  ['{', 'HEED_SECRET_WEBHOOK is not JSON.'],
])(
  'a secret that cannot be used (%s) is one clear line that does not repeat it',
  { timeout: SLOW },
  async (secret, line) => {
    const env = { HEED_SECRET_WEBHOOK: secret };
    expect(saidOnly(await runToEnd({ args: ['--memory', '--port', '0'], env }))).toEqual([line]);
  },
);

const portOf = (address: ReturnType<ReturnType<typeof createServer>['address']>): number => {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
};
