import { expect, test } from 'vitest';
import * as z from 'zod';
import whole from '../../heed.config.ts';
import { only } from '../../lib/config.ts';
import { CurrentAnswer } from '../../lib/http/delivery-schemas.ts';
import { RecordAnswer } from '../../lib/http/schemas.ts';
import { type Engine, type EngineOptions, startEngine } from '../../local/engine.ts';
import { simulateHubspot } from '../simulators/hubspot.ts';
import { simulators } from '../simulators/index.ts';
import { simulateSalesforce } from '../simulators/salesforce.ts';
import { simulateWebhook } from '../simulators/webhook.ts';
import { afterwards } from './cleanup.ts';
import { doorwayTo } from './doorway.ts';
import { addressOf, type Speaker, speakTo } from './person.ts';
import { ringConfig, ringDestination, simulateRing } from './ring.ts';
import { until } from './until.ts';

/** What these tests are about takes no more. */
const config = only(whole, ['hubspot', 'salesforce', 'webhook']);

const NEWSLETTER = 'acme/newsletter';

/** From the post to the last of three simulators, ms. */
const IN_TIME = 2_000;
/** The machine may be busy with other tests, and the engine has just started: the first of these who is in time will do. */
const PEOPLE = ['ada', 'bo', 'cy', 'dan', 'eve'];

/** A status that HubSpot is told; other requests have none. */
const Told = z.looseObject({ statusState: z.string().optional() });

/** An engine in memory; whatever it warned of fails the test that started it. */
const running = async (options: Partial<EngineOptions> = {}): Promise<Engine> => {
  const warnings: string[] = [];
  const warn = (line: string): void => void warnings.push(line);
  const engine = await startEngine({
    ...{ config, port: 0, vendors: simulators, warn, line: () => undefined },
    ...options,
  });
  afterwards(async () => {
    await engine.stop();
    expect(warnings).toEqual([]);
  });
  return engine;
};

const versionOf = async ({ read }: Speaker, subject: string): Promise<number> =>
  RecordAnswer.parse(await read(`/v1/subjects/${subject}`)).version;

const isSettled = async ({ read }: Speaker, subject: string, version: number): Promise<boolean> =>
  CurrentAnswer.parse(await read(`/v1/subjects/${subject}/deliveries`)).deliveries.every(
    (one) => one.outcome === 'delivered' && one.version === version && !one.behind,
  );

test('a first change shows in all three simulators within two seconds, and so does a withdrawal', {
  timeout: 120_000,
}, async () => {
  const [hubspot, salesforce, webhook] = [
    simulateHubspot(),
    simulateSalesforce({ everyoneIsKnown: true }),
    simulateWebhook(),
  ];
  const engine = await running({
    vendors: { hubspot: () => hubspot, salesforce: () => salesforce, webhook: () => webhook },
  });
  const speaker = await speakTo(engine.url);
  const permitted = (who: string) => [
    hubspot.permitted({ identifier: addressOf(who), topic: '1001', channel: 'EMAIL' }),
    salesforce.permitted({ identifier: addressOf(who), topic: 'Newsletter', channel: 'Email' }),
    webhook.permitted({ identifier: who, topic: NEWSLETTER, channel: 'email' }),
  ];
  /** How long after it was said all three show it, ms. */
  const took = async (who: string, state: 'granted' | 'withdrawn'): Promise<number> => {
    const said = Date.now();
    expect((await speaker.say(who, state)).status).toBe(201);
    await until(`all three show ${state}`, () =>
      permitted(who).every((one) => one === (state === 'granted')),
    );
    return Date.now() - said;
  };
  const slowest: number[] = [];
  for (const who of PEOPLE) {
    if (slowest.some((one) => one < IN_TIME)) break;
    expect(permitted(who)).toEqual([undefined, undefined, undefined]);
    slowest.push(Math.max(await took(who, 'granted'), await took(who, 'withdrawn')));
    await until('Heed knows it', () => isSettled(speaker, who, 2));
  }
  expect(Math.min(...slowest)).toBeLessThan(IN_TIME);
});

