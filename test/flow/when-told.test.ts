import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { toIso } from '../../lib/domain/time.ts';
import { deliver } from '../../lib/flow/deliver.ts';
import { logGaps, requeue } from '../../lib/flow/gaps.ts';
import type { Lane, LaneMessage } from '../../lib/flow/lane.ts';
import { recipientsOf } from '../../lib/flow/recipients.ts';
import { release } from '../../lib/flow/release.ts';
import type { LogEntry } from '../../lib/ports.ts';
import { granted } from '../builders.ts';
import { trailsIn } from '../memory-trails.ts';
import { LOG_DESTINATION } from './model/destinations.ts';
import { ledgerOf, logOf } from './model/ledger.ts';
import { again, HOUR, record } from './worker.fixture.ts';
import { portsOf, stateOf, TIMED_OUT } from './worker-ports.fixture.ts';

const MINUTE = 60_000;
const SENT = {
  silence: TIMED_OUT,
  unsent: { kind: 'unsent', reason: 'secret-missing', lasting: true },
} as const;

const aStep = fc.record({
  kind: fc.constantFrom('says', 'works', 'works', 'works', 'repeats', 'loses', 'requeues', 'releases'),
  /** Which of the messages, or versions. */
  which: fc.nat(20),
  answer: fc.constantFrom(200, 422, 503, 'silence' as const, 'unsent' as const),
  passes: fc.constantFrom(1, MINUTE, 61 * MINUTE),
});
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

/** A lane that is told every version, by the shipped code, and every request that left it. */
function aLane(report: (entry: LogEntry) => LogEntry) {
  const state = stateOf(LOG_DESTINATION);
  const ports = portsOf(state);
  const interest = { topics: 'all', channels: 'all' } as const;
  const lane: Lane = { destination: LOG_DESTINATION, settings: {}, paused: false, interest };
  const { id } = LOG_DESTINATION;
  const [log, ledger] = [logOf(state.book), ledgerOf(state.book)];
  const versions: LaneMessage[] = [];
  const requests: { readonly version: number; readonly at: string; readonly taken: boolean }[] = [];
  let queue: readonly LaneMessage[] = [];
  let repeats = 0;

  const says = async (): Promise<void> => {
    const change = { choices: [granted('acme/newsletter', 'email')], at: versions.length };
    const message = await record(state, { subject: 'ada', change });
    versions.push(message);
    queue = [...queue, message];
  };
  const works = async ({ which, answer }: Step): Promise<void> => {
    const message = queue[which % Math.max(1, queue.length)];
    if (!message) return;
    const { version } = message;
    state.answers = [typeof answer === 'number' ? answer : SENT[answer]];
    const before = state.sent.length;
    const [done] = await deliver(ports, lane)([message], state.now + HOUR);
    const left = answer !== 'unsent' && state.sent.length > before;
    if (left) requests.push({ version, at: toIso(state.now), taken: answer === 200 });
    queue = queue.filter((one) => one !== message);
    if (done?.again !== undefined) queue = [...queue, again(message)];
  };
  const force = async (_: string, messages: readonly { readonly version: number }[]): Promise<void> => {
    const put = versions.filter(({ version }) => messages.some((one) => one.version === version));
    repeats += 1;
    queue = [...queue, ...put.map((one) => ({ ...one, id: `${one.id} again ${repeats}`, force: true }))];
  };
  const lanes = { force, waiting: async () => 0, delay: async () => undefined };
  const upkeep = { ledger, log, lanes, clock: ports.clock };
  const HAPPENINGS: Readonly<Record<string, (step: Step) => Promise<unknown>>> = {
    ...{ says, works },
    repeats: async ({ which }) => force(id, versions.slice(which % Math.max(1, versions.length)).slice(0, 1)),
    loses: async () => {
      queue = [];
    },
    requeues: async () => {
      const about = { topics: [], channels: [], preferences: [], identifiersChanged: [] };
      const recorded = versions.map(({ version }) => ({ subject: 'ada', version, recordedAt: '', about }));
      await requeue(upkeep, lane, await logGaps(log, id, recorded), 0);
    },
    releases: () => release(upkeep, lane, { setupChanged: false, grace: 0 }),
  };
  const play = async (step: Step): Promise<void> => {
    await HAPPENINGS[step.kind]?.(step);
    state.now += step.passes;
  };
  const row = async () => {
    const logged = [...state.book.log.values()].map(report);
    const trails = trailsIn({ concerns: () => [], archived: [], logged });
    const ofSubject = async () => ({ items: [], logged: [], archived: [] });
    const of = recipientsOf({ trails, register: [], ledger: { ofSubject }, clock: ports.clock });
    const [first] = await of('ada');
    return first && { first: first.firstToldAt, last: first.lastToldAt, version: first.version };
  };
  /** The same by every request there was. */
  const known = () => {
    const times = requests.map(({ at }) => at).sort();
    const [first, last] = [times[0], times.at(-1)];
    const taken = requests.map(({ version, taken: wasTaken }) => (wasTaken ? version : 0));
    return first === undefined ? undefined : { first, last, version: Math.max(0, ...taken) };
  };
  return { play, row, known };
}

const holds = (report: (entry: LogEntry) => LogEntry, numRuns: number) =>
  fc.check(
    fc.asyncProperty(fc.array(aStep, { maxLength: 25 }), async (steps) => {
      const on = aLane(report);
      for (const step of steps) {
        await on.play(step);
        expect(await on.row()).toEqual(on.known());
      }
    }),
    { numRuns, endOnFailure: true },
  );

test('the first and the last time and the newest version are those of all requests that left, whatever became of them', async () => {
  expect(fc.defaultReportMessage(await holds((entry) => entry, 400)) ?? '').toBe('');
});

test.each<[string, (entry: LogEntry) => LogEntry]>([
  ['when it was sent', ({ sent: _, ...entry }) => entry],
  ['what was delivered', (entry) => ({ ...entry, outcome: 'failed' })],
  ['how often it was tried', (entry) => ({ ...entry, attempts: 0 })],
])('a log that forgets %s is noticed', async (_, report) => {
  expect((await holds(report, 1000)).failed).toBe(true);
});
