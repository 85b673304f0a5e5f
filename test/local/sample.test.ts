import { expect, test } from 'vitest';
import whole from '../../heed.config.ts';
import { type HeedConfig, only } from '../../lib/config.ts';
import { checkChange } from '../../lib/domain/check.ts';
import { CurrentAnswer } from '../../lib/http/delivery-schemas.ts';
import { HistoryAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import { apiAt } from '../../local/demo/api.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { SAMPLE, sampleChange, samplePage } from '../../local/sample.ts';
import { simulators } from '../simulators/index.ts';
import { aFolder, afterwards } from './cleanup.ts';
import { runMain } from './engine-process.ts';
import { until } from './until.ts';

const config = only(whole, ['webhook']);
const NOW = Date.UTC(2026, 4, 1, 12);

const running = async (data?: string): Promise<Engine> => {
  const silent = { warn: () => undefined, line: () => undefined };
  const folder = data === undefined ? {} : { data };
  const engine = await startEngine({ config, port: 0, vendors: simulators, ...silent, ...folder });
  afterwards(() => engine.stop());
  return engine;
};

const asking = async ({ url }: Pick<Engine, 'url'>) => {
  const api = apiAt(url);
  afterwards(api.close);
  const token = await api.token({ scope: 'preferences:write preferences:read audit:read' });
  const read = async (path: string) => (await api.get(`/v1/subjects/${SAMPLE}${path}`, token)).body;
  return {
    record: async () => RecordAnswer.parse(await read('')),
    history: async () => HistoryAnswer.parse(await read('/history')).versions,
    deliveries: async () => CurrentAnswer.parse(await read('/deliveries')).deliveries,
    stop: () =>
      api.post(
        `/v1/subjects/${SAMPLE}/changes`,
        { choices: [{ topic: '*', channel: '*', state: 'withdrawn' }] },
        { token },
      ),
  };
};

test('nobody is there unasked, and no real vendor is ever told of her', async () => {
  const engine = await running();
  const { record } = await asking(engine);
  expect((await record()).version).toBe(0);
  const app = { ...engine.app, standIns: new Map() };
  expect(await samplePage({ ...engine, app }, { config })).toBeUndefined();
  expect((await record()).version).toBe(0);
});

test('the sample person is imported as others are, told to the simulators, and her page opens', async () => {
  const engine = await running();
  const link = (await samplePage(engine, { config })) ?? '';
  const { record, history, deliveries } = await asking(engine);
  const { version, choices, identifiers } = await record();
  expect(version).toBe(1);
  expect(choices.length).toBeGreaterThan(3);
  expect(new Set(choices.map(({ state }) => state))).toEqual(new Set(['granted']));
  expect(Object.keys(identifiers).sort()).toEqual(Object.keys(config.identifiers).sort());
  expect((await history())[0]?.evidence).toMatchObject({
    ...{ source: 'crm-import', actor: { kind: 'import' }, method: 'file', legalBasis: 'consent' },
    notice: {
      id: 'marketing',
      version: '1',
      language: 'en',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  });
  await until('the simulator is told', async () => (await deliveries())[0]?.outcome === 'delivered');
  const page = await fetch(link);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Newsletter')]);
  const publicUrl = 'https://tunnel.acme.example';
  expect(await samplePage(engine, { config, publicUrl })).toMatch(/^https:\/\/tunnel\.acme\.example\/p\/eyJ/);
});

test('she is recorded once: what she has said since stands after a restart', async () => {
  const data = aFolder();
  const first = await running(data);
  await samplePage(first, { config });
  await (await asking(first)).stop();
  await first.stop();
  const second = await running(data);
  const link = await samplePage(second, { config });
  expect(link).toMatch(new RegExp(`^${second.url}/p/`));
  const { version, choices } = await (await asking(second)).record();
  expect(version).toBe(2);
  expect(new Set(choices.map(({ state }) => state))).toEqual(new Set(['withdrawn']));
});

const { preferenceCentre: _, ...pageless } = config;
const lacking: readonly (readonly [string, HeedConfig])[] = [
  ['nobody may import', { ...config, sources: {} }],
  ['there are no pages', pageless],
  ['no notice is kept', { ...config, notices: {} }],
];
test.each(lacking)('there is none where %s', (_, less) => {
  expect(sampleChange(less, NOW)).toBeUndefined();
});

test('of her old consents none waits for a confirmation, and none is what a browser’s signal is about', () => {
  const change = sampleChange(whole, NOW);
  if (!change) throw new Error('there is no sample');
  const { catalogue } = whole;
  const checked = checkChange(change, { catalogue, caller: { sources: ['*'] }, now: NOW });
  if ('refusal' in checked) throw new Error(checked.refusal.detail);
  const { choices } = checked.change;
  expect(choices).toEqual(change.choices);
  expect(choices.map(({ topic }) => topic)).not.toContain('acme/data-sharing');
});

test('npm start prints the link', { timeout: 60_000 }, async () => {
  const args = ['--json', '--memory', '--port', '0'];
  const env = { HEED_DESTINATIONS: 'webhook' };
  const { child, ready, ended } = runMain({ args, env, sample: true });
  afterwards(() => child.kill('SIGKILL') && ended);
  const { url = '', preferences = '' } = await ready();
  expect(preferences).toMatch(new RegExp(`^${url}/p/eyJ`));
  expect((await fetch(preferences)).status).toBe(200);
});
