import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { HashedName, IdentifiersItem, IdentifiersMove } from '../ports.ts';
import type { Shelf } from './dynamo.ts';
import { holders, indexKey, read } from './identifiers.ts';
import { type Counted, count, countsOf, enter, leave } from './identifiers-count.ts';
import { identifiersItem } from './identifiers-item.ts';
import { number } from './item.ts';
import { MOST_KEPT, notSuppressed, suppress, suppressedAmong, unsuppress } from './suppressions.ts';

/** An identifier of a move, and who of those counted there was erased. */
interface Moving extends Counted {
  readonly kept: readonly string[];
  /** Those of them, others than the subject, who are no longer counted: the suppression is lifted, or nobody living is left. */
  readonly leaving: readonly string[];
}

/**
 * What a move writes beside its version. An identifier's second holder also marks the first one's as shared, in the
 * same transaction: a mark that is missing would let one of them be told what the other has forbidden.
 * Undefined: the index moved while it was read, or an identifier was suppressed after the move was admitted.
 */
export async function writesOf(
  shelf: Shelf,
  subject: string,
  move: IdentifiersMove,
): Promise<readonly TransactWriteItem[] | undefined> {
  const { item, gained, lost } = move;
  const { table } = shelf;
  const lifted = await underEveryKind(shelf, move);
  const moving = await movingOf(shelf, subject, { ...move, lifted });
  const gaining = gained.map(moving);
  const lifting = lifted.map(moving);
  const marks = await marksOf(
    shelf,
    subject,
    gaining.filter((name) => others(name) === 1),
  );
  if (!marks || !isAdmitted(move, gaining) || lifting.some((name) => !name.suppressed)) return undefined;
  const shared = gaining.filter((name) => others(name) > 0);
  return [
    replace(table, subject, marked(item, shared)),
    ...marks,
    ...gaining.flatMap((name) => gain(table, subject, name)),
    ...gaining.filter((name) => !lifted.some(isName(name))).flatMap((name) => hold(table, subject, name)),
    ...lost
      .map(moving)
      .flatMap((name) => (move.stops && stay(table, subject, name)) || lose(table, subject, name)),
    ...lifting.flatMap((name) => lift(table, name)),
    ...lifting.filter((name) => !gained.some(isName(name))).flatMap((name) => uncount(table, name)),
  ];
}

const isName =
  ({ kind, hash }: HashedName) =>
  (other: HashedName): boolean =>
    other.kind === kind && other.hash === hash;

/** Who has confirmed an address has confirmed it whatever kind it was called; but for one that she gives up just now. */
async function underEveryKind(
  shelf: Shelf,
  { lifted = [], lost }: IdentifiersMove,
): Promise<readonly HashedName[]> {
  const also = (await suppressedAmong(shelf, lifted)).flatMap((one) => one.also ?? []);
  const others = also.filter(
    (name, i) => ![...lifted, ...lost].some(isName(name)) && also.findIndex(isName(name)) === i,
  );
  return [...lifted, ...(await suppressedAmong(shelf, others))];
}

async function movingOf(
  shelf: Shelf,
  subject: string,
  { item, gained, lost, lifted = [], ended = [] }: IdentifiersMove,
): Promise<(name: HashedName) => Moving> {
  const counts = await countsOf(shelf, [...gained, ...lost, ...lifted]);
  return (name) => {
    const counted = counts(name);
    const kept = counted.suppressed?.kept ?? [];
    if (![...lifted, ...ended].some(isName(name))) return { ...counted, kept, leaving: [] };
    const isHers = [...item.current, ...lost].some(isName(name));
    return { ...counted, kept, leaving: kept.filter((erased) => erased !== subject || !isHers) };
  };
}

/** What is suppressed was let in as such. */
const isAdmitted = ({ admitted = [], lifted = [] }: IdentifiersMove, gaining: readonly Moving[]): boolean =>
  gaining.every((name) => !name.suppressed || [...admitted, ...lifted].some(isName(name)));

/** How many living ones went by it before; who comes back to it was none of them. */
const others = ({ before, kept }: Moving): number => before - kept.length;

