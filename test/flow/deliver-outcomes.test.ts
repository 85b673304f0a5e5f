import { describe, expect, test } from 'vitest';
import { granted, NOW, withdrawn } from '../builders.ts';
import {
  aDestination,
  again,
  aStage,
  forcedOf,
  HOUR,
  reply,
  SECOND,
  type Stage,
  TIMED_OUT,
  UNREACHABLE,
} from './worker.fixture.ts';

const NEWS = 'acme/newsletter';
const ADA = 'ada@x.example';
const YES = { choices: [granted(NEWS, 'email')] };
const NO = { choices: [withdrawn(NEWS, 'email')], at: 1 };

const answerOf = (stage: Stage): string | undefined => {
  const { outcome, reason } = stage.item('ada').answered ?? {};
  return reason === undefined ? outcome : `${outcome}: ${reason}`;
};

describe('what a vendor answers', () => {
  const settled = [
    [200, 'delivered'],
    [202, 'delivered'],
    [204, 'delivered'],
    [400, 'failed: http-400'],
    [401, 'failed: http-401'],
    [404, 'failed: http-404'],
    [422, 'failed: http-422'],
  ] as const;
  test.each(settled)('%i settles as %s', async (status, answer) => {
    const stage = aStage();
    stage.vendor(status);
    const message = await stage.says('ada', YES, ADA);
    expect(await stage.work([message])).toEqual([{ id: message.id }]);
    expect(answerOf(stage)).toBe(answer);
  });

  const retried = [
    ['408', reply(408), 2],
    ['425', reply(425), 2],
    ['429', reply(429), 2],
    ['500', reply(500), 2],
    ['503', reply(503), 2],
    ['429 with seconds', reply(429, { 'retry-after': '77' }), 77],
    ['503 with a date', reply(503, { 'retry-after': new Date(NOW + 90 * SECOND).toUTCString() }), 90],
    ['503 with a date in the past', reply(503, { 'retry-after': new Date(NOW - HOUR).toUTCString() }), 1],
    ['429 with nonsense', reply(429, { 'retry-after': 'soon' }), 2],
    ['429 with ten hours', reply(429, { 'retry-after': String(10 * 3600) }), 10 * 3600],
    ['nothing in time', TIMED_OUT, 60],
  ] as const;
  test.each(retried)('%s comes again', async (_what, sent, seconds) => {
    const stage = aStage();
    stage.vendor(sent);
    const message = await stage.says('ada', YES, ADA);
    expect(await stage.work([message])).toEqual([{ id: message.id, again: seconds }]);
    expect(stage.item('ada').answered).toBeUndefined();
    expect(stage.item('ada').retrying).toMatchObject({
      attempts: 1,
      until: new Date(NOW + seconds * SECOND).toISOString(),
    });
  });

  test('a vendor that cannot be reached is tried again, and was sent nothing yet', async () => {
    const stage = aStage();
    stage.vendor(UNREACHABLE);
    const message = await stage.says('ada', YES, ADA);
    expect(await stage.work([message])).toEqual([{ id: message.id, again: 2 }]);
    expect(stage.item('ada').answered).toBeUndefined();
    expect(stage.item('ada').retrying).toMatchObject({ reason: 'unreachable', attempts: 0 });
  });

  test('every time a little later, at most a quarter of an hour', async () => {
    const stage = aStage();
    let message = await stage.says('ada', YES, ADA);
    const waits = [];
    for (let attempt = 0; attempt < 12; attempt++) {
      stage.vendor(503);
      waits.push((await stage.work([message]))[0]?.again);
      message = again(message);
    }
    expect(waits).toEqual([2, 3, 6, 12, 24, 48, 96, 192, 384, 675, 675, 675]);
  });

  test('with a wait of more than eleven hours is held', async () => {
    const stage = aStage();
    stage.vendor(reply(503, { 'retry-after': String(11 * 3600 + 1) }));
    await stage.work([await stage.says('ada', YES, ADA)]);
    expect(answerOf(stage)).toBe('held: long-wait-http-503');
  });

  test('that needs the person to act waits for a newer version', async () => {
    const interpret = () => ({ kind: 'needs-user-action', reason: 'opt-in-blocked' }) as const;
    const stage = aStage(aDestination('whole', { interpret }));
    await stage.work([await stage.says('ada', YES, ADA)]);
    expect(answerOf(stage)).toBe('needs-user-action: opt-in-blocked');
    await stage.work([await stage.says('ada', NO)]);
    expect(stage.sent).toHaveLength(2);
  });
});

