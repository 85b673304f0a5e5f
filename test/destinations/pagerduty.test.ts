import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pagerduty } from '../../lib/destinations/pagerduty.ts';
import { NO_INTEREST } from '../../lib/domain/interest.ts';
import { bury } from '../../lib/flow/dead-letters.ts';
import { type PagerDuty, simulatePagerduty } from '../simulators/pagerduty.ts';
import { aWatch, type WatchLane } from './watch.fixture.ts';

let service: PagerDuty;
let watch: WatchLane;

beforeEach(async () => {
  service = simulatePagerduty();
  await service.start();
  watch = await aWatch({ destination: pagerduty, simulator: service });
});
afterEach(async () => {
  await watch.close();
  await service.stop();
});

const incidents = () => service.incidents().map(({ key, status }) => `${key} ${status}`);
const failing = { state: 'failing', failed: 3 } as const;
const well = { state: 'healthy' } as const;

describe('a lane that fails', () => {
  test('has one incident, however often it is reported, which says who is affected and how many', async () => {
    for (let run = 0; run < 3; run++) {
      await watch.tell(watch.look({ ...failing, gaps: 2 }));
      watch.pass(5);
    }
    expect(service.incidents()).toEqual([
      expect.objectContaining({
        ...{ key: 'heed/mailer', status: 'triggered', severity: 'critical', events: 3 },
        title: 'people keep getting mail after they withdrew. Mailer: 3 failed, 2 not answered',
        details: expect.objectContaining({ failed: 3, gaps: 2, held: 0, needs_user_action: 0 }),
      }),
    ]);
  });

  test('is resolved when it is well again, and has another incident when it fails again', async () => {
    for (const standing of [failing, well, well, failing]) {
      await watch.tell(watch.look(standing));
      watch.pass(5);
    }
    expect(incidents()).toEqual(['heed/mailer resolved', 'heed/mailer triggered']);
  });

  test('has an incident of its own beside other lanes', async () => {
    await watch.tell(watch.look(failing));
    await watch.tell(watch.look({ ...failing, lane: 'warehouse' }));
    await watch.tell(watch.look({ ...well, lane: 'crm' }));
    expect(incidents()).toEqual(['heed/mailer triggered', 'heed/warehouse triggered']);
  });
});

test('changes that wait call nobody before they have waited for a while, and less loudly then', async () => {
  const first = watch.look({ state: 'lagging', gaps: 4 });
  const since = new Date(Number(first.version)).toISOString();
  await watch.tell(first);
  watch.pass(14);
  await watch.tell(watch.look({ state: 'lagging', gaps: 4, since }));
  expect(incidents()).toEqual([]);
  watch.pass(1);
  await watch.tell(watch.look({ state: 'lagging', gaps: 4, since }));
  expect(service.incidents()).toEqual([
    expect.objectContaining({ status: 'triggered', severity: 'warning' }),
  ]);
});

describe('an old report', () => {
  test('that comes after a newer one opens nothing', async () => {
    const old = watch.look(failing);
    watch.pass(5);
    await watch.tell(watch.look(well));
    await watch.tell(old);
    await watch.tell(old, { receiveCount: 2 });
    expect(incidents()).toEqual([]);
  });

  test('of trouble a quarter of an hour ago is told to nobody, as long as nobody has looked since', async () => {
    const old = watch.look(failing);
    watch.pass(16);
    expect(await watch.tell(old)).toEqual({ id: old.id });
    expect(service.requests().total).toBe(0);
  });

  test('of a lane that is well is told however old it is: it only closes', async () => {
    await watch.tell(watch.look(failing));
    watch.pass(5);
    const old = watch.look(well);
    watch.pass(60);
    await watch.tell(old);
    expect(incidents()).toEqual(['heed/mailer resolved']);
  });

  test('that was told before is not told again', async () => {
    const report = watch.look(failing);
    await watch.tell(report);
    await watch.tell(report);
    expect(service.requests().total).toBe(1);
  });
});

test('a worker that was overtaken says the newest once more', async () => {
  const report = watch.look(failing);
  let newer: Promise<unknown> = Promise.resolve();
  watch.overtake(() => {
    watch.pass(5);
    newer = watch.tell(watch.look(well));
  });
  await watch.tell(report);
  await newer;
  expect(incidents()).toEqual(['heed/mailer resolved']);
});

