import { describe, expect, test } from 'vitest';
import type { Destination } from '../../lib/destinations/destination.ts';
import { bury } from '../../lib/flow/dead-letters.ts';
import { deliver } from '../../lib/flow/deliver.ts';
import type { Lane, LaneMessage } from '../../lib/flow/lane.ts';
import { release, replay } from '../../lib/flow/release.ts';
import type { LogEntry, Sent } from '../../lib/ports.ts';
import { granted } from '../builders.ts';
import { LOG_DESTINATION } from './model/destinations.ts';
import { ledgerOf, logOf } from './model/ledger.ts';
import { aDestination, again, HOUR, record, reply, TIMED_OUT, UNREACHABLE } from './worker.fixture.ts';
import { portsOf, stateOf } from './worker-ports.fixture.ts';

const NO_SECRET: Sent = { kind: 'unsent', reason: 'secret-missing', lasting: true };

function aWorker(destination: Destination, paused = false) {
  const state = stateOf(destination);
  const ports = portsOf(state);
  const lane: Lane = {
    ...{ destination, paused, settings: {} },
    interest: { topics: 'all', channels: 'all' },
  };
  let said = 0;
  const says = async (): Promise<LaneMessage> => {
    state.now += 1;
    const change = { choices: [granted('acme/newsletter', 'email')], at: said++ };
    return record(state, { subject: 'ada', change, address: 'ada@x.example' });
  };
  const work = (...messages: readonly LaneMessage[]) => deliver(ports, lane)(messages, state.now + HOUR);
  const entry = (): LogEntry | undefined => state.book.log.get(`${destination.id} ada:1`);
  const newest = () => state.book.item('ada').trail.at(-1);
  return { state, ports, lane, says, work, entry, newest };
}

const KINDS = [aDestination('whole'), LOG_DESTINATION];

describe('attempts', () => {
  test.each(KINDS)('of a request that never left a $kind lane are none', async (destination) => {
    const { state, says, work, entry, newest } = aWorker(destination);
    state.answers = [NO_SECRET];
    await work(await says());
    expect(destination.kind === 'log' ? entry() : newest()).toMatchObject({
      ...{ outcome: 'failed', reason: 'secret-missing', attempts: 0 },
    });
  });

  test.each<[string, Sent, number]>([
    ['nobody listens to: none', UNREACHABLE, 0],
    ['waits behind a login that is refused: none', { ...reply(401), left: false }, 0],
    ['nobody answers: one', TIMED_OUT, 1],
    ['was refused, and cannot be sent again: one', { ...NO_SECRET, left: true }, 1],
    ['was refused, and finds nobody the second time: one', { ...UNREACHABLE, left: true }, 1],
  ])('of a request that %s', async (_what, sent, attempts) => {
    for (const destination of KINDS) {
      const { state, says, work, entry, newest } = aWorker(destination);
      state.answers = [sent];
      await work(await says());
      const known = destination.kind === 'log' ? entry() : (newest() ?? state.book.item('ada').retrying);
      expect(known).toMatchObject({ attempts });
    }
  });

  test('count a look-up that told of her, also where nothing followed it', async () => {
    const translate: Destination['translate'] = () => [
      { method: 'GET', path: '/people?email=ada@x.example', next: () => [] },
    ];
    const { says, work, newest } = aWorker(aDestination('whole', { translate }));
    await work(await says());
    expect(newest()).toMatchObject({ outcome: 'skipped', reason: 'nothing-to-say', attempts: 1 });
  });

  test.each(KINDS)('that died may have sent, at a $kind lane that is paused', async (destination) => {
    const { says, work, entry, newest } = aWorker(destination, true);
    const before = await says();
    const after = await says();
    await work(again(before), after);
    const answer = destination.kind === 'log' ? entry() : newest();
    expect(answer).toMatchObject({ outcome: 'held', reason: 'paused', attempts: 1 });
  });

  test('of a round that was overtaken count', async () => {
    const { state, says, work, newest } = aWorker(aDestination('whole'));
    const message = await says();
    state.answers = [200, NO_SECRET];
    state.acts.set('settle', async () => state.book.touch('ada'));
    await work(message);
    expect(newest()).toMatchObject({ outcome: 'failed', reason: 'secret-missing', attempts: 1 });
  });

  test('go on where a message that was lost had left them, and do not for what is not sent', async () => {
    const { state, says, work, newest } = aWorker(aDestination('whole'));
    const message = await says();
    state.answers = [TIMED_OUT];
    await work(again(again(message)));
    expect(state.book.item('ada').retrying).toMatchObject({ attempts: 3 });
    state.now += HOUR;
    state.answers = [NO_SECRET];
    await work({ ...message, force: true });
    expect(newest()).toMatchObject({ outcome: 'failed', attempts: 3 });
  });

  test('of a dead letter are the most that is known', async () => {
    const { state, ports, lane, says, work, entry } = aWorker(LOG_DESTINATION);
    const message = await says();
    state.answers = [503];
    await work({ ...message, receiveCount: 5 });
    const letter = { subject: 'ada', version: 1, attempts: 2 };
    await bury({ ledger: ledgerOf(state.book), log: logOf(state.book), clock: ports.clock }, lane)(letter);
    expect(entry()).toMatchObject({ outcome: 'failed', reason: 'dead-letter', attempts: 5 });
  });
});