describe('after six hours of retries', () => {
  test('a delivery is held: age decides, not the count', async () => {
    const stage = aStage();
    const message = { ...(await stage.says('ada', YES, ADA)), receiveCount: 900 };
    stage.vendor(503, 503);
    stage.pass(6 * HOUR);
    expect((await stage.work([message]))[0]?.again).toBeGreaterThan(0);
    stage.pass(1);
    expect(await stage.work([again(message)])).toEqual([{ id: message.id }]);
    expect(answerOf(stage)).toBe('held: gave-up-http-503');
  });

  test('one that timed out is held when nothing of it can arrive any more, and not before', async () => {
    const stage = aStage();
    const message = await stage.says('ada', YES, ADA);
    stage.vendor(TIMED_OUT);
    stage.pass(7 * HOUR);
    expect(await stage.work([message])).toEqual([{ id: message.id, again: 60 }]);
    expect(answerOf(stage)).toBeUndefined();
    stage.pass(60 * SECOND);
    expect(await stage.work([again(message)])).toEqual([{ id: message.id }]);
    expect(answerOf(stage)).toBe('held: gave-up-timed-out');
    expect(stage.sent).toHaveLength(1);
  });

  test('one that comes for the first time is sent all the same', async () => {
    const stage = aStage();
    const message = await stage.says('ada', YES, ADA);
    stage.pass(9 * HOUR);
    await stage.work([message]);
    expect(answerOf(stage)).toBe('delivered');
  });
});

describe('a request that timed out', () => {
  test('is given as long to arrive as the vendor may take', async () => {
    const stage = aStage(aDestination('later'));
    stage.vendor(TIMED_OUT);
    expect((await stage.work([await stage.says('ada', YES, ADA)]))[0]?.again).toBe(120);
  });

  test.each([
    ['first', [TIMED_OUT, reply(503)]],
    ['last', [reply(503), TIMED_OUT]],
  ])('is given its time, be it the %s of two', async (_which, answers) => {
    const stage = aStage();
    await stage.work([await stage.says('ada', YES, ADA)]);
    stage.vendor(...answers);
    const moved = await stage.says('ada', { at: 1 }, 'ada@y.example');
    expect((await stage.work([moved]))[0]?.again).toBe(60);
    expect(stage.sent).toHaveLength(3);
  });

  test('waits no longer than a queue can hide it, whatever another answer asks for', async () => {
    const stage = aStage();
    await stage.work([await stage.says('ada', YES, ADA)]);
    stage.vendor(TIMED_OUT, reply(429, { 'retry-after': String(12 * 3600) }));
    const moved = await stage.says('ada', { at: 1 }, 'ada@y.example');
    expect((await stage.work([moved]))[0]?.again).toBe(11 * 3600);
  });
});

describe('what a vendor applies in its own time', () => {
  test('is confirmed once, when that time has passed', async () => {
    const stage = aStage(aDestination('later'));
    const message = await stage.says('ada', YES, ADA);
    stage.vendor(202, 202);
    await stage.work([message]);
    expect(stage.forced).toEqual([{ subject: 'ada', version: 1, delaySeconds: 120 }]);
    await stage.work([{ ...forcedOf(message), confirming: true }]);
    expect(stage.sent).toHaveLength(2);
    expect(stage.forced).toHaveLength(1);
  });

  test('is confirmed where it was the other of two addresses', async () => {
    const stage = aStage(aDestination('later'));
    await stage.work([await stage.says('ada', YES, ADA)]);
    stage.vendor(202, 200);
    await stage.work([await stage.says('ada', { at: 1 }, 'ada@y.example')]);
    expect(stage.forced).toHaveLength(1);
  });

  test('is confirmed again if the confirmation was overtaken: what it sent at first may come last', async () => {
    const stage = aStage(aDestination('later'));
    const message = await stage.says('ada', YES, ADA);
    await stage.work([message]);
    const newer = await stage.says('ada', NO);
    stage.before('send', () => stage.work([newer]));
    stage.vendor(202, 202, 202);
    await stage.work([{ ...forcedOf(message), confirming: true }]);
    expect(stage.forced.map(({ version }) => version)).toEqual([2, 1]);
  });

  test('is confirmed again if the confirmation was interrupted', async () => {
    const stage = aStage(aDestination('later'));
    const message = await stage.says('ada', YES, ADA);
    stage.vendor(202);
    await stage.work([again({ ...forcedOf(message), confirming: true })]);
    expect(stage.forced).toHaveLength(1);
  });

  test('needs no confirmation where the vendor is done at once', async () => {
    const stage = aStage();
    stage.vendor(202);
    await stage.work([await stage.says('ada', YES, ADA)]);
    expect(stage.forced).toEqual([]);
  });
});