test('where everything is can be asked, and each simulator shows what it was told', async () => {
  const engine = await running();
  const speaker = await speakTo(engine.url);
  expect(await speaker.read('/local/endpoints')).toEqual(engine.endpoints);
  await speaker.say('ada', 'granted');
  await until('it is delivered', () => isSettled(speaker, 'ada', 1));
  const facts = async (id: string): Promise<unknown> => (await fetch(`${engine.endpoints[id]}/facts`)).json();
  const email = addressOf('ada');
  expect(await facts('hubspot')).toEqual([
    { identifier: email, topic: '1001', channel: 'EMAIL', permitted: true },
  ]);
  expect(await facts('salesforce')).toEqual([
    { identifier: email, topic: 'Newsletter', channel: 'Email', permitted: true },
  ]);
  expect(await facts('webhook')).toEqual([
    { identifier: 'ada', topic: NEWSLETTER, channel: 'email', permitted: true },
  ]);
});

test('a notice that races a grant in flight ends withdrawn at the vendor', async () => {
  const hubspot = simulateHubspot();
  const door = doorwayTo(hubspot);
  const engine = await running({ vendors: { ...simulators, hubspot: () => door } });
  const speaker = await speakTo(engine.url);
  const question = { identifier: addressOf('ada'), topic: '1001', channel: 'EMAIL' };
  door.holdNext('POST');
  await speaker.say('ada', 'granted', { identifiers: { hubspot: '101' } });
  await until('the grant is on its way', door.isHolding);
  hubspot.enter(101, addressOf('ada'));
  const status = await hubspot.notify({
    url: `${engine.url}/v1/destinations/hubspot/notices`,
    changes: [{ contactId: 101, property: 'hs_email_optout_1001', value: 'true', occurredAt: Date.now() }],
  });
  expect(status).toBe(200);
  await until('the withdrawal has overtaken it', () => hubspot.permitted(question) === false);
  door.letIn();
  const told = () =>
    door.passed().flatMap((body) => Told.parse(body === '' ? {} : JSON.parse(body)).statusState ?? []);
  await until('Heed says the last word', () => told().length === 3);
  await until('it is settled', () => isSettled(speaker, 'ada', 2));
  expect(told()).toEqual(['UNSUBSCRIBED', 'SUBSCRIBED', 'UNSUBSCRIBED']);
  expect(hubspot.permitted(question)).toBe(false);
});

test('two reporting vendors in a ring fall silent within one round', async () => {
  const ring = { 'ring-a': simulateRing('key of a'), 'ring-b': simulateRing('key of b') };
  const ids = Object.keys(ring);
  const engine = await running({
    config: ringConfig(ids),
    destinations: Object.fromEntries(ids.map((id) => [id, ringDestination(id)])),
    vendors: Object.fromEntries(Object.entries(ring).map(([id, vendor]) => [id, () => vendor])),
  });
  for (const [id, vendor] of Object.entries(ring))
    vendor.reportTo(`${engine.url}/v1/destinations/${id}/notices`);
  const speaker = await speakTo(engine.url);
  const { 'ring-a': a, 'ring-b': b } = ring;
  const silence = async (version: number): Promise<void> => {
    await until(`both have version ${version}`, () => isSettled(speaker, 'ada', version));
    await Promise.all([a.answers(), b.answers()]);
    await until('the lanes are empty', async () => {
      const left = await Promise.all(ids.map((id) => engine.app.unfinished(id)));
      return left.every(({ underWay, delayed }) => underWay + delayed === 0);
    });
  };
  const unmoved = { changes: 0, unchanged: expect.any(Number), ignored: expect.any(Number) };

  await speaker.say('ada', 'granted');
  await silence(1);
  expect(await Promise.all([a.answers(), b.answers()])).toEqual([[unmoved], [unmoved]]);
  expect([a.requests().total, b.requests().total]).toEqual([1, 1]);

  a.set({ email: addressOf('ada'), choices: [{ topic: NEWSLETTER, state: 'withdrawn' }] });
  await until('it is heard', async () => (await versionOf(speaker, 'ada')) === 2);
  await silence(2);
  expect(await a.answers()).toEqual([unmoved, { changes: 1, unchanged: 0, ignored: 0 }, unmoved]);
  expect(await b.answers()).toEqual([unmoved, unmoved]);
  expect([a.requests().total, b.requests().total]).toEqual([2, 2]);
  expect(await versionOf(speaker, 'ada')).toBe(2);
  for (const vendor of [a, b])
    expect(vendor.permitted({ identifier: addressOf('ada'), topic: NEWSLETTER, channel: 'email' })).toBe(
      false,
    );
});
