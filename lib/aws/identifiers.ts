import { type DynamoDBClient, GetItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { HashedName, Identifiers, IdentifiersItem, IdentifiersMove, Suppressed } from '../ports.ts';
import { batchGet } from './batch-get.ts';
import type { Shelf } from './dynamo.ts';
import { identifiersItem, identifiersKey, identifiersOf } from './identifiers-item.ts';
import { type Item, number, numberIn, subjectKey, subjectOf, text, textOf } from './item.ts';
import { allOf } from './pages.ts';
import { suppressedAmong, unsuppress } from './suppressions.ts';

/** Who goes by what, in the table of the versions. */
export function identifiersOn(client: DynamoDBClient, table: string): Identifiers {
  const shelf: Shelf = { client, table };
  return {
    of: (subject) => read(shelf, subject),
    holders: (kind, hash, limit) => holders(shelf, { kind, hash }, limit),
    suppressed: (names) => suppressedAmong(shelf, names),
  };
}

type Name = HashedName;

const indexKey = ({ kind, hash }: Name): string => `I#${kind}#${hash}`;

/** The item that counts who goes by an identifier. Two subjects that gain it at once both want to change it: one loses. */
const headKey = (name: Name): Item => ({ pk: text(indexKey(name)), sk: text('#') });

async function read({ client, table }: Shelf, subject: string): Promise<IdentifiersItem> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: identifiersKey(subject), ConsistentRead: true }),
  );
  return identifiersOf(Item);
}

async function holders(shelf: Shelf, name: Name, limit: number): Promise<readonly string[]> {
  const found = await allOf(
    shelf,
    {
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :subject)',
      ExpressionAttributeValues: { ':pk': text(indexKey(name)), ':subject': text('S#') },
      ConsistentRead: true,
    },
    limit,
  );
  return found.map((item) => subjectOf(textOf(item, 'sk')));
}

/** An identifier a subject gains or loses, how many went by it before, and who is no longer counted. */
interface Counted extends Name {
  readonly before: number;
  /** Erased subjects that were counted until it was confirmed. */
  readonly kept: readonly string[];
}

/**
 * What a move writes beside its version. An identifier's second holder also marks the first one's as shared, in the
 * same transaction: a mark that is missing would let one of them be told what the other has forbidden.
 * Undefined: the index moved while it was read.
 */
export async function writesOf(
  shelf: Shelf,
  subject: string,
  { item, gained, lost, lifted = [], ended = [] }: IdentifiersMove,
): Promise<readonly TransactWriteItem[] | undefined> {
  const counted = await countedBy(shelf, [...gained, ...lost, ...lifted], [...lifted, ...ended]);
  const gaining = gained.map(counted);
  const others = ({ before, kept }: Counted): number => before - kept.length;
  const marks = await marksOf(
    shelf,
    subject,
    gaining.filter((name) => others(name) === 1),
  );
  if (!marks) return undefined;
  const shared = gaining.filter((name) => others(name) > 0);
  const had = lifted.filter(({ kept }) => kept.length > 0).filter((name) => !gained.some(isName(name)));
  return [
    replace(shelf.table, subject, marked(item, shared)),
    ...marks,
    ...gaining.flatMap((name) => gain(shelf.table, subject, name)),
    ...lost.map(counted).flatMap((name) => lose(shelf.table, subject, name)),
    ...had.map(counted).map((name) => count(shelf.table, name, others(name))),
    ...lifted.flatMap((name) => [
      unsuppress(shelf.table, name),
      ...name.kept
        .filter((erased) => erased !== subject || !gained.some(isName(name)))
        .map((erased) => leave(shelf.table, erased, name)),
    ]),
  ];
}

const isName =
  ({ kind, hash }: Name) =>
  (other: Name): boolean =>
    other.kind === kind && other.hash === hash;

