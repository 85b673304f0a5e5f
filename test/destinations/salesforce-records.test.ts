import { afterEach, describe, expect, test } from 'vitest';
import { granted, withdrawn } from '../builders.ts';
import { simulateSalesforce } from '../simulators/salesforce.ts';
import { INTEGRATION, type SalesforceOptions } from '../simulators/salesforce-org.ts';
import { aLane, type TestLane } from './lane.fixture.ts';
import { aPerson } from './people.ts';
import { tables } from './salesforce.table.ts';
import { NEWS, OFFERS } from './stage.ts';
import type { Case } from './table.ts';

const NEWS_PURPOSE = '0ZW000000000001AAA';

/** An org of its own, before the shipped `deliver`. */
async function opened(more: object = {}, options: SalesforceOptions = {}) {
  const [table] = tables;
  if (!table) throw new Error('there is no table');
  const simulator = simulateSalesforce(options);
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

describe('what was opted out of in Salesforce since Heed was told of a grant', () => {
  const FLAGS = { flags: 'both', flagTopics: [NEWS], user: INTEGRATION };
  const [EMAIL, PHONE] = [{ type: 'Email' }, { type: 'Phone' }].map(({ type }) => ({
    ...{ identifier: ADA.email, topic: NEWS_PURPOSE, channel: type },
  }));

  /** Ada granted news by mail; Salesforce has it. */
  const granting = async (more: object = {}) => {
    const stage = await opened(more);
    stage.simulator.enter({ id: ADA.own, email: ADA.email });
    stage.lane.goesBy(ADA.subject, { kind: 'salesforce', value: ADA.own });
    stage.lane.record(ADA.subject, { choices: [granted(NEWS, 'email')] });
    await stage.lane.deliver([ADA.subject]);
    return stage;
  };
  const asks = ({ simulator }: Awaited<ReturnType<typeof granting>>, question = EMAIL) =>
    question && simulator.permitted(question);

  test('stays, and the rest of what is told arrives', async () => {
    const stage = await granting();
    const { simulator, lane } = stage;
    simulator.capture({ email: ADA.email, purpose: NEWS_PURPOSE, type: 'Email', status: 'OptOut' });
    lane.record(ADA.subject, { choices: [granted(NEWS, 'phone')], at: 1 });
    expect((await lane.deliver([ADA.subject]))[0]?.words).toBe('needs-user-action opted-out-at-salesforce');
    expect([asks(stage), asks(stage, PHONE)]).toEqual([false, true]);
  });

  test('gives way to a grant after it', async () => {
    const stage = await granting();
    const { simulator, lane } = stage;
    const at = Date.UTC(2026, 4, 1, 12);
    simulator.capture({ email: ADA.email, purpose: NEWS_PURPOSE, type: 'Email', status: 'OptOut', at });
    lane.record(ADA.subject, { choices: [granted(NEWS, 'email')], at: 1 });
    expect((await lane.deliver([ADA.subject]))[0]?.words).toBe('delivered');
    expect(asks(stage)).toBe(true);
  });

  test('as a flag stays too, and its record is not touched before it was heard of', async () => {
    const stage = await granting(FLAGS);
    const { simulator, lane } = stage;
    simulator.flag({ email: ADA.email, field: 'HasOptedOutOfEmail' });
    lane.record(ADA.subject, { choices: [granted(NEWS, 'phone')], at: 1 });
    for (let times = 0; times < 2; times++) {
      const [told] = await lane.deliver([ADA.subject], { force: true });
      expect(told?.words).toBe('needs-user-action opted-out-at-salesforce');
    }
    expect(asks(stage)).toBe(false);
  });
});

test('a record that no change is taken of keeps nothing from the others, nor from the consent rows', async () => {
  const { simulator, lane } = await opened({ flags: 'both', flagTopics: [NEWS], user: INTEGRATION });
  simulator.enter({ id: ADA.own, email: ADA.email, ruled: true });
  const other = simulator.enter({ email: ADA.email });
  lane.goesBy(ADA.subject, { kind: 'email', value: ADA.email });
  lane.record(ADA.subject, { choices: [withdrawn(NEWS, 'email')] });
  const [told] = await lane.deliver([ADA.subject]);
  expect(told?.words).toBe('failed FIELD_CUSTOM_VALIDATION_EXCEPTION');
  expect(other.flags.get('HasOptedOutOfEmail')).toBe(true);
  expect(simulator.consents().map(({ PrivacyConsentStatus }) => PrivacyConsentStatus)).toEqual([
    'OptOut',
    'OptOut',
  ]);
});

describe('flags', () => {
  const FLAGS = { flags: 'both', flagTopics: [NEWS], user: INTEGRATION, consents: false };
  const told = async ({ lane }: Awaited<ReturnType<typeof opened>>, choice: ReturnType<typeof granted>) => {
    lane.goesBy(ADA.subject, { kind: 'email', value: ADA.email });
    lane.record(ADA.subject, { choices: [choice] });
    return (await lane.deliver([ADA.subject]))[0]?.words;
  };

  test('are kept in an org that has no Individuals', async () => {
    const stage = await opened(FLAGS, { individuals: false });
    const ada = stage.simulator.enter({ email: ADA.email, individual: false });
    expect(await told(stage, withdrawn(NEWS, 'email'))).toBe('delivered');
    expect(ada.flags.get('HasOptedOutOfEmail')).toBe(true);
  });

  test('are not set on a Lead that was converted: it cannot be changed, and its Contact is told', async () => {
    const stage = await opened(FLAGS);
    stage.simulator.enter({ email: ADA.email, object: 'Lead', converted: true });
    const contact = stage.simulator.enter({ email: ADA.email });
    expect(await told(stage, withdrawn(NEWS, 'email'))).toBe('delivered');
    expect(contact.flags.get('HasOptedOutOfEmail')).toBe(true);
  });

  test('of somebody who does not want to be called stay when another grants calls at the same address', async () => {
    const stage = await opened(FLAGS);
    const at = Date.UTC(2020, 0, 1);
    const both = [1, 2].map(() => stage.simulator.enter({ email: ADA.email }));
    stage.simulator.flag({ email: ADA.email, field: 'DoNotCall', at });
    both[0]?.flags.set('DoNotCall', false);
    expect(await told(stage, granted(NEWS, 'phone'))).toBe('failed several-people');
    expect(both[1]?.flags.get('DoNotCall')).toBe(true);
  });
});
