import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Destination } from '../../lib/destinations/destination.ts';
import { bury } from '../../lib/flow/dead-letters.ts';
import { deliver } from '../../lib/flow/deliver.ts';
import { logGaps, requeue, stateGaps } from '../../lib/flow/gaps.ts';
import type { Lane, LaneMessage } from '../../lib/flow/lane.ts';
import { type RecipientView, type Registered, recipientsOf } from '../../lib/flow/recipients.ts';
import { release } from '../../lib/flow/release.ts';
import type { DeliveryItem } from '../../lib/ports.ts';
import { granted } from '../builders.ts';
import { trailsIn } from '../memory-trails.ts';
import { LOG_DESTINATION } from './model/destinations.ts';
import { ledgerOf, logOf } from './model/ledger.ts';
import { aDestination, again, HOUR, record } from './worker.fixture.ts';
import { portsOf, stateOf, TIMED_OUT } from './worker-ports.fixture.ts';

const MINUTE = 60_000;

const aStep = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('says'), addressed: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('works'),
      answer: fc.constantFrom(200, 422, 503, 'silence' as const, 'unsent' as const),
      soon: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pauses') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('loses') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('requeues') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('releases') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('requeues', 'releases'),
      quickly: fc.constantFrom(422, 'silence' as const, 'unsent' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('dies') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('passes') }) },
);
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

/** What a vendor answers; or nothing that leaves is answered, for want of a secret. */
type Answer = number | 'silence' | 'unsent';
const SENT = {
  silence: TIMED_OUT,
  unsent: { kind: 'unsent', reason: 'secret-missing', lasting: true },
} as const;

type Report = (item: DeliveryItem) => DeliveryItem;

/** One lane by the shipped code, and a list of who it has been sent to. */
function aLane(destination: Destination, report: Report = (item) => item) {
  const state = stateOf(destination);
  const ports = portsOf(state);
  const lane: { -readonly [Name in keyof Lane]: Lane[Name] } = {
    ...{ destination, settings: {}, paused: false },
    interest: { topics: 'all', channels: 'all' },
  };
  let queue: readonly LaneMessage[] = [];
  const versions: LaneMessage[] = [];
  const known = { left: 0 };
  const log = logOf(state.book);
  const ledger = ledgerOf(state.book);

  const says = async (addressed: boolean): Promise<void> => {
    const change = { choices: [granted('acme/newsletter', 'email')], at: versions.length };
    const address = addressed ? 'ada@x.example' : undefined;
    const message = await record(state, { subject: 'ada', change, address });
    versions.push(message);
    queue = [...queue, message];
  };

  /** `soon`: what waits for its next attempt still waits. */
  const works = async (answer: Answer, soon: boolean): Promise<void> => {
    const due = queue.filter(({ receiveCount }) => !soon || receiveCount === 1);
    state.answers = Array.from({ length: 8 }, () => (typeof answer === 'number' ? answer : SENT[answer]));
    const before = state.sent.length;
    const done = await deliver(ports, lane)(due, state.now + HOUR);
    if (answer !== 'unsent') known.left += state.sent.length - before;
    const waiting = new Set(done.flatMap(({ id, again: wait }) => (wait === undefined ? [] : [id])));
    const left = due.filter(({ id }) => waiting.has(id)).map(again);
    queue = [...queue.filter((message) => !due.includes(message)), ...left];
    state.now += soon ? 1 : 3 * MINUTE;
  };

  const force = async (_: string, messages: readonly { readonly version: number }[]): Promise<void> => {
    const put = versions.filter(({ version }) => messages.some((one) => one.version === version));
    queue = [...queue, ...put.map((one) => ({ ...one, id: `${one.id} again`, force: true }))];
    if (quickly !== undefined) await works(quickly, true);
  };
  let quickly: Answer | undefined;
  const lanes = { force, waiting: async () => 0, delay: async () => undefined };

  const releases = (): Promise<void> =>
    release({ ledger, log, lanes, clock: ports.clock }, lane, { setupChanged: false, grace: 0 });

  const requeues = async (): Promise<void> => {
    const { id, kind } = destination;
    const recorded = versions.map(({ version }) => ({
      ...{ subject: 'ada', version, recordedAt: '' },
      about: { topics: [], channels: [], preferences: [], identifiersChanged: [] },
    }));
    const gaps = await (kind === 'log' ? logGaps(log, id, recorded) : stateGaps(ledger, id, recorded));
    await requeue({ ledger, log, lanes, clock: ports.clock }, lane, gaps, 0);
  };

  const dies = async (): Promise<void> => {
    const [first, ...rest] = queue;
    queue = rest;
    if (!first) return;
    await bury({ ledger, log, clock: ports.clock }, lane)({ ...first, attempts: first.receiveCount });
  };

  const HAPPENINGS: Readonly<Record<string, () => unknown>> = {
    ...{ requeues, releases, dies },
    pauses: () => {
      lane.paused = !lane.paused;
    },
    loses: () => {
      queue = [];
    },
    passes: () => {
      state.now += 61 * MINUTE;
    },
  };
  const play = async (step: Step): Promise<void> => {
    if ('addressed' in step) return says(step.addressed);
    if ('answer' in step) return works(step.answer, step.soon);
    quickly = 'quickly' in step ? step.quickly : undefined;
    await HAPPENINGS[step.kind]?.();
    state.now += 1;
  };

  const row = async (): Promise<RecipientView | undefined> => {
    const items = destination.kind === 'log' ? [] : [report(state.book.item('ada'))];
    const archived = [{ destination: destination.id, trail: state.archived }];
    const register: readonly Registered[] = [
      {
        ...{ destination: destination.id, title: 'It', enabled: true, recipient: null, data: [] },
        ...{ topics: 'all', channels: 'all', erases: 'suppress' },
      },
    ];
    const trails = trailsIn({ concerns: () => [], archived, logged: [...state.book.log.values()] });
    const ofSubject = async () => ({ items, logged: [], archived: [] });
    const [first] = await recipientsOf({ trails, register, ledger: { ofSubject }, clock: ports.clock })(
      'ada',
    );
    return first;
  };
  return { play, row, known };
}

