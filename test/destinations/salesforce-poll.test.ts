import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { salesforce } from '../../lib/destinations/salesforce.ts';
import { granted, withdrawn } from '../builders.ts';
import { type Salesforce, simulateSalesforce } from '../simulators/salesforce.ts';
import { INTEGRATION } from '../simulators/salesforce-org.ts';
import { aLane, type TestLane } from './lane.fixture.ts';
import { aPerson } from './people.ts';
import { aPoller } from './polling.ts';
import { tables } from './salesforce.table.ts';
import { goesByAll, NEWS, OFFERS } from './stage.ts';
import type { Case } from './table.ts';

const START = Date.UTC(2026, 4, 1, 12);
const at = (seconds: number): number => START + seconds * 1000;
const iso = (seconds: number): string => new Date(at(seconds)).toISOString();
const FLAGS = { flags: 'both', flagTopics: [NEWS, OFFERS], user: INTEGRATION };

let row: Case & { readonly simulator: Salesforce };
let poller: ReturnType<typeof aPoller>;
let lane: TestLane;

const opened = async (more: object = {}): Promise<void> => {
  const [table] = tables;
  if (!table) throw new Error('there is no table');
  const simulator = simulateSalesforce();
  const made = table.make();
  row = {
    ...{ ...made, destination: salesforce, simulator, secret: simulator.secret },
    settings: (topics) => ({ ...Object(made.settings(topics)), ...more }),
  };
  await simulator.start();
  poller = aPoller(row, [NEWS, OFFERS]);
  lane = aLane(row, { topics: [NEWS, OFFERS] });
};
beforeEach(() => opened());
afterEach(async () => {
  await Promise.all([poller.close(), lane.close(), row.simulator.stop()]);
});

const ADA = aPerson({ own: (n) => `003${String(n).padStart(12, '0')}AAA` }, 1, { subject: 'ada' });
const NEWS_PURPOSE = '0ZW000000000001AAA';
const captured = (more: object = {}) => ({
  ...{ email: ADA.email, purpose: NEWS_PURPOSE, type: 'Email', status: 'OptOut', at: at(60), ...more },
});
const entered = (): void => void row.simulator.enter({ id: ADA.own, email: ADA.email });
const bothWays = (rest: string): readonly string[] => [
  `salesforce ${ADA.own} ${rest}`,
  `email ${ADA.email} ${rest}`,
];

describe('what was opted out of in Salesforce', () => {
  test('is reported once the next poll asks, by record id and by address, with the time of its change', async () => {
    entered();
    await poller.poll(at(0));
    row.simulator.capture(captured());
    expect((await poller.poll(at(300))).choices).toEqual(bothWays(`${NEWS} email withdrawn ${iso(60)}`));
  });

  test('is an import as far as it was there before the first poll', async () => {
    entered();
    row.simulator.capture(captured({ at: at(-60) }));
    expect(await poller.poll(at(0))).toMatchObject({ choices: [], trouble: undefined });
  });

  test('is read once more for a while, since a transaction may show it late', async () => {
    entered();
    await poller.poll(at(0));
    await poller.poll(at(900));
    row.simulator.capture(captured({ at: at(600) }));
    expect((await poller.poll(at(1200))).choices).toHaveLength(2);
    await poller.poll(at(1500));
    expect((await poller.poll(at(1800))).choices).toEqual([]);
  });

  test('is not what somebody opted in to', async () => {
    entered();
    await poller.poll(at(0));
    row.simulator.capture(captured({ status: 'OptIn' }));
    expect((await poller.poll(at(300))).choices).toEqual([]);
  });

  test('is read in pages, also where many changed in the same second', async () => {
    for (let n = 0; n < 450; n++) row.simulator.enter({ email: `person-${n}@example.com` });
    await poller.poll(at(0));
    for (let n = 0; n < 450; n++)
      row.simulator.capture(captured({ email: `person-${n}@example.com`, at: at(n < 400 ? 60 : 61) }));
    const { choices, requests } = await poller.poll(at(300));
    expect(new Set(choices).size).toBe(900);
    expect(requests).toBe(9);
  });

  test('is asked for again where an answer could not be had', async () => {
    entered();
    await poller.poll(at(0));
    row.simulator.capture(captured());
    row.simulator.exceedLimit(1);
    const cursor = poller.cursor();
    expect(await poller.poll(at(300))).toMatchObject({ choices: [], trouble: 'unreadable-reply' });
    expect(poller.cursor()).toBe(cursor);
    expect((await poller.poll(at(600))).choices).toHaveLength(2);
  });

  test('is not asked for where settings say so', async () => {
    await Promise.all([poller.close(), lane.close(), row.simulator.stop()]);
    await opened({ optOuts: false });
    expect(await poller.poll(at(0))).toMatchObject({ choices: [], requests: 0 });
  });
});

