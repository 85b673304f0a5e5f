import { expect } from 'vitest';
import { granted, withdrawn } from '../../builders.ts';
import { identifierOf } from '../people.ts';
import type { Scenario } from '../scenario.ts';
import { NEWS, OFFERS, type Stage } from '../stage.ts';
import type { Case, Person } from '../table.ts';

const byAddress = ({ destination }: Case): boolean => destination.identifiedBy.length > 0;

export const leftAddress: Scenario = {
  title: 'what a person no longer goes by is withdrawn, and what they go by now granted',
  on: 'each identifier',
  run: async (stage) => {
    const { row, ada, former, says, asks, channel } = stage;
    for (const who of [ada, former]) row.enter(who);
    goesBy(stage, former);
    expect(await says(granted(NEWS, channel))).toBe('delivered');
    expect(asks(NEWS, former)).toBe(true);
    goesBy(stage, ada, former);
    expect(await says(granted(NEWS, channel))).toBe('delivered');
    expect([asks(NEWS, former), asks(NEWS)]).toEqual([false, true]);
  },
};

/** People the vendor does not know, identifiers that were left, and those that several people go by. */
export const addressed: readonly Scenario[] = [
  {
    title: 'a person the vendor does not know',
    on: 'one channel',
    run: async ({ row, says, channel }) => {
      expect(await says(granted(NEWS, channel))).toBe(row.unknown);
    },
  },
  {
    title: 'a person without an identifier is skipped, and nothing is asked',
    on: 'one channel',
    about: byAddress,
    run: async ({ row, lane, ada, says, channel }) => {
      lane.goesBy(ada.subject);
      expect(await says(withdrawn(NEWS, channel))).toBe('skipped no-identifier');
      expect(row.simulator.requests().total).toBe(0);
    },
  },
  leftAddress,
  {
    title: 'nobody is subscribed by what they no longer go by, where the vendor never knew it',
    on: 'each identifier',
    run: async (stage) => {
      const { row, ada, former, says, asks, channel } = stage;
      row.enter(ada);
      goesBy(stage, ada, former);
      expect(await says(granted(NEWS, channel))).toBe('delivered');
      expect([asks(NEWS, former) ?? false, asks(NEWS)]).toEqual([false, true]);
    },
  },
  {
    title: 'what two people go by is told the most restrictive answer of both',
    on: 'each identifier',
    run: async (stage) => {
      const { row, lane, ada, grace, kind, channel, record, says, asks } = stage;
      row.enter(ada);
      for (const { subject } of [ada, grace])
        lane.goesBy(subject, { kind, value: identifierOf(ada, kind), shared: true });
      record({ choices: [withdrawn(NEWS, channel)] }, grace);
      await says(granted(NEWS, channel), granted(OFFERS, channel));
      expect([asks(NEWS), asks(OFFERS)]).toEqual([false, true]);
    },
  },
];

/** Makes Ada go by one person's identifier of the kind in question, after another's. */
function goesBy({ lane, kind, ada }: Stage, now: Person, once?: Person): void {
  const left = once ? [{ kind, value: identifierOf(once, kind), retiredSince: 2 }] : [];
  lane.goesBy(ada.subject, { kind, value: identifierOf(now, kind) }, ...left);
}
