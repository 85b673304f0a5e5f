import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Saved } from '../../browser/answers.ts';
import { queueOf } from '../../browser/queue.ts';
import type { Wish } from '../../browser/wishes.ts';
import type { PageChange } from '../../lib/page/model.ts';
import { aPage, aQueue, savedAs, settled } from './queue.fixture.ts';

const tap = (topic: string, on: boolean): Wish => ({ kind: 'control', topic, channel: 'email', on });

describe('taps', () => {
  test('go one after another, in their order', async () => {
    const { queue, sent, answer } = aQueue();
    queue.add(tap('acme/newsletter', true));
    queue.add(tap('acme/offers', true));
    expect(sent.map(({ controls }) => controls)).toEqual([
      [{ topic: 'acme/newsletter', channel: 'email', on: true }],
    ]);
    await answer(savedAs({ version: 4 }));
    expect(sent.at(-1)?.controls).toEqual([{ topic: 'acme/offers', channel: 'email', on: true }]);
  });

  test('of several on the same control only the last is sent after the one that is on its way', async () => {
    const { queue, sent, answer } = aQueue();
    for (const on of [true, false, true, false]) queue.add(tap('acme/newsletter', on));
    await answer(savedAs({ version: 4 }));
    await answer(savedAs({ version: 5 }));
    expect(sent.map(({ controls }) => controls[0]?.on)).toEqual([true, false]);
  });

  test('that follow her own go with the version that she made', async () => {
    const { queue, sent, answer } = aQueue();
    queue.add(tap('acme/newsletter', false));
    queue.add(tap('acme/newsletter', true));
    await answer(savedAs({ version: 4 }));
    expect(sent.map(({ version }) => version)).toEqual([3, 4]);
  });

  test.each([
    ['somebody else spoke in between', savedAs({ version: 5 })],
    ['the one version that came was not hers', savedAs({ version: 4, outcome: 'unchanged' })],
    ['she is asked again', savedAs({ version: 4, outcome: 'asked' })],
  ])('keep the version of the page they were made on where %s', async (_, answered) => {
    const { queue, sent, answer } = aQueue();
    queue.add(tap('acme/newsletter', false));
    queue.add(tap('acme/offers', true));
    await answer(answered);
    expect(sent.map(({ version }) => version)).toEqual([3, 3]);
  });

  test('that still wait for their turn are sent when she leaves, each as it would have been', async () => {
    const { queue, sent } = aQueue();
    for (const topic of ['acme/newsletter', 'acme/offers', 'orbit/events']) queue.add(tap(topic, false));
    queue.hurry();
    const topics = () => sent.map(({ version, controls: [one] }) => `${version} ${one?.topic} ${one?.on}`);
    expect(topics()).toEqual(['3 acme/newsletter false', '3 acme/offers false', '3 orbit/events false']);
  });

  test('that could not be sent wait for her word also when she leaves', async () => {
    const { queue, sent, answer } = aQueue();
    queue.add(tap('acme/newsletter', false));
    await answer({ kind: 'offline' });
    queue.hurry();
    expect(sent).toHaveLength(1);
  });

  test('ask for nothing where no page is shown', async () => {
    const sent: PageChange[] = [];
    const send = async (change: PageChange): Promise<Saved> => {
      sent.push(change);
      return { kind: 'failed' };
    };
    queueOf({ send, shown: () => undefined, answered: () => undefined }).add(tap('acme/offers', true));
    await settled();
    expect(sent).toEqual([]);
  });
});

