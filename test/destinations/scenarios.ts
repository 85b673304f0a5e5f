import { expect } from 'vitest';
import { granted, withdrawn } from '../builders.ts';
import { aPerson, identifierOf } from './people.ts';
import { channelsBy, goesByAll, NEWS, OFFERS, type Setting, type Stage, SURVEYS } from './stage.ts';
import type { Case, Person } from './table.ts';

/** What every destination has to do, as far as a vendor's resulting state shows it. Throws where it is not done. */
export interface Scenario {
  readonly title: string;
  /** Played on each channel of the case, on its first alone, or once for each kind of identifier and channel. */
  readonly on: 'each channel' | 'one channel' | 'each identifier';
  /** Cases it is about; left out: all. */
  readonly about?: (row: Case) => boolean;
  /** Mapped topics; left out: newsletter and offers. */
  readonly topics?: readonly string[];
  readonly timeoutMs?: number;
  readonly run: (stage: Stage) => Promise<void>;
}

/** A scenario with what it is played with. */
export interface Play {
  readonly title: string;
  readonly scenario: Scenario;
  readonly setting: Setting;
}

/** How often, and with what, a scenario is played on a case. */
export function playsOf(scenario: Scenario, row: Case): readonly Play[] {
  const { title, on, about, topics, timeoutMs } = scenario;
  if (about && !about(row)) return [];
  const base = { ...(topics && { topics }), ...(timeoutMs !== undefined && { timeoutMs }) };
  const play = (channel: string, kind?: string): Play => ({
    title: [
      title,
      ...(row.channels.length > 1 ? [`on ${channel}`] : []),
      ...(kind ? [`by ${kind}`] : []),
    ].join(', '),
    ...{ scenario, setting: { ...base, channel, ...(kind !== undefined && { kind }) } },
  });
  if (on === 'each identifier')
    return row.destination.identifiedBy.flatMap((kind) =>
      channelsBy(row, kind).map((channel) => play(channel, kind)),
    );
  return (on === 'each channel' ? row.channels : row.channels.slice(0, 1)).map((channel) => play(channel));
}

const known = ({ row, ada }: Stage): void => row.enter(ada);

/** What the vendor would do on each of the topics, on this channel and on the others. */
const holds = ({ row, ada }: Stage, topics: readonly string[], channels: readonly string[]) =>
  topics.flatMap((topic) => channels.map((channel) => row.permitted(ada, topic, channel)));

const everywhere = ({ row }: Stage, topic: string, choice: typeof granted) =>
  row.channels.map((channel) => choice(topic, channel));

const severalChannels = ({ channels }: Case): boolean => channels.length > 1;
const byAddress = ({ destination }: Case): boolean => destination.identifiedBy.length > 0;

/** The plain course of things: what the mutation check relies on. */
export const core: readonly Scenario[] = [
  {
    title: 'a grant, its withdrawal and a grant again arrive',
    on: 'each channel',
    run: async (stage) => {
      known(stage);
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
      known(stage);
      const { says, asks, channel } = stage;
      expect(await says(withdrawn(NEWS, channel))).toBe('delivered');
      expect([asks(NEWS), asks(OFFERS)]).toEqual([false, undefined]);
    },
  },
];

/** That silence is not a no, and that a stop is exactly as wide as it was said. */
const wide: readonly Scenario[] = [
  {
    title: 'a subscription the vendor had before stays, whatever is said of another topic',
    on: 'each channel',
    run: async (stage) => {
      known(stage);
      const { row, ada, says, asks, channel } = stage;
      row.already(ada, OFFERS, channel);
      expect(asks(OFFERS)).toBe(true);
      for (const choice of [granted, withdrawn, granted]) {
        expect(await says(choice(NEWS, channel))).toBe('delivered');
        expect([asks(NEWS), asks(OFFERS)]).toEqual([choice === granted, true]);
      }
    },
  },
  {
    title: 'withdrawing every topic that is mapped leaves alone what is not',
    on: 'each channel',
    topics: [NEWS],
    run: async (stage) => {
      known(stage);
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
      known(stage);
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
      known(stage);
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
      known(stage);
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
      known(stage);
      const { row, ada, says, asks, channel } = stage;
      row.already(ada, OFFERS, channel);
      expect(await says(withdrawn('*', '*'))).toBe('delivered');
      expect([asks(NEWS), asks(OFFERS)]).toEqual([false, false]);
    },
  },
];

/** People the vendor does not know, identifiers that were left, and those that several people go by. */
const addressed: readonly Scenario[] = [
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
  {
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
  },
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

/** Several people in one batch. */
const together: readonly Scenario[] = [
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
      known(stage);
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

/** Evidence whose parts can be told apart in a text. */
const EVIDENCE = {
  source: 'preference-center',
  method: 'form',
  occurredAt: '2026-02-03T04:05:06.000Z',
  legalBasis: 'consent',
  notice: { id: 'marketing', version: '37', language: 'en', sha256: '0'.repeat(64) },
} as const;

const PARTS = { time: '2026-02-03', source: 'preference-center', notice: '37', basis: 'consent' } as const;

const kept: readonly Scenario[] = [
  {
    title: 'the evidence of a grant is kept where the vendor has fields for it',
    on: 'each channel',
    about: ({ evidence }) => evidence !== undefined,
    run: async (stage) => {
      known(stage);
      const { row, ada, channel, record, tell } = stage;
      record({ choices: [granted(NEWS, channel)], evidence: EVIDENCE });
      expect(await tell()).toBe('delivered');
      const text = row.evidence?.of(ada, NEWS, channel)?.toLowerCase();
      for (const part of row.evidence?.holds ?? []) expect(text).toContain(PARTS[part]);
    },
  },
];

export const scenarios: readonly Scenario[] = [...core, ...wide, ...addressed, ...together, ...kept];
