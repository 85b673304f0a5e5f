import { describe, expect, test } from 'vitest';
import { granted, withdrawn } from '../builders.ts';
import { Said } from './model/destinations.ts';
import { aDestination, again, aStage, forcedOf, reply, SECOND } from './worker.fixture.ts';

const NEWS = 'acme/newsletter';
const OFFERS = 'acme/offers';
const ADA = 'ada@x.example';
const YES = { choices: [granted(NEWS, 'email')] };
const NO = { choices: [withdrawn(NEWS, 'email')], at: 1 };

describe('a message', () => {
  test('costs one read of the ledger, one request and one settle', async () => {
    const stage = aStage();
    expect(await stage.work([await stage.says('ada', YES, ADA)])).toEqual([{ id: 'message of ada:1' }]);
    expect(stage.has(ADA)).toEqual({ [NEWS]: 'granted' });
    const asked = (['read', 'send', 'settle', 'newest', 'holders', 'touch', 'note'] as const).map(
      stage.asked,
    );
    expect(asked).toEqual([1, 1, 1, 0, 0, 0, 0]);
  });

  test('shares its read of the ledger with the whole batch', async () => {
    const stage = aStage();
    const batch = [
      await stage.says('ada', YES, ADA),
      await stage.says('bob', YES, 'bob@x.example'),
      await stage.says('cyd', YES, 'cyd@x.example'),
    ];
    await stage.work(batch);
    expect([stage.asked('read'), stage.asked('send'), stage.asked('settle')]).toEqual([1, 3, 3]);
  });

  test('of a version that is already there sends nothing, and settles nothing', async () => {
    const stage = aStage();
    const first = await stage.says('ada', YES, ADA);
    const second = await stage.says('ada', NO);
    await stage.work([second]);
    const late = await stage.work([first, { ...second, id: 'twice' }]);
    expect(late).toEqual(expect.arrayContaining([{ id: first.id }, { id: 'twice' }]));
    expect([stage.asked('read'), stage.asked('send'), stage.asked('settle')]).toEqual([2, 1, 1]);
  });

  test('says no more than the newest of its batch', async () => {
    const stage = aStage();
    const batch = [await stage.says('ada', YES, ADA), await stage.says('ada', NO)];
    expect(await stage.work(batch)).toHaveLength(2);
    expect(stage.has(ADA)).toEqual({ [NEWS]: 'withdrawn' });
    expect(stage.asked('send')).toBe(1);
  });

  test('on its first attempt says what its event says, newer versions or not', async () => {
    const stage = aStage();
    const first = await stage.says('ada', YES, ADA);
    await stage.says('ada', NO);
    await stage.work([first]);
    expect(stage.has(ADA)).toEqual({ [NEWS]: 'granted' });
    expect(stage.item('ada')).toMatchObject({ version: 1, answered: { version: 1, outcome: 'delivered' } });
  });

  test.each([
    ['that was tried before', again],
    ['that something put back', forcedOf],
  ])('%s says what is newest, whatever the ledger says', async (_which, changed) => {
    const stage = aStage();
    const first = await stage.says('ada', YES, ADA);
    await stage.work([await stage.says('ada', NO)]);
    await stage.work([changed(first)]);
    expect(stage.has(ADA)).toEqual({ [NEWS]: 'withdrawn' });
    expect(stage.sent).toHaveLength(2);
    expect(stage.item('ada')).toMatchObject({ version: 2, revision: 2 });
  });

  test('of somebody without an address is skipped', async () => {
    const stage = aStage();
    await stage.work([await stage.says('ada', YES)]);
    expect(stage.sent).toEqual([]);
    expect(stage.item('ada').answered).toMatchObject({ outcome: 'skipped', reason: 'no-identifier' });
  });
});

test.each([
  ['skipped', 200, undefined],
  ['failed', 400, ADA],
  ['held', reply(429, { 'retry-after': String(12 * 3600) }), ADA],
  ['needs-user-action', 451, ADA],
] as const)('a version answered %s is not sent again for a duplicate', async (outcome, answer, address) => {
  const stage = aStage(
    aDestination('whole', {
      interpret: ({ status }) =>
        status === 451 ? { kind: 'needs-user-action', reason: 'opt-in-blocked' } : undefined,
    }),
  );
  stage.vendor(answer);
  const message = await stage.says('ada', YES, address);
  await stage.work([message]);
  expect(stage.item('ada')).toMatchObject({ version: 0, answered: { version: 1, outcome } });
  const asked = stage.asked('send');
  expect(await stage.work([{ ...message, id: 'twice' }])).toEqual([{ id: 'twice' }]);
  expect([stage.asked('send'), stage.asked('settle')]).toEqual([asked, 1]);
});