describe('a stop', () => {
  test('ends what was asked for under it and is not sent yet, and nothing else', async () => {
    const { queue, sent, answer } = aQueue();
    queue.add({ kind: 'preference', key: 'interest.running', value: 'like' });
    queue.add(tap('acme/newsletter', true));
    queue.add(tap('orbit/events', true));
    queue.add({ kind: 'stop', pattern: 'acme/*' });
    for (const version of [4, 5, 6]) await answer(savedAs({ version }));
    expect(sent.map(({ stop, controls: [one] }) => stop ?? one?.topic)).toEqual([
      undefined,
      'orbit/events',
      'acme/*',
    ]);
  });

  test('is not overtaken by a tap that was lost before it', async () => {
    const { queue, sent, answer } = aQueue();
    queue.add(tap('acme/newsletter', true));
    queue.add({ kind: 'stop', pattern: '*' });
    await answer({ kind: 'offline' });
    queue.retry();
    await answer(savedAs({ version: 4 }));
    expect(sent.map(({ stop }) => stop)).toEqual([undefined, '*']);
    expect(queue.kept()).toEqual([]);
  });
});

describe('what could not be sent', () => {
  test.each(['offline', 'failed'] as const)(
    'is kept in its order, and sent on a retry (%s)',
    async (kind) => {
      const { queue, sent, answer } = aQueue();
      queue.add(tap('acme/newsletter', true));
      queue.add(tap('acme/offers', true));
      await answer({ kind });
      expect(sent).toHaveLength(1);
      expect(queue.kept()).toEqual([tap('acme/newsletter', true), tap('acme/offers', true)]);
      expect(queue.underWay('control acme/offers email')).toBeUndefined();
      queue.retry();
      expect(queue.underWay('control acme/offers email')).toEqual(tap('acme/offers', true));
      await answer(savedAs({ version: 4 }));
      await answer(savedAs({ version: 5 }));
      expect(sent.map(({ controls: [one] }) => one?.topic)).toEqual([
        ...['acme/newsletter', 'acme/newsletter', 'acme/offers'],
      ]);
      expect(queue.kept()).toEqual([]);
    },
  );

  test('gives way to what she asked for at the same place since', async () => {
    const { queue, answer } = aQueue();
    queue.add(tap('acme/newsletter', true));
    queue.add(tap('acme/newsletter', false));
    await answer({ kind: 'offline' });
    expect(queue.kept()).toEqual([tap('acme/newsletter', false)]);
  });

  test('goes with the next tap too', async () => {
    const { queue, sent, answer } = aQueue();
    queue.add(tap('acme/newsletter', true));
    await answer({ kind: 'offline' });
    queue.add(tap('acme/offers', true));
    await answer(savedAs({ version: 4 }));
    expect(sent.map(({ controls: [one] }) => one?.topic)).toEqual([
      ...['acme/newsletter', 'acme/newsletter', 'acme/offers'],
    ]);
  });

  test('is forgotten with a token that works no more', async () => {
    const { queue, sent, answer } = aQueue();
    queue.add(tap('acme/newsletter', true));
    queue.add(tap('acme/offers', true));
    await answer({ kind: 'invalid' });
    queue.retry();
    expect(sent).toHaveLength(1);
  });
});

/** What happens, in any order: her taps, a stop elsewhere, requests that arrive, answers that come back or are lost. */
const act = fc.oneof(
  fc.record({ kind: fc.constant('tap' as const), topic: fc.constantFrom('a', 'b'), on: fc.boolean() }),
  fc.record({ kind: fc.constant('elsewhere' as const), topic: fc.constantFrom('a', 'b') }),
  fc.record({
    kind: fc.constantFrom('arrive' as const, 'answer' as const, 'lose' as const, 'retry' as const),
  }),
);
const acts = fc.array(act, { maxLength: 30 });

test('in any order of things, nothing is granted that was stopped elsewhere after the page of that tap', async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (happening) => {
      const page = aPage();
      for (const one of happening) await page.does(one);
      expect(page.wrongs).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('a queue that sent the newest version with every wish would be found out', async () => {
  const found = fc.check(
    fc.asyncProperty(acts, async (happening) => {
      const page = aPage({ redrawn: true });
      for (const one of happening) await page.does(one);
      return page.wrongs.length === 0;
    }),
    /** Looked for in the same places each time: a control that finds it only mostly says nothing when it fails. */
    { numRuns: 1000, seed: 7 },
  );
  expect((await found).failed).toBe(true);
});