describe('two workers at one version of a `log` destination', () => {
  test('never put a retry in the place of an answer, and count both', async () => {
    const { state, says, work, entry } = aWorker(LOG_DESTINATION);
    const message = await says();
    state.answers = [422, TIMED_OUT];
    state.acts.set('send', () => work(message));
    await work(message);
    expect(entry()).toMatchObject({ outcome: 'failed', reason: 'http-422', attempts: 2 });
  });
});

/** A version that was held, on its way again: what its vendor answers next, and what upkeep puts back after some time. */
async function aReleased(destination: Destination, paused: boolean) {
  const { state, ports, lane, says, work, entry } = aWorker(destination, paused);
  const message = await says();
  await work(message);
  const resumed = { ...lane, paused: false };
  const forced: LaneMessage[] = [];
  const lanes = {
    force: async () => void forced.push({ ...message, sentAt: state.now, force: true }),
    waiting: async () => 0,
  };
  const upkeep = { ledger: ledgerOf(state.book), log: logOf(state.book), lanes, clock: ports.clock };
  return {
    ...{ entry, forced },
    releases: async (hours: number): Promise<void> => {
      state.now += hours * HOUR;
      await release(upkeep, resumed, { setupChanged: false, grace: 0 });
    },
    replays: () => replay(upkeep, resumed, { outcomes: ['held'] }),
    answers: async (answer: number | Sent) => {
      state.answers = [answer];
      return deliver(ports, resumed)(forced.slice(-1), state.now + HOUR);
    },
  };
}

describe('a version that is released', () => {
  test('says what it waits for while it is tried', async () => {
    const { entry, forced, releases, answers } = await aReleased(LOG_DESTINATION, true);
    expect(entry()).toMatchObject({ outcome: 'held', reason: 'paused', attempts: 0 });
    await releases(2);
    await answers(503);
    expect(entry()).toMatchObject({ outcome: 'held', reason: 'gave-up-http-503', attempts: 1 });
    await releases(2);
    expect(forced).toHaveLength(2);
  });

  test('is left alone for as long as its vendor asked for, and found again if its message is lost', async () => {
    const { entry, forced, releases, answers } = await aReleased(LOG_DESTINATION, true);
    await releases(2);
    const fiveHours = 5 * 3600;
    const [put] = await answers(reply(429, { 'retry-after': String(fiveHours) }));
    expect(put).toMatchObject({ again: fiveHours });
    expect(entry()).toMatchObject({ outcome: 'held', reason: 'gave-up-http-429' });
    await releases(2);
    expect(forced).toHaveLength(1);
    await releases(4);
    expect(forced).toHaveLength(2);
  });

  test('still waits for somebody where it did, however its replay fares', async () => {
    let agreed = false;
    const translate: Destination['translate'] = (...said) =>
      agreed
        ? LOG_DESTINATION.translate(...said)
        : [{ outcome: { kind: 'held', reason: 'agreement-missing' } }];
    const { entry, forced, releases, replays, answers } = await aReleased(
      { ...LOG_DESTINATION, translate },
      false,
    );
    agreed = true;
    await replays();
    await answers(503);
    expect(entry()).toMatchObject({ outcome: 'held', reason: 'agreement-missing', attempts: 1 });
    await releases(2);
    expect(forced).toHaveLength(1);
  });
});
