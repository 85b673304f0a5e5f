import { bury } from '../../../lib/flow/dead-letters.ts';
import type { Lane } from '../../../lib/flow/lane.ts';
import type { Ledger } from '../../../lib/ports.ts';
import { logOf } from './ledger.ts';
import { callsOf, clockOf, wordsOf } from './ports.ts';
import type { World } from './world.ts';

/** Gives dead letters to the function that accounts for them; its requests wait for their turn too. */
export async function buryNext(world: World, lane: Lane): Promise<void> {
  const copy = world.queue.dead.shift();
  if (!copy) return;
  const call = callsOf(world, `burial of ${copy.body.subject}:${copy.body.version}`, BURIAL);
  const ledger: Pick<Ledger, 'items' | 'settle'> = {
    items: (_destination, subjects) =>
      call(
        () => 'reads items',
        () => new Map(subjects.map((subject) => [subject, world.book.item(subject)])),
      ),
    settle: (next) =>
      call(
        (won) => `settles ${wordsOf(next)}: ${won ? 'won' : 'lost'}`,
        () => world.book.settle(next),
      ),
  };
  const { subject, version } = copy.body;
  const ports = { ledger, log: logOf(world.book), clock: clockOf(world) };
  await bury(ports, lane)({ subject, version, attempts: copy.receiveCount });
}

/** Caller of the function for dead letters. */
export const BURIAL = 0;