/** Marks identifiers as shared with the one other subject that goes by each so far. */
async function marksOf(
  shelf: Shelf,
  subject: string,
  names: readonly Moving[],
): Promise<readonly TransactWriteItem[] | undefined> {
  const found = await Promise.all(names.map((name) => livingHolders(shelf, name)));
  if (found.some((subjects) => subjects.length !== 1)) return undefined;
  const marking = [...new Set(found.flat())].filter((other) => other !== subject);
  const marks = await Promise.all(
    marking.map((other) =>
      markOf(
        shelf,
        other,
        names.filter((_, i) => found[i]?.[0] === other),
      ),
    ),
  );
  return marks.every((mark) => mark !== undefined) ? marks : undefined;
}

const livingHolders = async (shelf: Shelf, name: Moving): Promise<readonly string[]> =>
  (await holders(shelf, name, 2 + name.kept.length)).filter((holder) => !name.kept.includes(holder));

/** Undefined: the other subject has stopped going by one of them since. */
async function markOf(
  shelf: Shelf,
  other: string,
  names: readonly HashedName[],
): Promise<TransactWriteItem | undefined> {
  const item = await read(shelf, other);
  const theirs = new Set(item.current.map(indexKey));
  if (!names.every((name) => theirs.has(indexKey(name)))) return undefined;
  return replace(shelf.table, other, { ...marked(item, names), revision: item.revision + 1 });
}

function marked(item: IdentifiersItem, names: readonly HashedName[]): IdentifiersItem {
  const shared = new Set(names.map(indexKey));
  return {
    ...item,
    current: item.current.map((entry) => (shared.has(indexKey(entry)) ? { ...entry, shared: true } : entry)),
  };
}

/** Puts an identifiers item where its predecessor still stands. */
const replace = (table: string, subject: string, item: IdentifiersItem): TransactWriteItem => ({
  Put: {
    TableName: table,
    Item: identifiersItem(subject, item),
    ...(item.revision === 1
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'revision = :read',
          ExpressionAttributeValues: { ':read': number(item.revision - 1) },
        }),
  },
});

/** One who comes back to an identifier of which she was erased is counted there already. */
const gain = (table: string, subject: string, name: Moving): readonly TransactWriteItem[] => [
  enter(table, subject, name),
  count(table, name, name.before - name.leaving.length + (name.kept.includes(subject) ? 0 : 1)),
];

/** What is gained stays as free as it was read, or as suppressed; whoever comes back is no longer kept there. */
function hold(table: string, subject: string, name: Moving): readonly TransactWriteItem[] {
  const { kept, suppressed } = name;
  if (!suppressed) return [notSuppressed(table, name)];
  if (!kept.includes(subject)) return [];
  const left = kept.filter((erased) => erased !== subject);
  return [suppress(table, { name: { ...suppressed, kept: left }, before: suppressed })];
}

const lose = (table: string, subject: string, name: Moving): readonly TransactWriteItem[] => [
  ...[subject, ...name.leaving].map((one) => leave(table, one, name)),
  count(table, name, name.before - 1 - name.leaving.length),
];

/**
 * She was erased of it once, came back and has not confirmed it, or it would not be suppressed: her stop goes on to hold for
 * the others. Undefined: it is free, there are none, or so many are kept there already.
 */
function stay(table: string, subject: string, name: Moving): readonly TransactWriteItem[] | undefined {
  const { suppressed, kept } = name;
  if (!suppressed || name.leaving.length > 0 || others(name) < 2 || kept.length >= MOST_KEPT)
    return undefined;
  return [
    suppress(table, { name: { ...suppressed, kept: [...kept, subject] }, before: suppressed }),
    count(table, name, name.before),
  ];
}

const lift = (table: string, name: Moving): readonly TransactWriteItem[] => [
  ...(name.suppressed ? [unsuppress(table, name.suppressed)] : []),
  ...name.leaving.map((erased) => leave(table, erased, name)),
];

/** Where nobody comes in their place. */
const uncount = (table: string, name: Moving): readonly TransactWriteItem[] =>
  name.leaving.length === 0 ? [] : [count(table, name, name.before - name.leaving.length)];
