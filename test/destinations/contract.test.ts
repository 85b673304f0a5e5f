import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { granted, withdrawn } from '../builders.ts';
import { tables as hubspot } from './hubspot.table.ts';
import { aLane, type TestLane } from './lane.fixture.ts';
import { tables as salesforce } from './salesforce.table.ts';
import type { Case, Table } from './table.ts';
import { tables as webhook } from './webhook.table.ts';

const ADA = { subject: 'ada', email: "ada.o'hara+news@example.com" };
const GRACE = { subject: 'grace', email: 'grace@example.com' };
const NEWS = 'acme/newsletter';
const OFFERS = 'acme/offers';
const NEITHER = { [NEWS]: false, [OFFERS]: false };

const tables: readonly Table[] = [...webhook, ...salesforce, ...hubspot];

describe.each(tables.map((table) => [table.title, table] as const))('%s', (_title, table) => {
  let row: Case;
  let lane: TestLane;

  beforeEach(async () => {
    row = table.make();
    await row.simulator.start();
    lane = aLane(row, [NEWS, OFFERS]);
    for (const { subject, email } of [ADA, GRACE]) lane.goesBy(subject, { email });
  });
  afterEach(async () => {
    row.simulator.heal();
    await lane.close();
    await row.simulator.stop();
  });

  const known = (): void => row.enter(ADA.email);
  const asks = (topic: string, who = ADA) => row.permitted(who, topic);
  const holds = (who = ADA) => ({ [NEWS]: asks(NEWS, who), [OFFERS]: asks(OFFERS, who) });

  /** Delivers until the vendor has it or refuses it, as the queue would. */
  const tell = async (subject = ADA.subject): Promise<string> => {
    const [first] = await lane.deliver([subject]);
    if (first?.again === undefined) return first?.words ?? '';
    const [second] = await lane.deliver([subject], { receiveCount: 2 });
    return second?.words ?? '';
  };
  const says = (...choices: readonly ReturnType<typeof granted>[]): Promise<string> => {
    clockwork += 1;
    lane.record(ADA.subject, { choices, at: clockwork });
    return tell();
  };
  let clockwork = -1000;

  test('a person the vendor does not know', async () => {
    expect(await says(granted(NEWS, 'email'))).toBe(row.unknown);
  });

  test('a grant, its withdrawal and a grant again arrive', async () => {
    known();
    expect(await says(granted(NEWS, 'email'))).toBe('delivered');
    expect(asks(NEWS)).toBe(true);
    expect(await says(withdrawn(NEWS, 'email'))).toBe('delivered');
    expect(asks(NEWS)).toBe(false);
    expect(await says(granted(NEWS, 'email'))).toBe('delivered');
    expect(asks(NEWS)).toBe(true);
  });

  test('a topic nobody has spoken of is left alone', async () => {
    known();
    await says(withdrawn(NEWS, 'email'));
    expect(holds()).toEqual({ [NEWS]: false, [OFFERS]: undefined });
  });

  test('stopping everything stops every topic, and a later grant lifts it for that one alone', async () => {
    known();
    await says(granted(NEWS, 'email'), granted(OFFERS, 'email'));
    expect(await says(withdrawn('*', '*'))).toBe('delivered');
    expect(holds()).toEqual(NEITHER);
    expect(await says(granted(NEWS, 'email'))).toBe('delivered');
    expect(holds()).toEqual({ [NEWS]: true, [OFFERS]: false });
  });

  test('the same delivery twice changes nothing', async () => {
    known();
    await says(granted(NEWS, 'email'), withdrawn(OFFERS, 'email'));
    const facts = row.simulator.facts();
    const [again] = await lane.deliver([ADA.subject], { force: true });
    expect(again?.words).toBe('delivered');
    expect(row.simulator.facts()).toEqual(facts);
  });

  test('a token refused once', async () => {
    known();
    row.simulator.rejectTokens(1);
    lane.record(ADA.subject, { choices: [withdrawn(NEWS, 'email')] });
    const [first] = await lane.deliver([ADA.subject]);
    expect(first?.words).toBe(row.refusedOnce);
    await lane.deliver([ADA.subject], { force: true });
    expect(asks(NEWS)).toBe(false);
  });

  test.each([
    ['a 429 waits as long as it asks', { status: 429, headers: { 'retry-after': '7' } }, 'retry http-429', 7],
    ['a 429 that asks for nothing waits a moment', { status: 429 }, 'retry http-429', 1],
    ['a 503 waits a moment', { status: 503 }, 'retry http-503', 1],
  ])('%s, and comes again', async (_name, fault, words, again) => {
    known();
    row.simulator.fail({ ...fault, times: 1 });
    lane.record(ADA.subject, { choices: [withdrawn(NEWS, 'email')] });
    expect(await lane.deliver([ADA.subject])).toEqual([{ words, again }]);
    expect(await tell()).toBe('delivered');
    expect(asks(NEWS)).toBe(false);
  });

  test('a request that did its work but was answered with a 502 comes again without harm', async () => {
    known();
    row.simulator.fail({ status: 502, applied: true, times: 1 });
    expect(await says(withdrawn(NEWS, 'email'))).toBe('delivered');
    expect(asks(NEWS)).toBe(false);
  });

  test('a vendor that does not answer is not asked again before its answer must have had effect', async () => {
    known();
    const release = row.simulator.hang();
    lane.record(ADA.subject, { choices: [withdrawn(NEWS, 'email')] });
    const [first] = await lane.deliver([ADA.subject]);
    release();
    expect(first?.words).toBe('retry timed-out');
    expect(first?.again).toBeGreaterThanOrEqual(Math.max(60, row.destination.limits.settleAfter));
    expect(await tell()).toBe('delivered');
    expect(asks(NEWS)).toBe(false);
  });

  test('a refusal for good fails with a code and without the words of the vendor', async () => {
    known();
    row.refusal.cause();
    lane.record(ADA.subject, { choices: [withdrawn(NEWS, 'email')] });
    expect(await lane.deliver([ADA.subject])).toEqual([{ words: row.refusal.outcome, again: undefined }]);
  });

  test('a success that is a failure is not taken for one', async () => {
    known();
    row.hidden?.cause();
    lane.record(ADA.subject, { choices: [withdrawn(NEWS, 'email')] });
    const [first] = await lane.deliver([ADA.subject]);
    expect(first?.words).toBe(row.hidden?.outcome ?? 'delivered');
    row.simulator.heal();
    expect(await tell()).toBe('delivered');
    expect(asks(NEWS)).toBe(false);
  });

  test('one person whose topic the vendor lacks does not fail another in the same batch', async () => {
    await lane.close();
    lane = aLane(row, [NEWS, 'acme/surveys']);
    for (const { subject, email } of [ADA, GRACE]) {
      row.enter(email);
      lane.goesBy(subject, { email });
    }
    lane.record(ADA.subject, { choices: [granted('acme/surveys', 'email')] });
    lane.record(GRACE.subject, { choices: [withdrawn(NEWS, 'email')] });
    const results = await lane.deliver([ADA.subject, GRACE.subject]);
    expect(results.map(({ words }) => words)).toEqual([row.lacking, 'delivered']);
    expect(asks(NEWS, GRACE)).toBe(false);
  });
});