describe('a paused lane', () => {
  test('sends nothing, and holds', async () => {
    const stage = aStage(aDestination('whole'), { paused: true });
    expect(await stage.work([await stage.says('ada', YES, ADA)])).toEqual([{ id: 'message of ada:1' }]);
    expect(stage.sent).toEqual([]);
    expect(stage.item('ada').answered).toMatchObject({ outcome: 'held', reason: 'paused' });
  });
});

describe('a batch', () => {
  const people = ['ada', 'bob', 'cyd', 'dan', 'eve'];
  const told = async (stage: ReturnType<typeof aStage>) => {
    const batch = [];
    for (const name of people) batch.push(await stage.says(name, YES, `${name}@x.example`));
    return stage.work(batch);
  };
  const outcomes = (stage: ReturnType<typeof aStage>) =>
    people.map((name) => stage.item(name).answered?.outcome);

  test('joins what may be joined, as many as the vendor takes at once', async () => {
    const stage = aStage(aDestination('joined'));
    await told(stage);
    expect(stage.sent.map(({ body }) => Said.parse(body).people.length)).toEqual([3, 2]);
    expect(outcomes(stage)).toEqual(people.map(() => 'delivered'));
  });

  test('in which one row is bad fails for that one alone', async () => {
    const stage = aStage(aDestination('joined'));
    stage.vendor(reply(200, {}, { rows: [200, 400, 200] }));
    await told(stage);
    expect(outcomes(stage)).toEqual(['delivered', 'failed', 'delivered', 'delivered', 'delivered']);
  });

  test('brings back alone what the vendor could not take yet', async () => {
    const stage = aStage(aDestination('joined'));
    stage.vendor(reply(200, {}, { rows: [503, 200, 200] }));
    const dispositions = await told(stage);
    expect(dispositions.filter(({ again: seconds }) => seconds !== undefined)).toEqual([
      { id: 'message of ada:1', again: 2 },
    ]);
  });

  test('in which the translator throws for one fails for that one alone', async () => {
    const { translate } = aDestination('whole');
    const stage = aStage(
      aDestination('whole', {
        translate: (delivery, settings) => {
          if (delivery.subject === 'bob') throw new Error('no such person');
          return translate(delivery, settings);
        },
      }),
    );
    await told(stage);
    expect(outcomes(stage)).toEqual(['delivered', 'failed', 'delivered', 'delivered', 'delivered']);
    expect(stage.item('bob').answered?.reason).toBe('translate-threw');
  });
});

describe('near the end of its time a function', () => {
  test('begins no request that it might not see the end of', async () => {
    const stage = aStage();
    const dispositions = await stage.work([await stage.says('ada', YES, ADA)], 14 * SECOND);
    expect(stage.sent).toEqual([]);
    expect(dispositions).toEqual([{ id: 'message of ada:1', again: 1 }]);
    expect(stage.item('ada').answered).toBeUndefined();
  });

  test('leaves the second call for the next attempt, which begins anew', async () => {
    const stage = aStage(aDestination('topic-by-topic'));
    const message = await stage.says('ada', { choices: [granted('*', 'email')] }, ADA);
    stage.vendor(() => {
      stage.pass(4 * SECOND);
      return reply(200);
    });
    expect(await stage.work([message], 18 * SECOND)).toEqual([{ id: message.id, again: 1 }]);
    expect(stage.has(ADA)).toEqual({ [NEWS]: 'granted' });
    await stage.work([again(message)]);
    expect(stage.has(ADA)).toEqual({ [NEWS]: 'granted', [OFFERS]: 'granted' });
    expect(stage.sent).toHaveLength(3);
  });
});

test('the newest eight deliveries stay in the item, older ones are archived', async () => {
  const stage = aStage();
  for (let i = 0; i < 9; i++) {
    const change = { choices: [i % 2 === 0 ? granted(NEWS, 'email') : withdrawn(NEWS, 'email')], at: i };
    await stage.work([await stage.says('ada', change, i === 0 ? ADA : undefined)]);
  }
  expect(stage.archived.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(stage.item('ada').trail.map(({ version }) => version)).toEqual([9]);
});

test('a delivery that ended is announced, one that comes again is not', async () => {
  const stage = aStage();
  stage.vendor(200, 400, 503);
  for (const name of ['ada', 'bob', 'cyd'])
    await stage.work([await stage.says(name, YES, `${name}@x.example`)]);
  expect(stage.announced).toEqual(['preferences.delivered.v1', 'preferences.delivery-failed.v1']);
});
