import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../lib/destinations/destination.ts';
import { strangerOf } from '../../lib/flow/known-by.ts';
import { granted, withdrawn } from '../builders.ts';
import { sealedAddress } from './model/people.ts';
import { aDestination, aStage } from './worker.fixture.ts';

const YES = { choices: [granted('acme/newsletter', 'email')] };
const HOME = 'home@x.example';
const WORK = 'work@x.example';

/** What Heed says when it erases somebody. */
const ERASED = {
  choices: [withdrawn('*', '*')],
  evidence: { source: 'heed', actor: { kind: 'system' as const }, method: 'erasure' },
  at: 5,
};

/** A destination that can erase, and whom it was asked to. */
function anEraser() {
  const whole = aDestination('whole');
  const erased: string[] = [];
  const erase = (delivery: Delivery, settings: unknown) => {
    erased.push(...Object.values(delivery.identifiers));
    return whole.translate(delivery, settings);
  };
  return { stage: aStage({ ...whole, erase }), erased };
}

test('somebody who is erased is erased at every address she gave up, also where that was told long ago', async () => {
  const { stage, erased } = anEraser();
  await stage.work([await stage.says('ada', YES, HOME)]);
  await stage.work([await stage.says('ada', { at: 1 }, WORK)]);
  expect(erased).toEqual([]);
  expect(stage.item('ada').erased).toBeUndefined();
  await stage.work([await stage.says('ada', ERASED)]);
  expect(erased.sort()).toEqual([HOME, WORK]);
  expect(stage.item('ada').erased).toBe(stage.item('ada').version);
});

test('an address that somebody else goes by is not erased', async () => {
  const { stage, erased } = anEraser();
  await stage.work([await stage.says('ada', YES, HOME)]);
  await stage.work([await stage.says('bob', YES, HOME)]);
  await stage.work([await stage.says('ada', ERASED)]);
  expect(erased).toEqual([]);
  expect(stage.item('ada').erased).toBeUndefined();
  expect(stage.has(HOME)).toMatchObject({ 'acme/newsletter': 'withdrawn' });
});

test('it is once the other was erased too, and where the other is but a stop that was kept for it', async () => {
  const { stage, erased } = anEraser();
  await stage.work([await stage.says('ada', YES, HOME)]);
  await stage.work([await stage.says('bob', YES, HOME)]);
  await stage.says('bob', { ...ERASED, at: 4 });
  await stage.says('bob', { at: 5 }, null);
  await stage.work([await stage.says(strangerOf(sealedAddress(WORK)), YES, WORK)]);
  await stage.work([await stage.says('ada', ERASED)]);
  expect(erased).toEqual([HOME]);
  await stage.work([await stage.says('eve', YES, WORK)]);
  await stage.work([await stage.says('eve', ERASED)]);
  expect(erased).toEqual([HOME, WORK]);
});

describe('of two at one address, of whom the first was erased', () => {
  const kept = async () => {
    const made = anEraser();
    const { stage } = made;
    await stage.work([await stage.says('ada', YES, HOME)]);
    await stage.work([await stage.says('bob', YES, HOME)]);
    await stage.work([await stage.says('ada', ERASED)]);
    stage.keeps(HOME, 'ada');
    await stage.says('ada', { at: 6 }, null);
    return made;
  };

  test('her stop outlasts what anybody says of her afterwards: nobody has confirmed anything there', async () => {
    const { stage } = await kept();
    await stage.says('ada', { ...YES, at: 7 });
    await stage.work([await stage.says('bob', { ...YES, at: 8 })]);
    expect(stage.has(HOME)).toMatchObject({ 'acme/newsletter': 'withdrawn' });
    stage.keeps(HOME);
    await stage.work([await stage.says('bob', { ...YES, at: 9 })]);
    expect(stage.has(HOME)).toMatchObject({ 'acme/newsletter': 'granted' });
  });

  test('the second is erased there too, also when the first is spoken of again under another address', async () => {
    const { stage, erased } = await kept();
    await stage.work([await stage.says('ada', { ...YES, at: 7 }, WORK)]);
    await stage.work([await stage.says('bob', { ...ERASED, at: 8 })]);
    expect(erased).toEqual([HOME]);
  });
});
