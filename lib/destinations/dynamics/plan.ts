import type { Call, DeliveryRow, Reply } from '../destination.ts';
import {
  CONSENTS,
  isPerson,
  mayGrant,
  ODATA,
  type Row,
  rowsIn,
  rowsOf,
  SELECT,
  VALUES,
  type Wanted,
  type Writing,
  writeOver,
} from './consents.ts';
import { quoted } from './query.ts';
import { isResult } from './replies.ts';
import { type Channel, type Settings, TYPES } from './settings.ts';

/** What a contact point is asked for and told: an e-mail address, or a number for messages and for calls. */
export interface Point extends Writing {
  readonly channels: readonly Channel[];
}

const typeOf = (channels: readonly Channel[], channel: string): number | undefined => {
  const known = channels.find((one) => one === channel);
  return known && TYPES[known];
};

/** Choices of this contact point, as rows of Dynamics. */
function wantedOf({ delivery, channels, settings }: Point): readonly Wanted[] {
  return delivery.choices.flatMap((choice) => {
    const mapped = settings.topics[choice.topic];
    const type = typeOf(channels, choice.channel);
    return mapped && type !== undefined ? [{ ...mapped, type, state: choice.state, choice }] : [];
  });
}

/** Purposes that a stop of everything opts out of, on the channels that it was said for. */
function stopsOf({ delivery, channels, settings }: Point): readonly Wanted[] {
  if (!settings.globalStop) return [];
  const purposes = [...new Set(Object.values(settings.topics).map(({ purpose }) => purpose))];
  return channels
    .filter((channel) => delivery.stoppedAll.includes(channel))
    .flatMap((channel) => {
      const choice = newestOf(delivery.choices.filter((row) => row.channel === channel));
      return choice
        ? purposes.map((purpose) => ({ type: TYPES[channel], purpose, state: 'withdrawn' as const, choice }))
        : [];
    });
}

const newestOf = (rows: readonly DeliveryRow[]): DeliveryRow | undefined =>
  rows.reduce<DeliveryRow | undefined>(
    (newest, row) =>
      row.state === 'withdrawn' && (newest === undefined || row.occurredAt > newest.occurredAt)
        ? row
        : newest,
    undefined,
  );

interface Known extends Point {
  readonly rows: readonly Row[];
}

/** Asks for all rows of each contact point, and writes what they do not say yet once all are known. */
export function tellPoints(points: readonly Point[], known: readonly Known[] = []): readonly Call[] {
  const [point, ...others] = points;
  if (!point) return told(known);
  const filter = `msdynmkt_contactpointvalue eq ${quoted(point.point)} and statecode eq 0`;
  const path = `${CONSENTS}?$select=${SELECT}&$filter=${encodeURIComponent(filter)}`;
  const next = (reply: Reply): readonly Call[] => {
    const rows = rowsIn(reply);
    return rows ? tellPoints(others, [...known, { ...point, rows }]) : [answer('failed', 'unreadable-reply')];
  };
  return [{ method: 'GET', path, headers: ODATA, interpret: isResult, next }];
}

/** Is there anything to say of this contact point? */
export const concerns = ({ delivery, channels, settings }: Point): boolean =>
  delivery.choices.some(
    ({ topic, channel }) => settings.topics[topic] !== undefined && typeOf(channels, channel) !== undefined,
  ) ||
  (settings.globalStop && channels.some((channel) => delivery.stoppedAll.includes(channel)));

/** Withdrawals of all contact points before any grant: a grant that is refused keeps none of them waiting. */
function told(known: readonly Known[]): readonly Call[] {
  const withdrawals = known.flatMap(withdrawalsOf);
  const grants = known.flatMap(grantsOf);
  const calls = [...withdrawals, ...grants.flatMap((one) => one ?? [])];
  if (grants.includes(undefined)) return [...calls, answer('needs-user-action', 'opted-out-at-dynamics')];
  if (calls.length > 0) return calls;
  const isKnown = known.some((one) => wantedOf(one).some((wanted) => rowsOf(one.rows, wanted).length > 0));
  return known.length === 0 || isKnown
    ? [{ outcome: { kind: 'delivered' } }]
    : [answer('skipped', 'no-such-contact-point')];
}

const withdrawalsOf = (known: Known): readonly Call[] =>
  [...stopsOf(known), ...wantedOf(known).filter(({ state }) => state === 'withdrawn')].flatMap((one) =>
    writeOver(rowsOf(known.rows, one), one, known),
  );

/** Each grant after its purpose. What is stopped as a whole is granted nothing. */
function grantsOf(known: Known): readonly (readonly Call[] | undefined)[] {
  const stops = stopsOf(known);
  const granted = wantedOf(known).filter(
    ({ state, type }) => state === 'granted' && !stops.some((stop) => stop.type === type),
  );
  const purposes = purposesOf(granted, known.settings).map((one) => grant(one, known, isIn(one, known)));
  return [...purposes, ...granted.map((one) => grant(one, known, false))];
}

const answer = (kind: 'skipped' | 'failed' | 'needs-user-action', reason: string): Call => ({
  outcome: { kind, reason },
});

/** Opt-ins to the purposes of granted topics, without which these do not count: each once, by the newest of them. */
function purposesOf(granted: readonly Wanted[], { purposeOptIn }: Settings): readonly Wanted[] {
  if (!purposeOptIn) return [];
  const newest = new Map<string, Wanted>();
  for (const { topic, ...one } of granted) {
    const name = `${one.type} ${one.purpose}`;
    const before = newest.get(name);
    if (topic !== undefined && (!before || isNewer(one, before))) newest.set(name, one);
  }
  return [...newest.values()];
}

/** What the person said themselves goes before what a system says. */
const isNewer = ({ choice: a }: Wanted, { choice: b }: Wanted): boolean =>
  isPerson(a) === isPerson(b) ? a.occurredAt > b.occurredAt : isPerson(a);

const isIn = (wanted: Wanted, { rows }: Known): boolean =>
  rowsOf(rows, wanted).some((row) => row.msdynmkt_value === VALUES.granted);

/**
 * Undefined where the person opted out at Dynamics later than what is told here. A purpose that is opted in already
 * stays as it is when only one of its topics is granted.
 */
function grant(wanted: Wanted, known: Known, stays: boolean): readonly Call[] | undefined {
  const hits = rowsOf(known.rows, wanted);
  if (!hits.every((row) => mayGrant(row, wanted, known.settings))) return undefined;
  const over = stays ? hits.filter((row) => row.msdynmkt_value !== VALUES.granted) : hits;
  return stays && over.length === 0 ? [] : writeOver(over, wanted, known);
}
