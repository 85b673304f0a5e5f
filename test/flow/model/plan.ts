import { LOG_DESTINATION, STATE_DESTINATIONS } from './destinations.ts';
import { randomFrom } from './random.ts';
import type { Plan } from './world.ts';

/** What a schedule is like; the seed decides everything that is not given. */
export function planOf(seed: number, given: Partial<Plan> = {}): Plan {
  const random = randomFrom(seed ^ 0x5bd1e995);
  const subjects = ['ada', 'bob', 'cyd'].slice(0, random.pick([1, 2, 2, 3]));
  return {
    seed,
    destination: random.pick(STATE_DESTINATIONS),
    home: random.pick(['aws', 'aws', 'engine']),
    subjects,
    addresses: ['a@x.example', 'b@x.example', 'c@x.example'].slice(0, random.pick([1, 1, 2, 2, 3])),
    changes: 2 + random.below(5),
    moving: random.pick([0.15, 0.15, 0.5]),
    pace: random.pick([0.2, 0.6, 2]),
    workers: random.pick([2, 3, 4]),
    batch: random.pick([1, 1, 2, 3]),
    maxReceive: random.pick([3, 30, 30]),
    faultRate: random.pick([0, 0.1, 0.25, 0.4]),
    twins: random.pick([0, 0, 2]),
    naps: random.pick([0, 0, 0, 1]),
    upkeeps: random.pick([0, 0, 0, 2]),
    ...given,
  };
}

/** Of a schedule that tells every version. */
export const logPlanOf = (seed: number, given: Partial<Plan> = {}): Plan =>
  planOf(seed, { destination: LOG_DESTINATION, ...given });
