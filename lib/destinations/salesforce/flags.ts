import { worse } from '../../domain/outcome.ts';
import { alone } from '../alone.ts';
import type { Call, Delivery, SingleCall } from '../destination.ts';
import { textIn } from '../json.ts';
import { concerns, dataOf, inSeconds, isOne, sameId } from './lookup.ts';
import { interpret, OPTED_OUT, type Person, SEVERAL_PEOPLE, split } from './replies.ts';
import type { Settings } from './settings.ts';

/** A flag of a Contact or Lead as it ought to be. */
export interface Flag {
  readonly channel: string;
  readonly field: string;
  readonly out: boolean;
  /** Of one that is to be lifted: when the newest of its topics was granted. */
  readonly since?: string;
}

/**
 * A flag outweighs every row, also for mail that no topic maps: it is set by a stop of everything, or when all topics
 * that it is said to stand for are withdrawn. Silence on one of them leaves it alone, unless another is granted.
 */
export function flagsOf({ choices, stoppedAll }: Delivery, settings: Settings): readonly Flag[] {
  const { flags, flagFields, flagTopics = [] } = settings;
  if (flags === 'none') return [];
  return Object.entries(flagFields).flatMap(([channel, field]): readonly Flag[] => {
    if (stoppedAll.includes(channel)) return [{ channel, field, out: true }];
    const own = choices.filter((row) => row.channel === channel && flagTopics.includes(row.topic));
    const granted = own.filter(({ state }) => state === 'granted').map(({ occurredAt }) => occurredAt);
    if (granted.length > 0)
      return [{ channel, field, out: false, since: granted.reduce((a, b) => (a > b ? a : b)) }];
    const spoken = flagTopics.every((topic) => own.some((row) => row.topic === topic));
    return spoken ? [{ channel, field, out: true }] : [];
  });
}

/** Sets the flags that say no. */
export const stop = (
  flags: readonly Flag[],
  people: readonly Person[],
  settings: Settings,
): readonly Call[] => {
  const stops = flags.filter(({ out }) => out);
  return update(
    people.map((person) => written(person, concerning(stops, person, people), settings)),
    settings,
  );
};

/**
 * Takes flags back that say no, but for those that somebody set after the grant. A record with one of these is not
 * written to at all: it would look as if Heed had set it.
 */
export function lift(flags: readonly Flag[], people: readonly Person[], settings: Settings): readonly Call[] {
  const sure = (flag: Flag): boolean => isOne(flag.channel, people);
  const lifts = flags.filter(({ out }) => !out);
  const own = people
    .filter((person) => isKept(person, settings))
    .map((person) => ({ person, mine: concerning(lifts, person, people) }));
  const free = own.filter(({ person, mine }) => mine.every((flag) => mayBeLifted(flag, person, settings)));
  const unsure = own.some(({ person: { record }, mine }) =>
    mine.some((flag) => !sure(flag) && record[flag.field] === true),
  );
  return [
    ...update(
      free.map(({ person, mine }) => written(person, mine.filter(sure), settings)),
      settings,
    ),
    ...(free.length < own.length ? [OPTED_OUT] : []),
    ...(unsure ? [SEVERAL_PEOPLE] : []),
  ];
}

const concerning = (flags: readonly Flag[], person: Person, people: readonly Person[]): readonly Flag[] =>
  flags.filter(({ channel }) => concerns(channel, person, people));

/** A Lead that was converted can be found, and not be changed any longer: it is a Contact now. */
const isKept = ({ object, record }: Person, { flags }: Settings): boolean =>
  (flags === 'both' || flags === object.toLowerCase()) && record['IsConverted'] !== true;

/** Salesforce does not tell when a flag was set: at the latest when its record was last changed. */
function mayBeLifted({ field, since = '' }: Flag, { record }: Person, { user }: Settings): boolean {
  if (record[field] !== true || sameId(textIn(record, 'LastModifiedById'), user)) return true;
  return inSeconds(textIn(record, 'LastModifiedDate') ?? '') < inSeconds(since);
}

/** A record as it is written; undefined where nothing is. */
function written(person: Person, flags: readonly Flag[], settings: Settings): object | undefined {
  if (flags.length === 0 || !isKept(person, settings)) return undefined;
  const fields = Object.fromEntries(flags.map(({ field, out }) => [field, out]));
  return { attributes: { type: person.object }, id: person.id, ...fields };
}

/** Records that Salesforce takes in one request. */
const MOST_RECORDS = 200;

function update(given: readonly (object | undefined)[], settings: Settings): readonly SingleCall[] {
  const records = given.filter((record) => record !== undefined);
  const calls: SingleCall[] = [];
  for (let from = 0; from < records.length; from += MOST_RECORDS)
    calls.push(updateSome(records.slice(from, from + MOST_RECORDS), settings));
  return calls;
}

/** What is refused of one record keeps nothing from the others, nor from the consent rows. */
const updateSome = (records: readonly object[], settings: Settings): SingleCall =>
  alone(
    {
      ...{ method: 'PATCH', path: `${dataOf(settings)}/composite/sobjects` },
      body: { allOrNone: false, records },
    },
    (reply) => split(reply, records)?.reduce(worse) ?? interpret(reply),
  );
