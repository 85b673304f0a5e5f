import type { Delivery, DeliveryRow } from '../destinations/destination.ts';
import { isErasure, type PreferencesChanged } from '../domain/event.ts';
import { cares } from '../domain/interest.ts';
import type { Answered } from '../domain/outcome.ts';
import type { ResolvedState, StateRow } from '../domain/vocabulary.ts';
import type { OpenIdentifier } from '../ports.ts';
import {
  allWithdrawn,
  type Holder,
  holdersAt,
  isAlone,
  MOST_HOLDERS,
  type Word,
  wordsOf,
} from './holders.ts';
import type { DeliverPorts, Lane } from './lane.ts';

/** `Address.retiredTo` of a subject without retired addresses to tell. */
export const NOBODY = '[]';

/** What is to be said about one subject now: at the address it has, and at each it no longer uses. */
export interface Address {
  readonly deliveries: readonly Delivery[];
  /** They ask to erase the person at the address she has, or at all she had where she has none. */
  readonly erasing: boolean;
  /** What it amounts to when there is nothing to send. */
  readonly nothing: Answered;
  /** Other subjects behind an address told here: their deliveries in flight must look again. */
  readonly coHolders: readonly string[];
  /** Who held the retired addresses, and their newest versions; if that changed while sending, it is sent again. */
  readonly retiredTo: string;
}

export interface Told {
  readonly subject: string;
  readonly event: PreferencesChanged;
  readonly identifiers: readonly OpenIdentifier[];
  /** Retired addresses up to this version have been told; the rest, and all of them if `sure`, are told now. */
  readonly toldVersion: number;
  readonly sure: boolean;
}

type Ports = Pick<DeliverPorts, 'records' | 'identifiers' | 'catalogue' | 'clock'>;

/** Gathers what to say, reading other subjects' newest records only where an address is shared or retired. */
export async function addressOf(ports: Ports, lane: Lane, told: Told): Promise<Address> {
  const { identifiedBy } = lane.destination;
  const mine = told.identifiers.filter(({ kind }) => identifiedBy.includes(kind));
  const current = mine.filter(({ retiredSince }) => retiredSince === undefined);
  const everywhere = told.sure || isErasure(told.event);
  const retired = mine.filter(
    ({ retiredSince }) => retiredSince !== undefined && (everywhere || retiredSince > told.toldVersion),
  );
  const coHolders = await coHoldersOf(ports, told.subject, current);
  const others = await wordsOf(ports, coHolders);
  const state = mostRestrictive(stateOf(told.event), others);
  const addressed = identifiedBy.length === 0 || current.length > 0;
  const to = { identifiers: valuesOf(current), state, retired: false, alone: isAlone(others, current) };
  const own = addressed ? [deliveryOf(lane, told, to)] : [];
  const former = await Promise.all(retired.map((identifier) => formerOf(ports, lane, told, identifier)));
  const deliveries = [...former.map(({ delivery }) => delivery), ...own].filter(saysSomething);
  const asked = own.length > 0 ? own : former.map(({ delivery }) => delivery);
  const behind = [...coHolders, ...former.flatMap(({ holders }) => holders)].map(({ subject }) => subject);
  return {
    deliveries,
    erasing: asked.length > 0 && asked.every(({ erasing }) => erasing === true),
    nothing: { kind: 'skipped', reason: addressed ? 'nothing-to-say' : 'no-identifier' },
    coHolders: [...new Set(behind)].filter((subject) => subject !== told.subject),
    retiredTo: JSON.stringify(
      former.map(({ holders }) => holders.map(({ subject, version }) => [subject, version])),
    ),
  };
}

const saysSomething = ({ choices, preferences, erasing }: Delivery): boolean =>
  erasing === true || choices.length > 0 || preferences.length > 0;

/** `Address.retiredTo` as it is at this moment. */
export async function retiredToNow(ports: Ports, lane: Lane, told: Told): Promise<string> {
  const { retiredTo } = await addressOf(ports, lane, told);
  return retiredTo;
}

const stateOf = ({ data }: PreferencesChanged): ResolvedState => data.state;

