import { expect } from 'vitest';
import { granted, withdrawn } from '../../builders.ts';
import type { Scenario } from '../scenario.ts';
import { NEWS, type Stage, SURVEYS } from '../stage.ts';

/** Enters Ada and records that she withdrew the newsletter. */
function withdrawing({ row, ada, record, channel }: Stage): void {
  row.enter(ada);
  record({ choices: [withdrawn(NEWS, channel)] });
}

/** The withdrawal arrives in the end. */
async function arrives({ tell, asks }: Stage): Promise<void> {
  expect(await tell()).toBe('delivered');
  expect(asks(NEWS)).toBe(false);
}

const busy = (
  title: string,
  fault: { readonly status: number; readonly headers?: Readonly<Record<string, string>> },
  result: { readonly words: string; readonly again: number },
): Scenario => ({
  title: `${title}, and comes again`,
  on: 'one channel',
  run: async (stage) => {
    withdrawing(stage);
    stage.row.simulator.fail({ ...fault, times: 1 });
    expect(await stage.lane.deliver([stage.ada.subject])).toEqual([result]);
    await arrives(stage);
  },
});

/** What goes wrong between a destination and its vendor. */
export const trouble: readonly Scenario[] = [
  busy(
    'a 429 waits as long as it asks',
    { status: 429, headers: { 'retry-after': '7' } },
    { words: 'retry http-429', again: 7 },
  ),
  busy('a 429 that asks for nothing waits a moment', { status: 429 }, { words: 'retry http-429', again: 1 }),
  busy('a 503 waits a moment', { status: 503 }, { words: 'retry http-503', again: 1 }),
  {
    title: 'the same delivery twice changes nothing',
    on: 'each channel',
    run: async ({ row, lane, ada, says, channel }) => {
      row.enter(ada);
      expect(await says(granted(NEWS, channel), withdrawn('acme/offers', channel))).toBe('delivered');
      const facts = row.simulator.facts();
      const [again] = await lane.deliver([ada.subject], { force: true });
      expect(again?.words).toBe('delivered');
      expect(row.simulator.facts()).toEqual(facts);
    },
  },
  {
    title: 'a token refused once',
    on: 'one channel',
    run: async (stage) => {
      withdrawing(stage);
      const { row, lane, ada, asks } = stage;
      row.simulator.rejectTokens(1);
      const [first] = await lane.deliver([ada.subject]);
      expect(first?.words).toBe(row.refusedOnce);
      await lane.deliver([ada.subject], { force: true });
      expect(asks(NEWS)).toBe(false);
    },
  },
  {
    title: 'a request that did its work but was answered with a 502 comes again without harm',
    on: 'each channel',
    run: async (stage) => {
      withdrawing(stage);
      stage.row.simulator.fail({ status: 502, applied: true, times: 1 });
      await arrives(stage);
    },
  },
  {
    title: 'a vendor that does not answer is not asked again before its answer must have had effect',
    on: 'one channel',
    timeoutMs: 250,
    run: async (stage) => {
      withdrawing(stage);
      const { row, lane, ada } = stage;
      const release = row.simulator.hang();
      const [first] = await lane.deliver([ada.subject]);
      release();
      expect(first?.words).toBe('retry timed-out');
      expect(first?.again).toBeGreaterThanOrEqual(Math.max(60, row.destination.limits.settleAfter));
      await arrives(stage);
    },
  },
  {
    title: 'a refusal for good fails with a code and without the words of the vendor',
    on: 'one channel',
    run: async (stage) => {
      withdrawing(stage);
      const { row, lane, ada } = stage;
      row.refusal.cause();
      expect(await lane.deliver([ada.subject])).toEqual([{ words: row.refusal.outcome, again: undefined }]);
    },
  },
  {
    title: 'a success that is a failure is not taken for one',
    on: 'one channel',
    about: ({ hidden }) => hidden !== undefined,
    run: async (stage) => {
      withdrawing(stage);
      const { row, lane, ada } = stage;
      row.hidden?.cause();
      const [first] = await lane.deliver([ada.subject]);
      expect(first?.words).toBe(row.hidden?.outcome);
      row.simulator.heal();
      await arrives(stage);
    },
  },
  {
    title: 'a grant that the vendor refuses keeps no withdrawal from arriving',
    on: 'one channel',
    topics: [NEWS, SURVEYS],
    about: ({ wholesale }) => !wholesale,
    run: async ({ row, ada, says, asks, channel }) => {
      row.enter(ada);
      expect(await says(granted(SURVEYS, channel), withdrawn(NEWS, channel))).toBe(row.lacking);
      expect(asks(NEWS)).toBe(false);
    },
  },
];
