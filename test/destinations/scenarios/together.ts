import { expect } from 'vitest';
import { granted, withdrawn } from '../../builders.ts';
import { aPerson } from '../people.ts';
import type { Scenario } from '../scenario.ts';
import { goesByAll, NEWS, type Stage, SURVEYS } from '../stage.ts';
import type { Person } from '../table.ts';

/** Several people in one batch. */
export const together: readonly Scenario[] = [
  {
    title: 'one person whose topic the vendor lacks does not fail the others in the same batch',
    on: 'one channel',
    topics: [NEWS, SURVEYS],
    run: async (stage) => {
      const { row, lane, channel, record, asks } = stage;
      const people = aCrowd(stage, row.batch?.people ?? 2);
      people.forEach((who, n) => {
        record({ choices: [n === 1 ? granted(SURVEYS, channel) : withdrawn(NEWS, channel)] }, who);
      });
      const results = await lane.deliver(people.map(({ subject }) => subject));
      const expected = people.map((_, n) => (n === 1 ? row.lacking : 'delivered'));
      expect(results.map(({ words }) => words)).toEqual(expected);
      expect(people.map((who) => asks(NEWS, who))).toEqual(
        people.map((_, n) => (n === 1 ? undefined : false)),
      );
    },
  },
  {
    title: 'many people share requests, and each is told their own',
    on: 'each channel',
    about: ({ batch }) => batch !== undefined,
    run: async (stage) => {
      const { row, lane, channel, record, says, asks } = stage;
      stage.row.enter(stage.ada);
      expect(await says(granted(NEWS, channel))).toBe('delivered');
      const people = aCrowd(stage, row.batch?.people ?? 0);
      const state = (n: number) => (n % 3 === 0 ? withdrawn : granted);
      people.forEach((who, n) => {
        record({ choices: [state(n)(NEWS, channel)] }, who);
      });
      const before = row.simulator.requests().total;
      const results = await lane.deliver(people.map(({ subject }) => subject));
      expect(new Set(results.map(({ words }) => words))).toEqual(new Set(['delivered']));
      expect(people.map((who) => asks(NEWS, who))).toEqual(people.map((_, n) => state(n) === granted));
      expect(row.simulator.requests().total - before).toBeLessThanOrEqual(row.batch?.requests ?? 0);
    },
  },
];

/** So many people whom the vendor knows. */
const aCrowd = ({ row, lane }: Stage, size: number): readonly Person[] =>
  Array.from({ length: size }, (_, n) => {
    const who = aPerson(row, 10 + n);
    row.enter(who);
    goesByAll(row, lane, who);
    return who;
  });