const valuesOf = (identifiers: readonly OpenIdentifier[]): Readonly<Record<string, string>> =>
  Object.fromEntries(identifiers.map(({ kind, value }) => [kind, value]));

async function coHoldersOf(
  ports: Ports,
  subject: string,
  current: readonly OpenIdentifier[],
): Promise<readonly Holder[]> {
  const shared = current.filter((identifier) => identifier.shared);
  const holders = await holdersAt(ports, shared, MOST_HOLDERS + 1);
  return holders.filter((holder) => holder.subject !== subject);
}

/** A retired address: what was said of it is withdrawn, but for what the people who go by it now say of the same. */
async function formerOf(ports: Ports, lane: Lane, told: Told, { kind, hash, value }: OpenIdentifier) {
  const holders = await wordsOf(ports, await holdersAt(ports, [{ kind, hash }], MOST_HOLDERS));
  const state = mostRestrictive(withdrawn(stateOf(told.event)), holders, 'theirs');
  const retired = holders.length === 0;
  const alone = isAlone(holders, [{ kind, hash }]);
  const to = { identifiers: { [kind]: value }, state, retired, alone };
  return { holders, delivery: deliveryOf(lane, told, to) };
}

const withdrawn = (state: ResolvedState): ResolvedState => ({
  ...state,
  choices: allWithdrawn(state.choices.filter(isSpoken)),
  preferences: [],
});

const nameOf = ({ topic, channel }: StateRow): string => `${topic} ${channel}`;

/**
 * Of all people behind one address, whoever withdrew decides; silence has no say. Where the address is no longer the
 * person's own, the decision is theirs who go by it. Only of what the person has spoken of: whatever a delivery says,
 * its subject's next one says again, so that nothing it said too late outlives the other it was said for.
 */
function mostRestrictive(
  own: ResolvedState,
  others: readonly Word[],
  whose: 'everybody' | 'theirs' = 'everybody',
): ResolvedState {
  const said = others.map(({ state }) => state).filter((state) => state !== 'unknown');
  if (said.length < others.length) return withdrawn(own);
  const states = whose === 'theirs' ? said : [own, ...said];
  const rows = strictest(states);
  const choices = own.choices.filter(isSpoken).map((row) => rows.get(nameOf(row)) ?? row);
  const stopped = [...new Set(states.flatMap((state) => state.stopped))];
  return { choices, stopped, preferences: own.preferences };
}

const isSpoken = ({ state }: StateRow): boolean => state !== 'pending';

function strictest(states: readonly ResolvedState[]): ReadonlyMap<string, StateRow> {
  const rows = new Map<string, StateRow>();
  for (const row of states.flatMap(({ choices }) => choices.filter(isSpoken))) {
    const rival = rows.get(nameOf(row));
    if (!rival || outweighs(row, rival)) rows.set(nameOf(row), row);
  }
  return rows;
}

const WEIGHT = { withdrawn: 2, granted: 1, pending: 0 } as const;

const outweighs = (a: StateRow, b: StateRow): boolean =>
  WEIGHT[a.state] > WEIGHT[b.state] || (WEIGHT[a.state] === WEIGHT[b.state] && a.occurredAt > b.occurredAt);

interface To {
  readonly identifiers: Readonly<Record<string, string>>;
  readonly state: ResolvedState;
  readonly retired: boolean;
  /** Nobody else goes by them. */
  readonly alone: boolean;
}

function deliveryOf(lane: Lane, told: Told, { identifiers, state, retired, alone }: To): Delivery {
  const { subject, event } = told;
  return {
    subject,
    version: event.data.version,
    recordedAt: event.time,
    identifiers,
    retired,
    ...(alone && isErasure(event) && { erasing: true }),
    choices: state.choices.filter(
      (row): row is DeliveryRow => row.state !== 'pending' && concerns(lane, row),
    ),
    stoppedAll: retired ? [] : state.stopped,
    preferences: retired ? [] : state.preferences,
    event,
  };
}

const concerns = ({ interest }: Lane, { topic, channel }: StateRow): boolean =>
  cares(interest, { topics: [topic], channels: [channel] });