const addressed = tables.filter((table) => table.make().destination.identifiedBy.length > 0);

describe.each(addressed.map((table) => [table.title, table] as const))('%s, by address', (_title, table) => {
  let row: Case;
  let lane: TestLane;

  beforeEach(async () => {
    row = table.make();
    await row.simulator.start();
    lane = aLane(row, [NEWS, OFFERS]);
  });
  afterEach(async () => {
    await lane.close();
    await row.simulator.stop();
  });

  test('skips a person without an address, and asks nothing', async () => {
    lane.record(ADA.subject, { choices: [withdrawn(NEWS, 'email')] });
    expect((await lane.deliver([ADA.subject]))[0]?.words).toBe('skipped no-identifier');
    expect(row.simulator.requests().total).toBe(0);
  });

  test('withdraws at an address the person no longer uses, and grants at the new one', async () => {
    const former = { subject: 'ada', email: 'ada.former@example.com' };
    for (const { email } of [ADA, former]) row.enter(email);
    lane.goesBy(ADA.subject, { email: former.email });
    lane.record(ADA.subject, { choices: [granted(NEWS, 'email')] });
    await lane.deliver([ADA.subject]);
    expect(row.permitted(former, NEWS)).toBe(true);
    lane.goesBy(ADA.subject, { email: ADA.email }, { email: former.email, retiredSince: 2 });
    lane.record(ADA.subject, { choices: [granted(NEWS, 'email')], at: 1 });
    expect((await lane.deliver([ADA.subject]))[0]?.words).toBe('delivered');
    expect(row.permitted(former, NEWS)).toBe(false);
    expect(row.permitted(ADA, NEWS)).toBe(true);
  });

  test('tells an address that two people share the most restrictive answer of both', async () => {
    row.enter(ADA.email);
    for (const { subject } of [ADA, GRACE]) lane.goesBy(subject, { email: ADA.email, shared: true });
    lane.record(GRACE.subject, { choices: [withdrawn(NEWS, 'email')] });
    lane.record(ADA.subject, { choices: [granted(NEWS, 'email'), granted(OFFERS, 'email')] });
    await lane.deliver([ADA.subject]);
    expect(row.permitted(ADA, NEWS)).toBe(false);
    expect(row.permitted(ADA, OFFERS)).toBe(true);
  });
});
