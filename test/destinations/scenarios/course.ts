import { expect } from 'vitest';
import { granted, withdrawn } from '../../builders.ts';
import type { Scenario } from '../scenario.ts';
import { NEWS, OFFERS } from '../stage.ts';

/** The plain course of things: what the mutation check relies on. */
export const course: readonly Scenario[] = [
  {
    title: 'a grant, its withdrawal and a grant again arrive',
    on: 'each channel',
    run: async (stage) => {
      stage.row.enter(stage.ada);
      const { says, asks, channel } = stage;
      for (const choice of [granted, withdrawn, granted]) {
        expect(await says(choice(NEWS, channel))).toBe('delivered');
        expect(asks(NEWS)).toBe(choice === granted);
      }
    },
  },
  {
    title: 'a topic nobody has spoken of is left alone',
    on: 'each channel',
    run: async (stage) => {
      stage.row.enter(stage.ada);
      const { says, asks, channel } = stage;
      expect(await says(withdrawn(NEWS, channel))).toBe('delivered');
      expect([asks(NEWS), asks(OFFERS)]).toEqual([false, undefined]);
    },
  },
];

/** Evidence whose parts can be told apart in a text. */
const EVIDENCE = {
  source: 'preference-center',
  method: 'form',
  occurredAt: '2026-02-03T04:05:06.000Z',
  legalBasis: 'consent',
  notice: { id: 'marketing', version: '37', language: 'en', sha256: '0'.repeat(64) },
} as const;

const PARTS = { time: '2026-02-03', source: 'preference-center', notice: '37', basis: 'consent' } as const;

export const kept: readonly Scenario[] = [
  {
    title: 'the evidence of a grant is kept where the vendor has fields for it',
    on: 'each channel',
    about: ({ evidence }) => evidence !== undefined,
    run: async (stage) => {
      stage.row.enter(stage.ada);
      const { row, ada, channel, record, tell } = stage;
      record({ choices: [granted(NEWS, channel)], evidence: EVIDENCE });
      expect(await tell()).toBe('delivered');
      const text = row.evidence?.of(ada, NEWS, channel)?.toLowerCase();
      for (const part of row.evidence?.holds ?? []) expect(text).toContain(PARTS[part]);
    },
  },
];