const aLife = fc.array(aStep, { maxLength: 25 });

/** At no moment is anybody left out who has been sent a request, nor told in the future. */
async function nobodyIsLeftOut(steps: readonly Step[], on: ReturnType<typeof aLane>): Promise<boolean> {
  for (const step of steps) {
    await on.play(step);
    const row = await on.row();
    if (on.known.left > 0 && !row) return false;
    if (row && row.lastToldAt < row.firstToldAt) return false;
  }
  return true;
}

const isLeftOut = (make: () => ReturnType<typeof aLane>) =>
  fc.check(
    fc.asyncProperty(aLife, (steps) => nobodyIsLeftOut(steps, make())),
    { numRuns: 2000, endOnFailure: true },
  );

describe('whoever was sent a request is in the list of recipients, whatever became of it', () => {
  test.each([aDestination('whole'), LOG_DESTINATION])(
    'at any moment, at a $kind destination',
    async (one) => {
      await fc.assert(
        fc.asyncProperty(aLife, (steps) => nobodyIsLeftOut(steps, aLane(one))),
        { numRuns: 300 },
      );
    },
  );

  const LIARS: Readonly<Record<string, Report>> = {
    'what is being tried': ({ retrying: _, ...item }) => item,
    'how often it was tried': (item) => ({
      ...item,
      trail: item.trail.map((entry) => ({ ...entry, attempts: 0 })),
    }),
    'what was answered of a dead letter': ({ answered: _, ...item }) => ({
      ...item,
      trail: item.trail.filter(({ reason }) => reason !== 'dead-letter'),
    }),
  };
  test.each(Object.entries(LIARS))('a ledger that does not say %s is noticed', async (_what, lie) => {
    const found = await isLeftOut(() => aLane(aDestination('whole'), lie));
    expect(found.failed).toBe(true);
  });
});

describe('whoever was sent nothing is not', () => {
  test.each([aDestination('whole'), LOG_DESTINATION])(
    'while a $kind destination is paused, or what was put back has not been taken yet',
    async (one) => {
      const on = aLane(one);
      await on.play({ kind: 'says', addressed: true });
      await on.play({ kind: 'loses' });
      await on.play({ kind: 'requeues' });
      expect(await on.row()).toBeUndefined();
      await on.play({ kind: 'pauses' });
      await on.play({ kind: 'works', answer: 200, soon: false });
      expect(await on.row()).toBeUndefined();
      expect(on.known.left).toBe(0);
    },
  );

  const unsent = (step: Step): Step => {
    if ('answer' in step) return { ...step, answer: 'unsent' };
    return 'quickly' in step ? { ...step, quickly: 'unsent' } : step;
  };
  test.each([aDestination('whole'), LOG_DESTINATION])(
    'whatever happens to it at a $kind destination, but that its messages die',
    async (one) => {
      const life = fc.array(aStep.filter(({ kind }) => kind !== 'dies').map(unsent), { maxLength: 25 });
      const nobody = async (steps: readonly Step[]): Promise<boolean> => {
        const on = aLane(one);
        for (const step of steps) {
          await on.play(step);
          if (await on.row()) return false;
        }
        return true;
      };
      await fc.assert(fc.asyncProperty(life, nobody), { numRuns: 200 });
    },
  );
});

describe('of a delivery that is still being tried', () => {
  test.each([aDestination('whole'), LOG_DESTINATION])('a $kind destination has a row', async (one) => {
    const on = aLane(one);
    await on.play({ kind: 'says', addressed: true });
    await on.play({ kind: 'works', answer: 'silence', soon: false });
    expect(await on.row()).toMatchObject({ version: 0, outcome: 'pending' });
  });
});

describe('what is answered, or tried, before whoever put it back has gone on', () => {
  test.each([aDestination('whole'), LOG_DESTINATION])('stays told of at a $kind destination', async (one) => {
    for (const quickly of [422, 'silence'] as const) {
      const on = aLane(one);
      await on.play({ kind: 'says', addressed: true });
      await on.play({ kind: 'loses' });
      await on.play({ kind: 'requeues', quickly });
      expect(on.known.left).toBe(1);
      expect(await on.row()).toMatchObject({ outcome: quickly === 422 ? 'failed' : 'pending' });
    }
  });
});

describe('what was put back because it had been held', () => {
  test('still counts the attempts of a message that was lost', async () => {
    const on = aLane(aDestination('whole'));
    const steps: readonly Step[] = [
      { kind: 'says', addressed: true },
      { kind: 'works', answer: 'silence', soon: true },
      { kind: 'pauses' },
      { kind: 'says', addressed: true },
      { kind: 'works', answer: 200, soon: true },
      { kind: 'loses' },
      { kind: 'pauses' },
      { kind: 'passes' },
      { kind: 'releases' },
    ];
    expect(await nobodyIsLeftOut(steps, on)).toBe(true);
  });
});
