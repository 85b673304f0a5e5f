import { expect, test } from 'vitest';
import { toIso } from '../../lib/domain/time.ts';
import { deliver } from '../../lib/flow/deliver.ts';
import { putBack } from '../../lib/flow/gaps.ts';
import type { Lane, LaneMessage } from '../../lib/flow/lane.ts';
import { toldAsState } from '../../lib/flow/recipients.ts';
import { granted } from '../builders.ts';
import { trailsIn } from '../memory-trails.ts';
import { ledgerOf, logOf } from './model/ledger.ts';
import { aDestination, forcedOf, HOUR, record, UNREACHABLE } from './worker.fixture.ts';
import { type Answer, portsOf, stateOf } from './worker-ports.fixture.ts';

const QUARTER = HOUR / 4;

/** A lane that is told states, and what puts back what it has lost. */
function aLane() {
  const destination = aDestination('whole');
  const state = stateOf(destination);
  const ports = portsOf(state);
  const lane: Lane = {
    ...{ destination, settings: {}, paused: false },
    interest: { topics: 'all', channels: 'all' },
  };
  let said = 0;
  const says = async (): Promise<LaneMessage> => {
    const change = { choices: [granted('acme/newsletter', 'email')], at: said++ };
    return record(state, { subject: 'ada', change, address: 'ada@x.example' });
  };
  /** Gives when. */
  const works = async (message: LaneMessage, answer: Answer | 'paused'): Promise<string> => {
    state.now += QUARTER;
    state.answers = answer === 'paused' ? [] : [answer];
    await deliver(ports, { ...lane, paused: answer === 'paused' })([message], state.now + HOUR);
    return toIso(state.now);
  };
  /** What it gave up is lost, and found by whoever looks for gaps. */
  const putsBack = async (message: LaneMessage): Promise<LaneMessage> => {
    state.now += QUARTER;
    const { book } = state;
    const lanes = { force: async () => undefined };
    const upkeep = { ledger: ledgerOf(book), log: logOf(book), lanes, clock: ports.clock };
    const { subject, version } = message;
    expect(await putBack(upkeep, lane, [{ subject, version, item: book.item('ada') }])).toBe(1);
    return forcedOf(message);
  };
  const item = () => state.book.item('ada');
  const told = () => toldAsState(trailsIn({ concerns: () => [], archived: [], logged: [] }), item());
  return { says, works, putsBack, item, told };
}

test('attempts that were made before a version was put back count in its answer, and in no later one', async () => {
  const { says, works, putsBack, item, told } = aLane();
  const first = await says();
  await works(first, 503);
  const answered = await works(await putsBack(first), 200);
  await works(await says(), 'paused');
  expect(item().trail).toMatchObject([
    { version: 1, outcome: 'delivered', attempts: 2 },
    { version: 2, outcome: 'held', attempts: 0 },
  ]);
  expect(await told()).toMatchObject({ firstToldAt: answered, lastToldAt: answered });
});

test('what was sent before is said of an answer that sent nothing itself, while the note stays', async () => {
  const { says, works, putsBack, item } = aLane();
  const first = await says();
  await works(first, 503);
  await works(await putsBack(first), 'paused');
  expect(item()).toMatchObject({
    trail: [{ version: 1, outcome: 'held', reason: 'paused', attempts: 1 }],
    retrying: { reason: 'requeued', attempts: 0 },
  });
});

test('the answer to an older version leaves them to the one that was put back', async () => {
  const { says, works, putsBack, item } = aLane();
  const [older, newer] = [await says(), await says()];
  await works(newer, 503);
  const again = await putsBack(newer);
  await works(older, 'paused');
  await works(again, 'paused');
  expect(item().trail).toMatchObject([
    { version: 1, attempts: 0 },
    { version: 2, attempts: 1 },
  ]);
});

test('what was put back was last tried when something was last sent', async () => {
  const { says, works, putsBack, told } = aLane();
  const first = await says();
  const tried = await works(first, 503);
  const again = await putsBack(first);
  expect(await told()).toMatchObject({ lastToldAt: tried, outcome: 'pending' });
  await works(again, UNREACHABLE);
  expect(await told()).toMatchObject({ lastToldAt: tried, outcome: 'pending' });
  const anew = await works(again, 503);
  expect(await told()).toMatchObject({ firstToldAt: anew, lastToldAt: anew });
});
