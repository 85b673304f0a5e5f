import { describe, expect, test } from 'vitest';
import { granted, withdrawn } from '../builders.ts';
import { again, aStage, forcedOf } from './worker.fixture.ts';

const NEWS = 'acme/newsletter';
const OFFERS = 'acme/offers';
const HOME = 'home@x.example';
const WORK = 'work@x.example';
const YES = { choices: [granted(NEWS, 'email')] };
const NO = { choices: [withdrawn(NEWS, 'email')], at: 1 };

/** Ada and Bob both go by one address, and the vendor was told of both. */
async function aFamily() {
  const stage = aStage();
  await stage.work([await stage.says('ada', YES, HOME)]);
  await stage.work([await stage.says('bob', YES, HOME)]);
  return stage;
}

describe('people who share an address', () => {
  test('are told the strictest of what they said', async () => {
    const stage = await aFamily();
    await stage.work([await stage.says('ada', NO)]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'withdrawn' });
    await stage.work([await stage.says('bob', { choices: [granted(NEWS, 'email')], at: 2 })]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'withdrawn' });
  });

  test('do not speak for each other: silence has no say', async () => {
    const stage = aStage();
    await stage.work([await stage.says('ada', YES, HOME)]);
    await stage.work([await stage.says('bob', { choices: [withdrawn(OFFERS, 'email')] }, HOME)]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'granted', [OFFERS]: 'withdrawn' });
  });

  test('of one batch are told one after the other, each with what the other said', async () => {
    const stage = await aFamily();
    const batch = [
      await stage.says('ada', NO),
      await stage.says('bob', { choices: [granted(NEWS, 'email')], at: 2 }),
    ];
    expect(await stage.work(batch)).toEqual(batch.map(({ id }) => ({ id })));
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'withdrawn' });
    expect([stage.item('ada').version, stage.item('bob').version]).toEqual([2, 2]);
  });

  test('make each other look again: a grant under way does not outlive a withdrawal that overtook it', async () => {
    const stage = await aFamily();
    const bob = await stage.says('bob', { choices: [granted(OFFERS, 'email')], at: 2 });
    stage.before('send', async () => stage.work([await stage.says('ada', NO)]));
    await stage.work([bob]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'withdrawn', [OFFERS]: 'granted' });
  });

  test('look again too where a message of theirs lies in the other one’s batch', async () => {
    const stage = await aFamily();
    const told = await stage.says('ada', { choices: [granted(OFFERS, 'email')] });
    await stage.work([told]);
    stage.before('send', async () => {
      const bob = await stage.says('bob', NO);
      await stage.work([{ ...told, id: 'already there' }, bob]);
    });
    await stage.work([forcedOf(told)]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'withdrawn', [OFFERS]: 'granted' });
  });

  test('are found out though one request read the address before the sharing, and the ledger after it', async () => {
    const stage = aStage();
    const bob = await stage.says('bob', YES, HOME);
    stage.before('items', async () => stage.work([await stage.says('ada', NO, HOME)]));
    await stage.work([bob]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'withdrawn' });
  });
});

describe('an address somebody no longer uses', () => {
  test('is told withdrawn, and the new one what the person said', async () => {
    const stage = aStage();
    await stage.work([await stage.says('ada', YES, HOME)]);
    await stage.work([await stage.says('ada', { at: 1 }, WORK)]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'withdrawn' });
    expect(stage.has(WORK)).toEqual({ [NEWS]: 'granted' });
  });

  test('is told withdrawn where there is no new one', async () => {
    const stage = aStage();
    await stage.work([await stage.says('ada', YES, HOME)]);
    await stage.work([await stage.says('ada', { at: 1 }, null)]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'withdrawn' });
    expect(stage.item('ada').answered?.outcome).toBe('delivered');
  });

  test('is told once, and again only by a delivery that must be sure', async () => {
    const stage = aStage();
    await stage.work([await stage.says('ada', YES, HOME)]);
    const moved = await stage.says('ada', { at: 1 }, WORK);
    await stage.work([moved]);
    await stage.work([await stage.says('ada', NO)]);
    expect(stage.sent).toHaveLength(4);
    await stage.work([again(moved)]);
    expect(stage.sent).toHaveLength(6);
  });

  test('is told what those said who go by it now', async () => {
    const stage = await aFamily();
    await stage.work([await stage.says('ada', NO)]);
    await stage.work([await stage.says('ada', { at: 2 }, WORK)]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'granted' });
  });

  test('keeps no grant of the person who left, where those who go by it now are silent', async () => {
    const stage = aStage();
    await stage.work([await stage.says('ada', { choices: [granted('*', 'email')] }, HOME)]);
    await stage.work([await stage.says('bob', YES, HOME)]);
    await stage.work([await stage.says('ada', { at: 1 }, WORK)]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'granted', [OFFERS]: 'withdrawn' });
  });

  test('is not told withdrawn after somebody else has come to it meanwhile', async () => {
    const stage = aStage();
    await stage.work([await stage.says('ada', YES, HOME)]);
    const left = await stage.says('ada', { at: 1 }, WORK);
    stage.before('send', async () => stage.work([await stage.says('bob', YES, HOME)]));
    await stage.work([left]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'granted' });
  });

  test('is not told granted after whoever goes by it now has withdrawn meanwhile', async () => {
    const stage = await aFamily();
    const left = await stage.says('ada', { at: 1 }, WORK);
    stage.before('send', async () => stage.work([await stage.says('bob', NO)]));
    await stage.work([left]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'withdrawn' });
  });

  test('is told no more than its person spoke of: what others said there is theirs to take back', async () => {
    const stage = aStage();
    await stage.work([await stage.says('ada', YES, HOME)]);
    await stage.work([await stage.says('bob', { choices: [granted(OFFERS, 'email')] }, HOME)]);
    const left = await stage.says('ada', { at: 1 }, WORK);
    stage.before('send', async () => stage.work([await stage.says('bob', { at: 1 }, WORK)]));
    await stage.work([left]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'withdrawn', [OFFERS]: 'withdrawn' });
  });

  test('is remembered for a delivery that wrote to it late, though every destination had been told', async () => {
    const stage = aStage();
    const first = await stage.says('ada', YES, HOME);
    stage.before('send', async () => {
      await stage.work([await stage.says('ada', { at: 1 }, WORK)]);
      await stage.work([await stage.says('ada', { at: 2 }, 'new@x.example')]);
    });
    await stage.work([first]);
    expect(stage.has(HOME)).toEqual({ [NEWS]: 'withdrawn' });
    expect(stage.has(WORK)).toEqual({ [NEWS]: 'withdrawn' });
    expect(stage.has('new@x.example')).toEqual({ [NEWS]: 'granted' });
  });
});
