import { expect } from 'vitest';
import type { Call, Destination } from '../../lib/destinations/destination.ts';
import type { Choice } from '../../lib/domain/vocabulary.ts';
import type { ChangeShape } from '../builders.ts';
import { aDelivery, aRow } from './deliveries.ts';
import { aLane, type Result, type TestLane } from './lane.fixture.ts';
import { aPerson, identifierOf } from './people.ts';
import type { Case, Person, Table } from './table.ts';

export const NEWS = 'acme/newsletter';
export const OFFERS = 'acme/offers';
/** Mapped to something the vendor lacks. */
export const SURVEYS = 'acme/surveys';

/** A destination before its vendor, and people who go by every kind of identifier it knows. */
export interface Stage {
  readonly row: Case;
  readonly lane: TestLane;
  /** The channel that is spoken of. */
  readonly channel: string;
  /** Those on which nothing is said. */
  readonly others: readonly string[];
  /** Of a scenario that is about one kind of identifier. */
  readonly kind: string;
  readonly ada: Person;
  readonly grace: Person;
  /** Somebody else's identifiers, which Ada once went by. */
  readonly former: Person;
  /** Records a change of Ada's, later than those before, without delivering it. */
  readonly record: (change: ChangeShape, who?: Person) => void;
  /** Delivers what Ada chose until the vendor has it or refuses it, as the queue would. */
  readonly says: (...choices: readonly Choice[]) => Promise<string>;
  /** Delivers a person's newest version, likewise. */
  readonly tell: (who?: Person) => Promise<string>;
  readonly asks: (topic: string, who?: Person, channel?: string) => boolean | undefined;
}

/** What a scenario is played with. */
export interface Setting {
  readonly channel: string;
  readonly kind?: string;
  readonly topics?: readonly string[];
  readonly timeoutMs?: number;
  /** Another destination in the place of the shipped one. */
  readonly mutate?: (destination: Destination) => Destination;
}

/** Sets the stage, plays on it and clears it. */
export async function playOn(
  table: Table,
  setting: Setting,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const made = table.make();
  const row = { ...made, destination: setting.mutate?.(made.destination) ?? made.destination };
  await row.simulator.start();
  const { topics = [NEWS, OFFERS], timeoutMs } = setting;
  const lane = discreet(aLane(row, { topics, ...(timeoutMs !== undefined && { timeoutMs }) }));
  try {
    await play(stageOf(row, lane, setting));
  } finally {
    row.simulator.heal();
    await lane.close();
    await row.simulator.stop();
  }
}

function stageOf(row: Case, lane: TestLane, { channel, kind = '' }: Setting): Stage {
  const ada = aPerson(row, 1, { subject: 'ada', email: "ada.o'hara+news@example.com" });
  const grace = aPerson(row, 2, { subject: 'grace' });
  for (const who of [ada, grace]) goesByAll(row, lane, who);
  let minute = -1000;
  const record: Stage['record'] = (change, who = ada) => {
    minute += 1;
    lane.record(who.subject, { at: minute, ...change });
  };
  const tell: Stage['tell'] = async (who = ada) => {
    const [first] = await lane.deliver([who.subject]);
    if (first?.again === undefined) return first?.words ?? '';
    const [second] = await lane.deliver([who.subject], { receiveCount: 2 });
    return second?.words ?? '';
  };
  return {
    ...{ row, lane, channel, kind, ada, grace, record, tell },
    former: aPerson(row, 3, { subject: 'ada', email: 'ada.former@example.com' }),
    others: row.channels.filter((other) => other !== channel),
    says: (...choices) => {
      record({ choices });
      return tell();
    },
    asks: (topic, who = ada, on = channel) => row.permitted(who, topic, on),
  };
}

/** Makes a person go by every kind of identifier that the destination knows. */
export function goesByAll({ destination }: Case, lane: TestLane, who: Person): void {
  const addresses = destination.identifiedBy.map((kind) => ({ kind, value: identifierOf(who, kind) }));
  lane.goesBy(who.subject, ...addresses);
}

/** A lane none of whose outcomes may hold contact data, whatever the vendor quoted. */
const discreet = (lane: TestLane): TestLane => ({
  ...lane,
  deliver: async (subjects, message): Promise<readonly Result[]> => {
    const results = await lane.deliver(subjects, message);
    for (const { words } of results) expect(words).not.toMatch(/@|\+?\d{8}/);
    return results;
  },
});

/** Channels on which the destination would say something to a person who goes by this kind of identifier alone. */
export function channelsBy(row: Case, kind: string): readonly string[] {
  const value = identifierOf(aPerson(row, 3), kind);
  const settings = row.destination.settings.parse(row.settings([NEWS, OFFERS]));
  return row.channels.filter((channel) => {
    const choices = [aRow(NEWS, 'granted', { channel })];
    return row.destination
      .translate(aDelivery({ identifiers: { [kind]: value }, choices }), settings)
      .some(asksOrTells);
  });
}

const asksOrTells = (call: Call): boolean =>
  !('outcome' in call) && (!('items' in call) || call.items.length > 0);
