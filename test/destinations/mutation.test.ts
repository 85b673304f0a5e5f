import { describe, expect, test } from 'vitest';
import type { Delivery, Destination } from '../../lib/destinations/destination.ts';
import type { StateRow } from '../../lib/domain/vocabulary.ts';
import { type Play, playsOf, type Scenario } from './scenario.ts';
import { leftAddress } from './scenarios/addressed.ts';
import { course } from './scenarios/course.ts';
import { erased } from './scenarios/erased.ts';
import { silence } from './scenarios/scope.ts';
import { NEWS, OFFERS, playOn } from './stage.ts';
import type { Case, Table } from './table.ts';
import { tableFiles } from './tables.ts';

/** A destination that does one thing wrong, and who must notice. */
interface Mutant {
  readonly title: string;
  readonly mutate: (destination: Destination) => Destination;
  readonly judges: readonly Scenario[];
  /** Where it is wrong on one channel alone. */
  readonly channel?: string;
}

type Edit = <R extends StateRow>(rows: readonly R[], delivery: Delivery) => readonly R[];

/** A destination that is told other rows than it should be, in its delivery and in the event. */
const telling =
  (edit: Edit, stopped = (channels: readonly string[]): readonly string[] => channels) =>
  (destination: Destination): Destination => ({
    ...destination,
    translate: (delivery, settings) => {
      const { event } = delivery;
      const { state } = event.data;
      const choices = [...edit(state.choices, delivery)];
      const edited = { ...state, choices, stopped: [...stopped(state.stopped)] };
      return destination.translate(
        {
          ...delivery,
          choices: edit(delivery.choices, delivery),
          stoppedAll: stopped(delivery.stoppedAll),
          event: { ...event, data: { ...event.data, state: edited } },
        },
        settings,
      );
    },
  });

const OTHER_STATE = { granted: 'withdrawn', withdrawn: 'granted' } as const;
const OTHER_TOPIC: Readonly<Record<string, string>> = { [NEWS]: OFFERS, [OFFERS]: NEWS };

const inverted: Edit = (rows) =>
  rows.map((row) => (row.state === 'pending' ? row : { ...row, state: OTHER_STATE[row.state] }));

const swapped: Edit = (rows) => rows.map((row) => ({ ...row, topic: OTHER_TOPIC[row.topic] ?? row.topic }));

const without =
  (channel: string): Edit =>
  (rows) =>
    rows.filter((row) => row.channel !== channel);

/** What nobody has spoken of counts as a no. */
const saidNo: Edit = (rows) => [
  ...rows,
  ...rows
    .map((row) => ({ ...row, topic: OTHER_TOPIC[row.topic] ?? row.topic, state: 'withdrawn' as const }))
    .filter(({ topic, channel }) => !rows.some((row) => row.topic === topic && row.channel === channel)),
];

const clung: Edit = (rows, { retired }) =>
  retired ? rows.map((row) => ({ ...row, state: 'granted' as const })) : rows;

const nobody = (destination: Destination): Destination => ({
  ...destination,
  auth: { kind: 'header', headers: () => ({}) },
});

/** It tells an erased person's withdrawal like any other, and keeps her. */
const forgetful = ({ erase: _, ...destination }: Destination): Destination => destination;

const mutantsOf = ({ channels, destination }: Case): readonly Mutant[] => [
  { title: 'says the opposite', mutate: telling(inverted, () => []), judges: course },
  { title: 'takes one topic for another', mutate: telling(swapped), judges: course },
  { title: 'says who it is to nobody', mutate: nobody, judges: course },
  { title: 'takes silence for a no', mutate: telling(saidNo), judges: [silence] },
  ...(destination.erase ? [{ title: 'erases nobody', mutate: forgetful, judges: [erased] }] : []),
  ...channels.map((channel) => ({
    title: `is silent on ${channel}`,
    mutate: telling(without(channel), (stopped) => stopped.filter((one) => one !== channel)),
    ...{ judges: course, channel },
  })),
  ...(destination.identifiedBy.length > 0
    ? [{ title: 'clings to what a person no longer goes by', mutate: telling(clung), judges: [leftAddress] }]
    : []),
];

const files = await tableFiles();
const tables = files.flatMap(({ tables: [first] }) => (first ? [[first.title, first] as const] : []));

const playsFor = (table: Table, scenarios: readonly Scenario[], channel?: string): readonly Play[] =>
  scenarios
    .flatMap((scenario) => playsOf(scenario, table.make()))
    .filter((play) => channel === undefined || play.setting.channel === channel);

/** Plays until something fails; gives what did. */
async function firstFailure(
  table: Table,
  plays: readonly Play[],
  mutate?: Mutant['mutate'],
): Promise<string | undefined> {
  for (const { title, scenario, setting } of plays) {
    try {
      await playOn(table, { ...setting, ...(mutate && { mutate }) }, scenario.run);
    } catch {
      return title;
    }
  }
  return undefined;
}

/** The contract suite judges: it notices a destination that is wrong, and does not complain of one that is right. */
describe.each(tables)('%s', (_title, table) => {
  /** The contract suite plays them on every channel; once is enough to know that a failure is the mutant's. */
  test('as it is, nobody complains', async () => {
    const plays = [...course, silence, leftAddress].map((scenario) => playsFor(table, [scenario])[0]);
    const once = plays.filter((play) => play !== undefined);
    expect(await firstFailure(table, once)).toBeUndefined();
  });

  test.each(mutantsOf(table.make()).map((mutant) => [mutant.title, mutant] as const))(
    'one that %s is noticed',
    async (_name, { mutate, judges, channel }) => {
      expect(await firstFailure(table, playsFor(table, judges, channel), mutate)).toBeDefined();
    },
  );
});
