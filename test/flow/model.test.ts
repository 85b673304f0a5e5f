import { describe, expect, test } from 'vitest';
import { logPlanOf, planOf } from './model/plan.ts';
import { play } from './model/schedule.ts';
import type { Lie, Plan } from './model/world.ts';

/**
 * The shipped `deliver` under random schedules. `HEED_SEED=<seed>` plays one schedule and tells it in words:
 * `HEED_SEED=1234 npx vitest run --project heed test/flow/model.test.ts`
 */
const SEED = process.env['HEED_SEED'];
const BASE = SEED === undefined ? Math.floor(Date.now() / 1000) : Number(SEED);

/** Every run begins elsewhere; `HEED_TESTS=all` (as in .ci/run) plays more than one needs while working. */
const BATCHES = process.env['HEED_TESTS'] === 'all' ? 20 : 8;
const BATCH = 500;

if (SEED === undefined) console.log(`model check: base seed ${BASE}`);

type Planner = (seed: number) => Plan;

/** The first schedule that ends wrong, told in words; undefined if none does. */
async function counterexample(plan: Planner, from: number, count: number): Promise<string | undefined> {
  for (let seed = from; seed < from + count; seed++) {
    const wrong = await play(plan(seed));
    if (wrong.length > 0)
      return [`HEED_SEED=${seed}`, ...(await toldInWords(plan(seed))), ...wrong].join('\n');
  }
  return undefined;
}

async function toldInWords(plan: Plan): Promise<readonly string[]> {
  const { seed, home, subjects, destination } = plan;
  const words = [`schedule ${seed}: ${home}, ${destination.id}, ${subjects.join()}`];
  const wrong = await play(plan, (say) => words.push(say()));
  return [...words, wrong.length === 0 ? 'all is well at the end' : wrong.join('\n')];
}

function oneSchedule(): void {
  test.each([
    ['of a state destination', planOf],
    ['of a log destination', logPlanOf],
  ])('%s ends with everything told', async (_kind, plan) => {
    console.log((await toldInWords(plan(BASE))).join('\n'));
    expect(await play(plan(BASE))).toEqual([]);
  });
}

function everySchedule(): void {
  test.each(Array.from({ length: BATCHES }, (_, i) => BASE + i * BATCH))(
    'a state destination ends with the newest records, at every address (from seed %i)',
    async (from) => {
      expect(await counterexample(planOf, from, BATCH)).toBeUndefined();
    },
  );

  test.each(Array.from({ length: 4 }, (_, i) => BASE + i * BATCH))(
    'a log destination ends with every version (from seed %i)',
    async (from) => {
      expect(await counterexample(logPlanOf, from, BATCH)).toBeUndefined();
    },
  );
}

/** Ports that lie, and the schedules in which that shows soonest. */
const LIES: readonly (readonly [Lie, Partial<Plan>])[] = [
  ['a compare-and-set that always wins', { faultRate: 0.1 }],
  ['a queue that always says 1', { faultRate: 0.4, subjects: ['ada'] }],
  ['a restart without force', { home: 'engine', faultRate: 0.1, subjects: ['ada'] }],
  ['a touch that does nothing', { faultRate: 0, subjects: ['ada', 'bob'], addresses: ['a@x.example'] }],
  [
    'holders that are never looked at twice',
    { faultRate: 0, subjects: ['ada', 'bob'], addresses: ['a@x.example', 'b@x.example'] },
  ],
];

function wrongSchedules(): void {
  test.each(LIES)('with %s', async (lie, given) => {
    expect(await counterexample((seed) => planOf(seed, { ...given, lie }), 1, 5_000)).toMatch(/should be/);
  });
}

if (SEED !== undefined) {
  describe('one schedule', oneSchedule);
} else {
  describe('in every schedule', everySchedule);
  describe('a schedule that ends wrong is found', wrongSchedules);
}
