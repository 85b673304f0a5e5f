import { afterEach, describe, expect, test } from 'vitest';
import { granted, withdrawn } from '../builders.ts';
import { simulateSalesforce } from '../simulators/salesforce.ts';
import { aLane, type TestLane } from './lane.fixture.ts';
import { aPerson } from './people.ts';
import { tables } from './salesforce.table.ts';
import { NEWS, OFFERS } from './stage.ts';
import type { Case } from './table.ts';

const NEWS_PURPOSE = '0ZW000000000001AAA';

/** An org of its own, before the shipped `deliver`. */
async function opened(more: object = {}) {
  const [table] = tables;
  if (!table) throw new Error('there is no table');
  const simulator = simulateSalesforce();
  const made = table.make();
  const row: Case & { readonly simulator: typeof simulator } = {
    ...{ ...made, simulator, secret: simulator.secret },
    settings: (topics) => ({ ...Object(made.settings(topics)), ...more }),
  };
  await simulator.start();
  const lane = aLane(row, { topics: [NEWS, OFFERS] });
  open.push({ lane, stop: simulator.stop });
  return { simulator, lane };
}

const open: { readonly lane: TestLane; readonly stop: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).flatMap(({ lane, stop }) => [lane.close(), stop()]));
});

const RECORD = (n: number): string => `003${String(n).padStart(12, '0')}AAA`;
const ADA = aPerson({ own: RECORD }, 1, { subject: 'ada' });

describe('a record that still carries the address its person left', () => {
  const moved = [
    { kind: 'salesforce', value: ADA.own },
    { kind: 'email', value: 'ada@new.example.com' },
    { kind: 'email', value: ADA.email, retiredSince: 1 },
  ];

  test.each([
    ['granted', granted, true],
    ['withdrawn', withdrawn, false],
  ])('is told what is %s once, for Salesforce takes neither of two rows of one key', async (_, said, may) => {
    const { simulator, lane } = await opened();
    simulator.enter({ id: ADA.own, email: ADA.email });
    lane.goesBy(ADA.subject, ...moved);
    lane.record(ADA.subject, { choices: [said(NEWS, 'email')] });
    expect((await lane.deliver([ADA.subject]))[0]?.words).toBe('delivered');
    const question = { identifier: ADA.email, topic: NEWS_PURPOSE, channel: 'Email' };
    expect(simulator.permitted(question)).toBe(may);
  });
});
