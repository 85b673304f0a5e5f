import { describe, expect, test } from 'vitest';
import { granted, withdrawn } from '../builders.ts';
import { LOG_DESTINATION } from './model/destinations.ts';
import { again, aStage, forcedOf, reply, SECOND, TIMED_OUT } from './worker.fixture.ts';

const NEWS = 'acme/newsletter';
const ADA = 'ada@x.example';
const YES = { choices: [granted(NEWS, 'email')] };
const NO = { choices: [withdrawn(NEWS, 'email')], at: 1 };

describe('a delivery that is overtaken while it sends', () => {
  test('sends again what is newest', async () => {
    const stage = aStage();
    const first = await stage.says('ada', YES, ADA);
    stage.before('send', async () => stage.work([await stage.says('ada', NO)]));
    expect(await stage.work([first])).toEqual([{ id: first.id }]);
    expect(stage.has(ADA)).toEqual({ [NEWS]: 'withdrawn' });
    expect(stage.item('ada')).toMatchObject({ version: 2, revision: 2 });
  });

  test('five times is put back, and noted: a queue that dies forgets it', async () => {
    const stage = aStage();
    const message = await stage.says('ada', YES, ADA);
    const overtake = (): void =>
      stage.before('settle', async () => {
        await stage.work([{ ...forcedOf(message), id: 'another' }]);
        overtake();
      });
    overtake();
    const [disposition] = await stage.work([message]);
    expect(disposition).toMatchObject({ id: message.id, again: 2 });
    expect(stage.item('ada').retrying).toMatchObject({ reason: 'overtaken' });
  });

  test('by another that has to come again has to look again too', async () => {
    const stage = aStage();
    const first = await stage.says('ada', YES, ADA);
    const second = await stage.says('ada', NO);
    stage.before('send', async () => {
      stage.vendor(reply(503), 200, 200);
      await stage.work([second]);
    });
    await stage.work([first]);
    expect(stage.sent).toHaveLength(3);
    expect(stage.has(ADA)).toEqual({ [NEWS]: 'withdrawn' });
  });
});

describe('a delivery that has to read the newest record', () => {
  test('tells it at the newest address, though the person moved after the ledger was read', async () => {
    const stage = aStage();
    const first = await stage.says('ada', YES, ADA);
    const moves = () => stage.says('ada', { at: 2 }, 'ada@y.example');
    let moved: Awaited<ReturnType<typeof moves>> | undefined;
    stage.before('newest', async () => {
      moved = await moves();
    });
    await stage.work([again(first)]);
    await stage.work(moved ? [moved] : []);
    expect(stage.has(ADA)).toEqual({ [NEWS]: 'withdrawn' });
    expect(stage.has('ada@y.example')).toEqual({ [NEWS]: 'granted' });
  });
});

describe('a retry', () => {
  test('stays noted while it is not due, though another delivery settles', async () => {
    const stage = aStage();
    const first = await stage.says('ada', YES, ADA);
    stage.vendor(TIMED_OUT);
    await stage.work([first]);
    await stage.work([await stage.says('ada', NO)]);
    expect(stage.item('ada')).toMatchObject({ version: 2, retrying: { version: 1, reason: 'timed-out' } });
    stage.pass(60 * SECOND);
    await stage.work([again(first)]);
    expect(stage.item('ada').retrying).toBeUndefined();
  });
});

describe('a log', () => {
  test('is told every version, each with what it said', async () => {
    const stage = aStage(LOG_DESTINATION);
    const batch = [await stage.says('ada', YES, ADA), await stage.says('ada', NO)];
    expect(await stage.work(batch)).toEqual(batch.map(({ id }) => ({ id })));
    expect(stage.sent).toHaveLength(2);
    expect([stage.has('ada:1'), stage.has('ada:2')]).toEqual([{}, {}]);
    expect([stage.logged('ada', 1), stage.logged('ada', 2)]).toEqual(['delivered', 'delivered']);
  });

  test('is not told again by a duplicate, whatever it answered', async () => {
    const stage = aStage(LOG_DESTINATION);
    const first = await stage.says('ada', YES, ADA);
    const second = await stage.says('ada', NO);
    stage.vendor(200, 400);
    await stage.work([first, second]);
    const twice = [first, second].map((message) => ({ ...message, id: `${message.id}, twice` }));
    expect(await stage.work(twice)).toEqual(twice.map(({ id }) => ({ id })));
    expect(stage.sent).toHaveLength(2);
    expect(stage.logged('ada', 2)).toBe('failed');
  });

  test('is told the very version again by what comes again, and by what is put back', async () => {
    const stage = aStage(LOG_DESTINATION);
    const first = await stage.says('ada', YES, ADA);
    await stage.says('ada', NO);
    stage.vendor(503, 400, 200);
    expect(await stage.work([first])).toEqual([{ id: first.id, again: 2 }]);
    expect(stage.logged('ada', 1)).toBe('retry');
    await stage.work([again(first)]);
    await stage.work([forcedOf(first)]);
    expect(stage.logged('ada', 1)).toBe('delivered');
    expect(stage.sent.map(({ body }) => body)).toEqual(
      Array.from({ length: 3 }, () => ({ people: [{ address: 'ada:1', choices: {} }] })),
    );
  });

  test('keeps what was delivered, though a later attempt of a twin fails', async () => {
    const stage = aStage(LOG_DESTINATION);
    const message = await stage.says('ada', YES, ADA);
    stage.before('send', () => stage.work([{ ...message, id: 'its twin' }]));
    stage.vendor(200, 503);
    await stage.work([message]);
    expect(stage.logged('ada', 1)).toBe('delivered');
  });
});
