import { expect } from 'vitest';
import { granted, withdrawn } from '../../builders.ts';
import type { Scenario } from '../scenario.ts';
import { NEWS, OFFERS, type Stage } from '../stage.ts';
import type { Case } from '../table.ts';

/** What the vendor would do on each of the topics, on this channel and on the others. */
const holds = ({ row, ada }: Stage, topics: readonly string[], channels: readonly string[]) =>
  topics.flatMap((topic) => channels.map((channel) => row.permitted(ada, topic, channel)));

const everywhere = ({ row }: Stage, topic: string, choice: typeof granted) =>
  row.channels.map((channel) => choice(topic, channel));

const severalChannels = ({ channels }: Case): boolean => channels.length > 1;
export const silence: Scenario = {
  title: 'a subscription the vendor had before stays, whatever is said of another topic',
  on: 'each channel',
  run: async (stage) => {
    stage.row.enter(stage.ada);
    const { row, ada, says, asks, channel } = stage;
    row.already(ada, OFFERS, channel);
    expect(asks(OFFERS)).toBe(true);
    for (const choice of [granted, withdrawn, granted]) {
      expect(await says(choice(NEWS, channel))).toBe('delivered');
      expect([asks(NEWS), asks(OFFERS)]).toEqual([choice === granted, true]);
    }
  },
};

/** That silence is not a no, and that a stop is exactly as wide as it was said. */
export const scope: readonly Scenario[] = [
  silence,
  {
    title: 'withdrawing every topic that is mapped leaves alone what is not',
    on: 'each channel',
    topics: [NEWS],
    run: async (stage) => {
      stage.row.enter(stage.ada);
      const { row, ada, says, asks, channel } = stage;
      row.already(ada, OFFERS, channel);
      expect(await says(granted(NEWS, channel))).toBe('delivered');
      expect(await says(withdrawn(NEWS, channel))).toBe('delivered');
      expect([asks(NEWS), asks(OFFERS)]).toEqual([false, true]);
    },
  },
  {
    title: 'a grant on one channel subscribes to no other',
    on: 'each channel',
    about: severalChannels,
    run: async (stage) => {
      stage.row.enter(stage.ada);
      const { says, asks, channel, others } = stage;
      expect(await says(granted(NEWS, channel))).toBe('delivered');
      expect(asks(NEWS)).toBe(true);
      expect(holds(stage, [NEWS], others)).toEqual(others.map(() => undefined));
    },
  },
  {
    title: 'a withdrawal on one channel leaves the others alone, also where everything is stopped there',
    on: 'each channel',
    about: severalChannels,
    run: async (stage) => {
      stage.row.enter(stage.ada);
      const { row, ada, says, channel, others } = stage;
      for (const other of others) row.already(ada, NEWS, other);
      for (const choice of [withdrawn(NEWS, channel), granted(NEWS, channel), withdrawn('*', channel)]) {
        expect(await says(choice)).toBe('delivered');
        expect(holds(stage, [NEWS], [channel])).toEqual([choice.state === 'granted']);
        expect(holds(stage, [NEWS], others)).toEqual(others.map(() => true));
      }
    },
  },
  {
    title: 'stopping everything stops every topic, and a later grant lifts it for that one alone',
    on: 'each channel',
    run: async (stage) => {
      stage.row.enter(stage.ada);
      const { row, says, asks, channel, others } = stage;
      await says(...everywhere(stage, NEWS, granted), ...everywhere(stage, OFFERS, granted));
      expect(holds(stage, [NEWS, OFFERS], row.channels)).not.toContain(false);
      expect(await says(withdrawn('*', '*'))).toBe('delivered');
      expect(new Set(holds(stage, [NEWS, OFFERS], row.channels))).toEqual(new Set([false]));
      expect(await says(granted(NEWS, channel))).toBe('delivered');
      expect([asks(NEWS), asks(OFFERS)]).toEqual([true, false]);
      expect(holds(stage, [NEWS, OFFERS], others)).not.toContain(true);
    },
  },
  {
    title: 'stopping everything reaches a subscription the vendor had before',
    on: 'each channel',
    run: async (stage) => {
      stage.row.enter(stage.ada);
      const { row, ada, says, asks, channel } = stage;
      row.already(ada, OFFERS, channel);
      expect(await says(withdrawn('*', '*'))).toBe('delivered');
      expect([asks(NEWS), asks(OFFERS)]).toEqual([false, false]);
    },
  },
];
