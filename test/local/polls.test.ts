import { expect, test } from 'vitest';
import whole from '../../heed.config.ts';
import { only } from '../../lib/config.ts';
import { RecordAnswer } from '../../lib/http/schemas.ts';
import { startEngine } from '../../local/engine.ts';
import { simulateHubspot } from '../simulators/hubspot.ts';
import { simulators } from '../simulators/index.ts';
import { simulateWebhook } from '../simulators/webhook.ts';
import { afterwards } from './cleanup.ts';
import { addressOf, speakTo } from './person.ts';
import { until } from './until.ts';

const some = only(whole, ['hubspot', 'webhook']);
const { hubspot: declared } = some.destinations;
if (!declared) throw new Error('HubSpot is not declared');
const settings = { subscriptions: { 'acme/newsletter': 1001 }, timeline: true };
const config = { ...some, destinations: { ...some.destinations, hubspot: { ...declared, settings } } };

test('what a person unsubscribes from at a vendor that has to be asked reaches the others, and falls silent', async () => {
  const [hubspot, webhook] = [simulateHubspot(), simulateWebhook()];
  const warnings: string[] = [];
  const engine = await startEngine({
    ...{ config, port: 0, line: () => undefined },
    vendors: { ...simulators, hubspot: () => hubspot, webhook: () => webhook },
    warn: (line) => void warnings.push(line),
  });
  afterwards(async () => {
    await engine.stop();
    expect(warnings).toEqual([]);
  });
  const speaker = await speakTo(engine.url);
  const version = async () => RecordAnswer.parse(await speaker.read('/v1/subjects/ada')).version;
  const other = () => webhook.permitted({ identifier: 'ada', topic: 'acme/newsletter', channel: 'email' });
  await speaker.say('ada', 'granted');
  await until('both may write', () => other() === true && hubspot.facts().length === 1);
  await engine.poll('hubspot');
  expect(await version()).toBe(1);
  hubspot.unsubscribe(addressOf('ada'), Date.now(), 1001);
  await engine.poll('hubspot');
  await until('the other may not', () => other() === false);
  for (let again = 0; again < 3; again++) await engine.poll('hubspot');
  expect(await version()).toBe(2);
  await expect(engine.poll('webhook')).rejects.toThrow('webhook is not polled');
});