describe('what Heed wrote itself', () => {
  const tells = async (...choices: readonly ReturnType<typeof granted>[]): Promise<void> => {
    goesByAll(row, lane, ADA);
    lane.record(ADA.subject, { choices, at: clock++ });
    expect((await lane.deliver([ADA.subject]))[0]?.words).toBe('delivered');
  };
  let clock = 0;

  test('is no opt-out of Salesforce’s', async () => {
    entered();
    await poller.poll(Date.now() - 60_000);
    await tells(withdrawn(NEWS, 'email'));
    expect((await poller.poll(Date.now() + 60_000)).choices).toEqual([]);
  });

  test('is one when somebody has turned it over, from when they did', async () => {
    entered();
    await poller.poll(Date.now() - 60_000);
    await tells(granted(NEWS, 'email'));
    const when = Math.floor(Date.now() / 1000) * 1000;
    row.simulator.capture(captured({ at: when }));
    expect((await poller.poll(Date.now() + 60_000)).choices).toEqual(
      bothWays(`${NEWS} email withdrawn ${new Date(when).toISOString()}`),
    );
  });

  test('among flags is reported as older than when it was written, so that it outweighs no grant since', async () => {
    await Promise.all([poller.close(), lane.close(), row.simulator.stop()]);
    await opened(FLAGS);
    entered();
    await poller.poll(Date.now() - 60_000);
    await tells(withdrawn(NEWS, 'email'), withdrawn(OFFERS, 'email'));
    const { choices } = await poller.poll(Date.now() + 60_000);
    expect(choices).toHaveLength(4);
    for (const text of choices)
      expect(Date.parse(text.split(' ')[5] ?? '')).toBeLessThan(Date.now() - 500_000);
  });

  test('hides no flag that somebody else had set on the same record', async () => {
    await Promise.all([poller.close(), lane.close(), row.simulator.stop()]);
    await opened(FLAGS);
    entered();
    await poller.poll(Date.now() - 60_000);
    row.simulator.flag({ email: ADA.email, field: 'DoNotCall' });
    await tells(withdrawn(NEWS, 'email'), withdrawn(OFFERS, 'email'));
    const { choices } = await poller.poll(Date.now() + 60_000);
    expect(new Set(choices.map((text) => text.split(' ')[3]))).toEqual(new Set(['email', 'phone']));
  });
});

test('a round that was left amid an object no longer asked for begins anew, and misses nothing', () => {
  const settings = salesforce.settings.parse({
    instanceUrl: 'https://acme.my.salesforce.com',
    topics: { [NEWS]: 'News' },
  });
  const amid = { since: iso(0), next: iso(60), feed: 'Lead', after: [iso(30), '00Q000000000001AAA'] };
  for (const feed of ['Lead', 2]) {
    const [ask] = salesforce.poll?.ask(JSON.stringify({ ...amid, feed }), settings, at(600)) ?? [];
    expect(decodeURIComponent(ask?.path ?? '')).toContain(
      `FROM ContactPointTypeConsent WHERE PrivacyConsentStatus = 'OptOut' AND SystemModstamp >= ${iso(0)} `,
    );
  }
});

test('a flag that somebody set withdraws the topics it stands for, on its channel', async () => {
  await Promise.all([poller.close(), lane.close(), row.simulator.stop()]);
  await opened({ ...FLAGS, consents: false });
  entered();
  await poller.poll(at(0));
  row.simulator.flag({ email: ADA.email, field: 'DoNotCall', at: at(60) });
  const { choices } = await poller.poll(at(300));
  expect([...choices].sort()).toEqual(
    [NEWS, OFFERS].flatMap((topic) => bothWays(`${topic} phone withdrawn ${iso(60)}`)).sort(),
  );
});

test('a key that is not unique any longer fails by its code, and its neighbours are saved', async () => {
  entered();
  goesByAll(row, lane, ADA);
  lane.record(ADA.subject, { choices: [granted(NEWS, 'email'), granted(OFFERS, 'email')] });
  await lane.deliver([ADA.subject]);
  const [first] = row.simulator.consents();
  row.simulator.duplicate(first?.PrefKey__c ?? '');
  lane.record(ADA.subject, { choices: [withdrawn('*', '*')], at: 1 });
  expect((await lane.deliver([ADA.subject]))[0]?.words).toBe('failed DUPLICATE_EXTERNAL_ID');
  const question = { identifier: ADA.email, topic: '0ZW000000000002AAA', channel: 'Email' };
  expect(row.simulator.permitted(question)).toBe(false);
});
