import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Reply } from '../../lib/destinations/destination.ts';
import { hubspot } from '../../lib/destinations/hubspot.ts';
import { type Hubspot, simulateHubspot } from '../simulators/hubspot.ts';
import { aReply } from './deliveries.ts';
import { tables } from './hubspot.table.ts';
import { aPoller, inWords } from './polling.ts';
import { NEWS, OFFERS } from './stage.ts';

const START = Date.UTC(2026, 4, 1, 12);
const iso = (ms: number): string => new Date(START + ms).toISOString();

let simulator: Hubspot;
let poller: ReturnType<typeof aPoller>;

beforeEach(async () => {
  const [table] = tables;
  if (!table) throw new Error('there is no table');
  simulator = simulateHubspot();
  poller = aPoller({ ...table.make(), simulator, secret: simulator.secret }, [NEWS, OFFERS]);
  await simulator.start();
});
afterEach(async () => {
  await poller.close();
  await simulator.stop();
});

describe('the timeline of HubSpot', () => {
  test('reports an unsubscribe from one type, and one from all', async () => {
    await poller.poll(START);
    simulator.unsubscribe('ada@example.com', START + 1000, 1001);
    simulator.unsubscribe('grace@example.com', START + 2000);
    expect((await poller.poll(START + 3000)).choices).toEqual([
      `email grace@example.com ${NEWS} email withdrawn ${iso(2000)}`,
      `email grace@example.com ${OFFERS} email withdrawn ${iso(2000)}`,
      `email ada@example.com ${NEWS} email withdrawn ${iso(1000)}`,
    ]);
  });

  test('is read to its end, however many pages it has, and no page of it is forgotten', async () => {
    await poller.poll(START);
    for (let n = 0; n < 2500; n++) simulator.unsubscribe(`person-${n}@example.com`, START + n, 1001);
    const { choices, requests } = await poller.poll(START + 3000);
    expect([new Set(choices).size, requests]).toEqual([2500, 3]);
  });

  test('is read once more for ten minutes, and from the beginning where a page could not be had', async () => {
    await poller.poll(START);
    simulator.unsubscribe('ada@example.com', START + 1000, 1001);
    simulator.fail({ status: 400, times: 1 });
    expect((await poller.poll(START + 300_000)).trouble).toBe('unreadable-reply');
    expect((await poller.poll(START + 300_000)).choices).toHaveLength(1);
    expect((await poller.poll(START + 660_000)).choices).toHaveLength(1);
    expect((await poller.poll(START + 960_000)).choices).toHaveLength(0);
  });

  test('is caught up with stretch by stretch: what was read of a long time stays read', async () => {
    const HOUR = 3_600_000;
    await poller.poll(START);
    for (const hour of [1, 7, 11, 13])
      simulator.unsubscribe(`at-${hour}@example.com`, START + hour * HOUR, 1001);
    simulator.fail({ status: 503 });
    expect((await poller.poll(START + 14 * HOUR)).trouble).toBe('http-503');
    simulator.heal();
    const { choices, requests } = await poller.poll(START + 14 * HOUR);
    expect(choices.map((choice) => choice.slice('email at-'.length, choice.indexOf('@')))).toEqual([
      ...['1', '11', '7'],
      '13',
    ]);
    expect(requests).toBe(3);
    expect(poller.cursor()).toBe(String(START + 14 * HOUR - 600_000));
  });

  test('is not asked for unless settings say so', () => {
    const settings = hubspot.settings.parse({ subscriptions: { [NEWS]: 1001 } });
    expect(hubspot.poll?.ask(undefined, settings, START)).toEqual([]);
  });
});

describe('a page', () => {
  const entry = (change: object) => ({ timestamp: START, recipient: 'ada@example.com', changes: [change] });
  const learned = (reply: Reply, more: object = {}) => {
    const settings = hubspot.settings.parse({
      ...{ subscriptions: { [NEWS]: 1001, [OFFERS]: 1002 }, timeline: true, ...more },
    });
    return hubspot.poll?.ask(undefined, settings, START)[0]?.learn(reply);
  };
  const choicesOf = (change: object, more: object = {}) =>
    learned(aReply(200, { hasMore: false, timeline: [entry(change)] }), more)?.choices.map(inWords);

  test.each([
    ['a subscribe', { change: 'SUBSCRIBED', changeType: 'SUBSCRIPTION_STATUS', subscriptionId: 1001 }],
    ['a bounce', { change: 'BOUNCED', changeType: 'PORTAL_BOUNCE' }],
    ['a type that no topic maps', { change: 'UNSUBSCRIBED', subscriptionId: 77 }],
  ])('says nothing of %s', (_name, change) => {
    expect(choicesOf(change)).toEqual([]);
  });

  test('counts a complaint as a withdrawal of everything that is mapped, or of what settings say', () => {
    const complaint = { change: 'REPORTED_SPAM', changeType: 'PORTAL_SPAM' };
    expect(choicesOf(complaint)).toHaveLength(2);
    expect(choicesOf(complaint, { optOutTopics: ['*'] })).toEqual([
      `email ada@example.com * email withdrawn ${iso(0)}`,
    ]);
  });

  test('is silent on sources that settings tell it not to listen to', () => {
    const echo = { change: 'UNSUBSCRIBED', subscriptionId: 1001, source: 'SOURCE_PUBLIC_API' };
    expect(choicesOf(echo)).toHaveLength(1);
    expect(choicesOf(echo, { timelineIgnores: ['SOURCE_PUBLIC_API'] })).toEqual([]);
  });

  test.each([
    ['is no timeline', aReply(200, { results: [] })],
    ['was refused', aReply(403, { category: 'MISSING_SCOPES' })],
    ['says that there is more but not where', aReply(200, { hasMore: true, timeline: [] })],
  ])('that %s teaches nothing', (_name, reply) => {
    expect(learned(reply)).toBeUndefined();
  });
});