/** How many go by each of these now, and who of them only because of a suppression that ends or is lifted. */
async function countedBy(
  shelf: Shelf,
  names: readonly Name[],
  suppressed: readonly Suppressed[],
): Promise<(name: Name) => Counted> {
  const counts = await countsOf(shelf, uniqueOf(names));
  return ({ kind, hash }) => ({
    ...{ kind, hash, before: counts.get(indexKey({ kind, hash })) ?? 0 },
    kept: suppressed.find(isName({ kind, hash }))?.kept ?? [],
  });
}

const uniqueOf = (names: readonly Name[]): readonly Name[] =>
  names.filter((name, i) => names.findIndex(isName(name)) === i);

/** How many go by each of these. */
export async function headsOf(shelf: Shelf, names: readonly Name[]): Promise<(name: Name) => number> {
  const counts = await countsOf(shelf, names);
  return (name) => counts.get(indexKey(name)) ?? 0;
}

async function countsOf(
  { client, table }: Shelf,
  names: readonly Name[],
): Promise<ReadonlyMap<string, number>> {
  const heads = await batchGet(
    client,
    names.map((name) => ({ table, key: headKey(name) })),
  );
  return new Map(heads.map(({ item }) => [textOf(item, 'pk'), numberIn(item, 'holders') ?? 0]));
}

/** Marks identifiers as shared with the one other subject that goes by each so far. */
async function marksOf(
  shelf: Shelf,
  subject: string,
  names: readonly Counted[],
): Promise<readonly TransactWriteItem[] | undefined> {
  const found = await Promise.all(names.map((name) => livingHolders(shelf, name)));
  if (found.some((subjects) => subjects.length !== 1)) return undefined;
  const others = [...new Set(found.flat())].filter((other) => other !== subject);
  const marks = await Promise.all(
    others.map((other) =>
      markOf(
        shelf,
        other,
        names.filter((_, i) => found[i]?.[0] === other),
      ),
    ),
  );
  return marks.every((mark) => mark !== undefined) ? marks : undefined;
}

const livingHolders = async (shelf: Shelf, name: Counted): Promise<readonly string[]> =>
  (await holders(shelf, name, 2 + name.kept.length)).filter((holder) => !name.kept.includes(holder));

/** Undefined: the other subject has stopped going by one of them since. */
async function markOf(
  shelf: Shelf,
  other: string,
  names: readonly Name[],
): Promise<TransactWriteItem | undefined> {
  const item = await read(shelf, other);
  const theirs = new Set(item.current.map(indexKey));
  if (!names.every((name) => theirs.has(indexKey(name)))) return undefined;
  return replace(shelf.table, other, { ...marked(item, names), revision: item.revision + 1 });
}

function marked(item: IdentifiersItem, names: readonly Name[]): IdentifiersItem {
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

const memberKey = (name: Name, subject: string): Item => ({
  pk: text(indexKey(name)),
  sk: text(subjectKey(subject)),
});

const gain = (table: string, subject: string, name: Counted): readonly TransactWriteItem[] => [
  { Put: { TableName: table, Item: memberKey(name, subject) } },
  count(table, name, name.before + 1 - name.kept.length),
];

const lose = (table: string, subject: string, name: Counted): readonly TransactWriteItem[] => [
  ...[subject, ...name.kept].map((one) => leave(table, one, name)),
  count(table, name, name.before - 1 - name.kept.length),
];

const leave = (table: string, subject: string, name: Name): TransactWriteItem => ({
  Delete: {
    TableName: table,
    Key: memberKey(name, subject),
    ConditionExpression: 'attribute_exists(pk)',
  },
});

/** Sets how many go by an identifier, if nobody has since it was read. Nobody: the item goes. */
function count(table: string, name: Counted, holders: number): TransactWriteItem {
  const condition =
    name.before === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: 'holders = :before',
          ExpressionAttributeValues: { ':before': number(name.before) },
        };
  return holders <= 0
    ? { Delete: { TableName: table, Key: headKey(name), ...condition } }
    : { Put: { TableName: table, Item: { ...headKey(name), holders: number(holders) }, ...condition } };
}
