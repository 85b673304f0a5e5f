import { expect } from 'vitest';
import { granted, withdrawn } from '../../builders.ts';
import { identifierOf } from '../people.ts';
import type { Scenario } from '../scenario.ts';
import { NEWS, type Stage } from '../stage.ts';
import type { Case } from '../table.ts';

const canErase = ({ destination }: Case): boolean => destination.erase !== undefined;

/** By this kind of identifier nobody can be erased there: she is told withdrawn, and stays. */
const keepsBy = ({ row, kind }: Stage): boolean => row.keptBy?.includes(kind) ?? false;

/** Delivers the version by which Heed erases Ada, as the queue would. */
export function erase({ record, tell }: Stage): Promise<string> {
  record({
    ...{ choices: [withdrawn('*', '*')], source: 'heed', actor: 'system' },
    evidence: { method: 'erasure' },
  });
  return tell();
}

const held = ({ row }: Stage, who: Stage['ada']): boolean => {
  if (!row.held)
    throw new Error('the table of a destination that erases says whether the vendor holds a person');
  return row.held(who);
};

/** What a system that can erase has to do: found by the suite wherever `erase` is declared. */
export const erased: Scenario = {
  title: 'a person who is erased is gone, and erasing her again is harmless',
  on: 'each identifier',
  about: canErase,
  run: async (stage) => {
    const { row, lane, ada, kind, channel, says, asks } = stage;
    row.enter(ada);
    lane.goesBy(ada.subject, { kind, value: identifierOf(ada, kind) });
    expect(await says(granted(NEWS, channel))).toBe('delivered');
    expect([held(stage, ada), asks(NEWS)]).toEqual([true, true]);
    expect(await erase(stage)).toBe('delivered');
    expect([held(stage, ada), asks(NEWS) ?? false]).toEqual([keepsBy(stage), false]);
    expect(await erase(stage)).toBe('delivered');
    expect([held(stage, ada), asks(NEWS) ?? false]).toEqual([keepsBy(stage), false]);
  },
};

export const erasing: readonly Scenario[] = [
  erased,
  {
    title: 'erasing a person whom the vendor never knew is done',
    on: 'each identifier',
    about: canErase,
    run: async (stage) => {
      const { row, lane, ada, grace, kind, channel, record, tell } = stage;
      row.enter(grace);
      lane.goesBy(grace.subject, { kind, value: identifierOf(grace, kind) });
      record({ choices: [granted(NEWS, channel)] }, grace);
      expect(await tell(grace)).toBe('delivered');
      lane.goesBy(ada.subject, { kind, value: identifierOf(ada, kind) });
      expect(await erase(stage)).toMatch(/^(delivered|skipped)/);
      expect([held(stage, ada) && !keepsBy(stage), held(stage, grace)]).toEqual([false, true]);
    },
  },
  {
    title: 'of two people who go by one identifier nobody is erased: both are told withdrawn',
    on: 'each identifier',
    about: canErase,
    run: async (stage) => {
      const { row, lane, ada, grace, kind, channel, record, says, asks } = stage;
      row.enter(ada);
      for (const { subject } of [ada, grace])
        lane.goesBy(subject, { kind, value: identifierOf(ada, kind), shared: true });
      record({ choices: [granted(NEWS, channel)] }, grace);
      expect(await says(granted(NEWS, channel))).toBe('delivered');
      expect(await erase(stage)).toBe('delivered');
      expect([held(stage, ada), asks(NEWS)]).toEqual([true, false]);
    },
  },
  {
    title: 'what she no longer goes by is erased with her',
    on: 'each identifier',
    about: canErase,
    run: async (stage) => {
      const { row, lane, ada, former, kind, channel, says } = stage;
      for (const who of [ada, former]) row.enter(who);
      lane.goesBy(ada.subject, { kind, value: identifierOf(former, kind) });
      expect(await says(granted(NEWS, channel))).toBe('delivered');
      lane.goesBy(
        ada.subject,
        { kind, value: identifierOf(ada, kind) },
        { kind, value: identifierOf(former, kind), retiredSince: 2 },
      );
      expect(await erase(stage)).toBe('delivered');
      expect([held(stage, ada), held(stage, former)]).toEqual([keepsBy(stage), keepsBy(stage)]);
    },
  },
  {
    title: 'what she no longer goes by stays whole where somebody else goes by it now',
    on: 'each identifier',
    about: canErase,
    run: async (stage) => {
      const { row, lane, ada, grace, former, kind, channel, record, says, tell, asks } = stage;
      for (const who of [ada, former]) row.enter(who);
      lane.goesBy(ada.subject, { kind, value: identifierOf(ada, kind) });
      expect(await says(granted(NEWS, channel))).toBe('delivered');
      lane.goesBy(grace.subject, { kind, value: identifierOf(former, kind) });
      record({ choices: [granted(NEWS, channel)] }, grace);
      expect(await tell(grace)).toBe('delivered');
      lane.goesBy(
        ada.subject,
        { kind, value: identifierOf(ada, kind) },
        { kind, value: identifierOf(former, kind), retiredSince: 2 },
      );
      expect(await erase(stage)).toBe('delivered');
      expect([held(stage, ada), held(stage, former)]).toEqual([keepsBy(stage), true]);
      expect(asks(NEWS, former)).toBe(true);
    },
  },
];
