import { beforeEach, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { BUS } from '../../lib/flow/publish.ts';
import { type ChangeShape, granted, NOW, withdrawn } from '../builders.ts';
import { aBranch, type Branch } from './branch.ts';
import { anEstate, type Estate } from './estate.ts';
import { sealedAddress } from './model/people.ts';

const NEWS = 'acme/newsletter';

/** Long enough for reconcile to look at what was just recorded. */
const A_WHILE = 20 * MINUTE;

const grant = (address?: string): ChangeShape => ({
  choices: [granted(NEWS, 'email')],
  ...(address !== undefined && { identifiers: [sealedAddress(address)] }),
});
const withdrawal: ChangeShape = { choices: [withdrawn(NEWS, 'email')] };

let mailer: Branch;
let warehouse: Branch;
let estate: Estate;
beforeEach(() => {
  mailer = aBranch('mailer', 'state');
  warehouse = aBranch('warehouse', 'log');
  estate = anEstate([mailer, warehouse]);
});

const told = ({ arrivals }: Branch): readonly string[] => arrivals.map(({ path }) => path);
const last = ({ arrivals }: Branch): unknown => arrivals.at(-1)?.body;
const counts = (branch: Branch) => {
  const { lane: _, ...rest } = estate.report(branch.lane.destination.id) ?? { lane: '' };
  return rest;
};
const NOTHING_OPEN = { gaps: 0, requeued: 0, held: 0, failed: 0, needsUserAction: 0 };

describe('messages deleted by hand', () => {
  test('are found and delivered, and once only', async () => {
    for (const subject of ['ada', 'bo', 'cy']) await estate.say(subject, grant(`${subject}@acme.example`));
    mailer.queue.lose();
    warehouse.queue.lose();
    await estate.pass(A_WHILE);
    expect(told(mailer).toSorted()).toEqual(['/ada', '/bo', '/cy']);
    expect(told(warehouse).toSorted()).toEqual(['/ada:1', '/bo:1', '/cy:1']);
    await estate.pass(A_WHILE);
    expect(counts(mailer)).toEqual(NOTHING_OPEN);
    expect(counts(warehouse)).toEqual(NOTHING_OPEN);
    await estate.pass(DAY);
    expect([mailer.arrivals.length, warehouse.arrivals.length]).toEqual([3, 3]);
  });

  test('of an older version are no gap at a `state` destination that has a newer one', async () => {
    await estate.say('ada', grant('ada@acme.example'));
    mailer.queue.lose();
    await estate.say('ada', withdrawal);
    await estate.pass(DAY);
    expect(told(mailer)).toEqual(['/ada']);
    expect(last(mailer)).toEqual({ [NEWS]: 'withdrawn' });
  });

  test('of an older version are a gap at a `log` destination, which gets every one', async () => {
    await estate.say('ada', grant('ada@acme.example'));
    warehouse.queue.lose();
    await estate.say('ada', withdrawal);
    await estate.pass(DAY);
    expect(told(warehouse).toSorted()).toEqual(['/ada:1', '/ada:2']);
  });
});

test('a version that was never published is published, and reaches everybody', async () => {
  await estate.say('ada', grant('ada@acme.example'), 'unpublished');
  await estate.pass(A_WHILE);
  expect(told(mailer)).toEqual(['/ada']);
  expect(told(warehouse)).toEqual(['/ada:1']);
  await estate.pass(A_WHILE);
  expect(estate.report(BUS)).toMatchObject({ gaps: 0 });
});

describe.each(['state', 'log'] as const)('a `%s` destination that refuses everything for days', (kind) => {
  let branch: Branch;
  const SUBJECTS = ['ada', 'bo', 'cy', 'di'];
  beforeEach(async () => {
    branch = kind === 'state' ? mailer : warehouse;
    branch.status = 503;
    for (const subject of SUBJECTS) await estate.say(subject, grant(`${subject}@acme.example`));
  });

  test('is given up for now after six hours: held, and no gap', async () => {
    await estate.pass(6 * HOUR + A_WHILE);
    expect(counts(branch)).toEqual({ ...NOTHING_OPEN, held: SUBJECTS.length });
  });

  test('is not hammered: it is asked now and then, a few times an hour', async () => {
    await estate.pass(3 * DAY);
    const perHour = (from: number) =>
      branch.arrivals.filter(({ at }) => at >= from && at < from + HOUR).length / SUBJECTS.length;
    const hours = Array.from({ length: 3 * 24 }, (_, hour) => perHour(NOW + hour * HOUR));
    expect(Math.max(...hours)).toBeLessThanOrEqual(20);
    expect(hours.reduce((sum, count) => sum + count)).toBeLessThan(3 * 24 * 7);
    expect(hours.some((count, hour) => count === 0 && hours[hour + 1] === 0)).toBe(false);
    expect(counts(branch)).toMatchObject({ gaps: 0, held: SUBJECTS.length, failed: 0 });
  });

  test('is told everything by itself soon after it is well again', async () => {
    await estate.pass(3 * DAY);
    branch.status = 200;
    const before = branch.arrivals.length;
    await estate.pass(2 * HOUR);
    expect(counts(branch)).toEqual(NOTHING_OPEN);
    expect(branch.arrivals.length - before).toBe(SUBJECTS.length);
    await estate.pass(DAY);
    expect(branch.arrivals.length - before).toBe(SUBJECTS.length);
  });

  test('is told everything although its queue is lost while it is asked again', async () => {
    await estate.pass(6 * HOUR + 90 * MINUTE);
    branch.queue.lose();
    branch.status = 200;
    const before = branch.arrivals.length;
    await estate.pass(3 * HOUR);
    expect(told(branch).slice(before).toSorted()).toEqual(
      SUBJECTS.map((subject) => (kind === 'state' ? `/${subject}` : `/${subject}:1`)),
    );
    expect(counts(branch)).toEqual(NOTHING_OPEN);
  });

  test('is told everything although the whole engine is killed while it is asked again', async () => {
    await estate.pass(6 * HOUR + 90 * MINUTE);
    await estate.crash();
    branch.status = 200;
    const before = branch.arrivals.length;
    await estate.pass(3 * HOUR);
    expect(new Set(told(branch).slice(before)).size).toBe(SUBJECTS.length);
    expect(counts(branch)).toEqual(NOTHING_OPEN);
  });
});

describe('an answered delivery', () => {
  const answers = [
    ['failed', 400, { failed: 1 }],
    ['held for a reason of the vendor’s own', 423, { held: 1 }],
    ['waiting for the person', 409, { needsUserAction: 1 }],
  ] as const;

  test.each(answers)(
    'that is %s is not sent again without cause, and is no gap',
    async (_, status, stands) => {
      mailer.status = status;
      await estate.say('ada', grant('ada@acme.example'));
      await estate.pass(2 * DAY);
      expect(told(mailer)).toEqual(['/ada']);
      expect(counts(mailer)).toEqual({ ...NOTHING_OPEN, ...stands });
    },
  );

  test('that was skipped for want of an address is no gap, and an address releases it', async () => {
    await estate.say('ada', grant());
    await estate.pass(2 * DAY);
    expect(told(mailer)).toEqual([]);
    expect(counts(mailer)).toEqual(NOTHING_OPEN);
    await estate.say('ada', { identifiers: [sealedAddress('ada@acme.example')] });
    await estate.pass(MINUTE);
    expect(told(mailer)).toEqual(['/ada']);
  });

  test.each([['failed', 400] as const, ['held', 423] as const])(
    'that is %s is released by a changed setting or secret, once',
    async (_, status) => {
      mailer.status = status;
      await estate.say('ada', grant('ada@acme.example'));
      await estate.pass(DAY);
      mailer.status = 200;
      mailer.setup = 'as it was changed';
      await estate.pass(A_WHILE);
      expect(told(mailer)).toEqual(['/ada', '/ada']);
      expect(counts(mailer)).toEqual(NOTHING_OPEN);
      await estate.pass(DAY);
      expect(mailer.arrivals).toHaveLength(2);
    },
  );

  test('that waits for the person is not released by a changed setting, but by a newer version', async () => {
    mailer.status = 409;
    await estate.say('ada', grant('ada@acme.example'));
    await estate.pass(DAY);
    mailer.status = 200;
    mailer.setup = 'as it was changed';
    await estate.pass(A_WHILE);
    expect(told(mailer)).toEqual(['/ada']);
    await estate.say('ada', withdrawal);
    await estate.pass(MINUTE);
    expect(last(mailer)).toEqual({ [NEWS]: 'withdrawn' });
    await estate.pass(A_WHILE);
    expect(counts(mailer)).toEqual(NOTHING_OPEN);
  });

  test('that failed is sent again by a replay, the newest record with it', async () => {
    mailer.status = 400;
    await estate.say('ada', grant('ada@acme.example'));
    await estate.say('ada', withdrawal);
    await estate.pass(DAY);
    mailer.status = 200;
    expect(await estate.replay(mailer, { outcomes: ['failed'] })).toBe(1);
    await estate.pass(A_WHILE);
    expect(last(mailer)).toEqual({ [NEWS]: 'withdrawn' });
    expect(counts(mailer)).toEqual(NOTHING_OPEN);
  });

  test('of a `log` destination that failed is sent again by a replay, each version as it was', async () => {
    warehouse.status = 400;
    await estate.say('ada', grant('ada@acme.example'));
    await estate.say('ada', withdrawal);
    await estate.pass(DAY);
    warehouse.status = 200;
    const before = warehouse.arrivals.length;
    expect(await estate.replay(warehouse, { outcomes: ['failed'] })).toBe(2);
    await estate.pass(A_WHILE);
    expect(told(warehouse).slice(before).toSorted()).toEqual(['/ada:1', '/ada:2']);
    expect(counts(warehouse)).toEqual(NOTHING_OPEN);
  });
});

describe('a paused lane', () => {
  beforeEach(async () => {
    mailer.lane = { ...mailer.lane, paused: true };
    mailer.setup = 'paused';
    await estate.say('ada', grant('ada@acme.example'));
    await estate.pass(2 * DAY);
  });

  test('sends nothing and has no gap', () => {
    expect(told(mailer)).toEqual([]);
    expect(counts(mailer)).toEqual({ ...NOTHING_OPEN, held: 1 });
  });

  test('sends what it held when it is resumed', async () => {
    mailer.lane = { ...mailer.lane, paused: false };
    mailer.setup = 'resumed';
    await estate.pass(A_WHILE);
    expect(told(mailer)).toEqual(['/ada']);
    expect(counts(mailer)).toEqual(NOTHING_OPEN);
  });
});
