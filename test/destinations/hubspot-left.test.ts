import { afterEach, beforeEach, expect, test } from 'vitest';
import { granted, withdrawn } from '../builders.ts';
import { type Hubspot, type HubspotOptions, simulateHubspot } from '../simulators/hubspot.ts';
import { tables } from './hubspot.table.ts';
import { aLane, type TestLane } from './lane.fixture.ts';
import { aPerson } from './people.ts';
import { goesByAll, NEWS, OFFERS } from './stage.ts';
import type { Case } from './table.ts';

let simulator: Hubspot;
let lane: TestLane;
let row: Case;

const ADA = aPerson({}, 1, { subject: 'ada' });
const asks = (id: string) => simulator.permitted({ identifier: ADA.email, topic: id, channel: 'EMAIL' });
const tell = async (): Promise<string | undefined> =>
  (await lane.deliver([ADA.subject], { force: true }))[0]?.words;

beforeEach(() => open({}));
const open = async (options: HubspotOptions, batch = false): Promise<void> => {
  const table = tables[batch ? 1 : 0];
  if (!table) throw new Error('there is no table');
  simulator = simulateHubspot(options);
  row = { ...table.make(), simulator, secret: simulator.secret };
  await simulator.start();
  lane = aLane(row, { topics: [NEWS, OFFERS] });
  goesByAll(row, lane, ADA);
  lane.record(ADA.subject, { choices: [granted(NEWS, 'email'), granted(OFFERS, 'email')] });
  expect(await tell()).toBe('delivered');
};
afterEach(() => close());
const close = async (): Promise<void> => {
  await lane.close();
  await simulator.stop();
};

test.each([
  ['one type', 1001, [false, true]],
  ['all mail', undefined, [false, false]],
])('whoever left %s at HubSpot is not brought back by a grant from before', async (_what, id, expected) => {
  simulator.unsubscribe(ADA.email, Date.now(), id);
  expect(await tell()).toBe('needs-user-action unsubscribed-at-hubspot');
  expect(['1001', '1002'].map(asks)).toEqual(expected);
});

test.each([
  ['one status a request', false],
  ['many statuses a request', true],
])(
  'whoever left all mail and grants one topic since is brought back for that one alone, by %s',
  async (_, batch) => {
    await close();
    await open({ resubscribing: 'others-return' }, batch);
    simulator.subscribe(ADA.email, 1999);
    simulator.unsubscribe(ADA.email, Date.parse('2026-05-01T12:00:30.000Z'));
    lane.record(ADA.subject, { choices: [granted(NEWS, 'email')], at: 1 });
    for (let times = 0; times < 2; times++) {
      expect(await tell()).toBe('needs-user-action unsubscribed-at-hubspot');
      expect(['1001', '1002', '1999'].map(asks)).toEqual([true, false, false]);
    }
  },
);

test('who stopped everything and grants one topic is brought back to no type that no topic maps either', async () => {
  await close();
  await open({ resubscribing: 'others-return' });
  simulator.subscribe(ADA.email, 1999);
  lane.record(ADA.subject, { choices: [withdrawn('*', '*')], at: 1 });
  expect(await tell()).toBe('delivered');
  lane.record(ADA.subject, { choices: [granted(NEWS, 'email')], at: 2 });
  expect(await tell()).toBe('delivered');
  expect(['1001', '1002', '1999'].map(asks)).toEqual([true, false, false]);
});
