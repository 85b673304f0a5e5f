import { beforeEach, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../lib/domain/time.ts';
import { type ChangeShape, granted } from '../builders.ts';
import { aBranch, type Branch } from './branch.ts';
import { anEstate, type Estate } from './estate.ts';
import { sealedAddress } from './model/people.ts';

const grant: ChangeShape = {
  choices: [granted('acme/newsletter', 'email')],
  identifiers: [sealedAddress('ada@acme.example')],
};

let mailer: Branch;
let watcher: Branch;
let estate: Estate;
beforeEach(() => {
  mailer = aBranch('mailer', 'state');
  watcher = aBranch('watcher', 'watch');
  estate = anEstate([mailer, watcher]);
});

/** What the watcher was told, repeats left out. */
const told = (): readonly unknown[] => {
  const all = watcher.arrivals.map(({ path, body }) => JSON.stringify([path, body]));
  return all.filter((one, at) => one !== all[at - 1]).map((one) => JSON.parse(one));
};

describe('a lane', () => {
  test('that is well is never told of', async () => {
    await estate.say('ada', grant);
    await estate.pass(DAY);
    expect(watcher.arrivals).toEqual([]);
  });

  test('that fails is told of until it is well again, and for half an hour after', async () => {
    mailer.status = 400;
    await estate.say('ada', grant);
    await estate.pass(HOUR);
    expect(told()).toEqual([['/mailer', { state: 'failing', failed: 1 }]]);
    mailer.status = 200;
    await estate.replay(mailer, { outcomes: ['failed'] });
    await estate.pass(2 * HOUR);
    expect(told().at(-1)).toEqual(['/mailer', { state: 'healthy', failed: 0 }]);
    const { length } = watcher.arrivals;
    const last = watcher.arrivals.at(-1)?.at ?? 0;
    const first = watcher.arrivals.find(({ body }) => JSON.stringify(body).includes('healthy'))?.at ?? 0;
    expect(last - first).toBeGreaterThanOrEqual(20 * MINUTE);
    expect(last - first).toBeLessThanOrEqual(30 * MINUTE);
    await estate.pass(DAY);
    expect(watcher.arrivals).toHaveLength(length);
  });

  test('whose changes wait is told of as lagging', async () => {
    mailer.status = 503;
    await estate.say('ada', grant);
    await estate.pass(HOUR);
    expect(told()).toEqual([['/mailer', { state: 'lagging', failed: 0 }]]);
  });

  test('that is paused waits on purpose', async () => {
    mailer.lane = { ...mailer.lane, paused: true };
    await estate.say('ada', grant);
    await estate.pass(DAY);
    expect(estate.report('mailer')).toMatchObject({ held: 1 });
    expect(watcher.arrivals).toEqual([]);
  });
});

describe('a watcher', () => {
  test('has no copy, and so no gaps and nothing of anybody', async () => {
    for (const subject of ['ada', 'bo']) await estate.say(subject, grant);
    await estate.pass(DAY);
    expect(estate.report('watcher')).toMatchObject({ gaps: 0, held: 0, failed: 0 });
    expect(watcher.book.items()).toEqual([]);
  });

  test('that refuses reports is not told so: its own lane is not reported', async () => {
    mailer.status = 400;
    watcher.status = 400;
    await estate.say('ada', grant);
    await estate.pass(HOUR);
    expect(estate.report('watcher')).toMatchObject({ failed: 1 });
    expect(new Set(watcher.arrivals.map(({ path }) => path))).toEqual(new Set(['/mailer']));
  });

  test('whose setting was mended is told at once what it refused', async () => {
    mailer.status = 400;
    watcher.status = 400;
    await estate.say('ada', grant);
    await estate.pass(HOUR);
    mailer.status = 200;
    await estate.replay(mailer, { outcomes: ['failed'] });
    await estate.pass(2 * HOUR);
    expect(estate.report('watcher')).toMatchObject({ failed: 1 });
    watcher.status = 200;
    watcher.setup = 'mended';
    await estate.pass(10 * MINUTE);
    expect(told().at(-1)).toEqual(['/mailer', { state: 'healthy', failed: 0 }]);
    expect(estate.report('watcher')).toMatchObject({ failed: 0 });
  });

  test('goes on after its queue was lost', async () => {
    mailer.status = 400;
    await estate.say('ada', grant);
    await estate.pass(30 * MINUTE);
    const { length } = watcher.arrivals;
    await estate.crash();
    await estate.pass(10 * MINUTE);
    expect(watcher.arrivals.length).toBeGreaterThan(length);
  });
});