describe('where PagerDuty does not take it', () => {
  test.each([
    ['a 429 waits as long as it asks', { status: 429, headers: { 'retry-after': '30' } }, 30],
    ['a 503 waits a moment', { status: 503 }, 1],
  ])('%s, and comes again', async (_name, fault, again) => {
    service.fail({ ...fault, times: 1 });
    const report = watch.look(failing);
    expect(await watch.tell(report)).toEqual({ id: report.id, again });
    expect(await watch.tell(report, { receiveCount: 2 })).toEqual({ id: report.id });
    expect(incidents()).toEqual(['heed/mailer triggered']);
  });

  test('what it does not answer comes again a minute later', async () => {
    const release = service.hang();
    const report = watch.look(failing);
    expect(await watch.tell(report)).toEqual({ id: report.id, again: 60 });
    release();
    await watch.tell(report, { receiveCount: 2 });
    expect(incidents()).toEqual(['heed/mailer triggered']);
  });

  test('nothing is tried for longer than a quarter of an hour: newer reports come', async () => {
    service.fail({ status: 503 });
    const report = watch.look(failing);
    watch.pass(16);
    watch.look(failing);
    expect(await watch.tell(report, { receiveCount: 9 })).toEqual({ id: report.id });
  });

  test('a report that was refused is told as it is then, once somebody has mended it', async () => {
    service.rejectTokens(1);
    const report = watch.look(failing);
    await watch.tell(report);
    expect(watch.item('mailer').answered).toMatchObject({ outcome: 'failed', reason: 'http-400' });
    watch.pass(60);
    watch.look(failing);
    await watch.tell({ ...report, force: true, version: 0 });
    expect(incidents()).toEqual(['heed/mailer triggered']);
    expect(watch.item('mailer').answered).toMatchObject({ outcome: 'delivered' });
  });

  test('what its queue gave up needs no account', async () => {
    const lane = { destination: pagerduty, settings: {}, interest: NO_INTEREST, paused: false };
    const untouched = () => Promise.reject(new Error('nothing is to be written'));
    const ports = {
      ledger: { items: untouched, settle: untouched },
      log: { read: untouched, replace: untouched },
      clock: { now: Date.now, sleep: async () => undefined, chance: () => 0 },
    };
    await expect(bury(ports, lane)({ subject: 'mailer', version: 1, attempts: 1000 })).resolves.toBe(
      undefined,
    );
  });
});

test('a watch that is paused says nothing', async () => {
  const paused = await aWatch({ destination: pagerduty, simulator: service }, { paused: true });
  await paused.tell(paused.look(failing));
  await paused.close();
  expect(service.requests().total).toBe(0);
});

describe('somebody on call who resolves an incident', () => {
  const key = 'heed/mailer';
  const resolving = (more: object = {}) => service.resolve({ url: watch.url, key, ...more });
  beforeEach(() => watch.tell(watch.look(failing)));

  test('has what failed there sent again', async () => {
    expect(await resolving()).toBe(200);
    expect(watch.sentAgain).toEqual(['mailer']);
  });

  test.each([
    ['Heed’s own event resolved it', { by: 'integration' }],
    ['it was only acknowledged', { event: 'incident.acknowledged' }],
    ['it is another installation’s', { key: 'heed-staging/mailer' }],
    ['it is somebody else’s', { key: 'database' }],
  ])('repairs nothing where %s', async (_name, more) => {
    expect(await resolving(more)).toBe(200);
    expect(watch.sentAgain).toEqual([]);
  });

  test.each(['signature', 'body'])('is not believed where the %s is not PagerDuty’s', async (spoilt) => {
    expect(await resolving({ spoilt })).toBe(401);
    expect(watch.sentAgain).toEqual([]);
  });
});

test.each([
  [{ source: 'two words' }, /letters, digits/],
  [{ severity: { failing: 'loud' } }, /critical/],
  [{ laggingAfter: -1 }, />=0/],
])('the settings %j are refused', (settings, reason) => {
  expect(pagerduty.settings.safeParse(settings).error?.message).toMatch(reason);
});
