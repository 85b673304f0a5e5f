import {
  type DynamoDBClient,
  GetItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Erasing, RightsCase, RightsCases } from '../flow/rights-case.ts';
import { won } from './conditional.ts';
import type { Shelf } from './dynamo.ts';
import { type Counted, countsOf } from './identifiers-count.ts';
import { writesOf } from './identifiers-move.ts';
import { type Item, number, numberIn, text, textOf } from './item.ts';
import { allOf } from './pages.ts';
import { caseOf } from './rights-case-item.ts';
import { subjectKeyItem } from './subject-keys.ts';
import { MOST_KEPT, suppress } from './suppressions.ts';
import { versionItem } from './version-item.ts';

export interface CaseTables {
  readonly audit: string;
  readonly records: string;
  readonly keys: string;
}

/** Cases about people's rights, one item each, and a list of those that are open. */
export function rightsCasesOn(client: DynamoDBClient, tables: CaseTables): RightsCases {
  const shelf: Shelf = { client, table: tables.audit };
  return {
    of: async (subject) => {
      const { Item } = await client.send(
        new GetItemCommand({ TableName: tables.audit, Key: caseKey(subject), ConsistentRead: true }),
      );
      return Item
        ? { subject, revision: numberIn(Item, 'revision') ?? 0, ...caseOf(textOf(Item, 'case')) }
        : { subject, revision: 0, holds: [] };
    },
    write: (rightsCase) => transact(client, caseWrites(tables.audit, rightsCase)),
    erase: (erasing) => erase(client, tables, erasing),
    open: async () => {
      const found = await allOf(shelf, {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': text(OPEN) },
        ConsistentRead: true,
      });
      return found.map((item) => textOf(item, 'sk'));
    },
  };
}

const OPEN = 'CASES#OPEN';

const caseKey = (subject: string): Item => ({ pk: text(`CASE#${subject}`), sk: text('CASE') });

const transact = (client: DynamoDBClient, writes: readonly TransactWriteItem[]): Promise<boolean> =>
  won(client.send(new TransactWriteItemsCommand({ TransactItems: [...writes] })));

/** The case where its predecessor still stands, and its place in the list. */
function caseWrites(
  table: string,
  { subject, revision, erasure, holds }: RightsCase,
): readonly TransactWriteItem[] {
  const key = { pk: text(OPEN), sk: text(subject) };
  const isOpen = erasure?.state === 'telling' || erasure?.state === 'erased';
  const body = JSON.stringify({ holds, ...(erasure && { erasure }) });
  return [
    {
      Put: {
        TableName: table,
        Item: { ...caseKey(subject), revision: number(revision), case: text(body) },
        ...(revision === 1
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'revision = :read',
              ExpressionAttributeValues: { ':read': number(revision - 1) },
            }),
      },
    },
    isOpen ? { Put: { TableName: table, Item: key } } : { Delete: { TableName: table, Key: key } },
  ];
}

/** Holds a transaction to a case as it was read. */
const unchanged = (table: string, { subject, revision }: RightsCase): TransactWriteItem => ({
  ConditionCheck: {
    ...{ TableName: table, Key: caseKey(subject), ConditionExpression: 'revision = :read' },
    ExpressionAttributeValues: { ':read': number(revision) },
  },
});

/**
 * Everything at once. Of an identifier that others go by she stays counted, so that her stop goes on to hold for all who do;
 * what nobody else goes by leads to nobody, whoever was counted there until now.
 */
async function erase(client: DynamoDBClient, tables: CaseTables, erasing: Erasing): Promise<boolean> {
  const { stored, findable, identifiers, rightsCase, owner } = erasing;
  const { subject } = stored.version;
  const shelf: Shelf = { client, table: tables.records };
  const counts = await countsOf(shelf, [...identifiers.current, ...erasing.suppress]);
  const left = identifiers.current.map((name) => ({ name, ...leaving(counts(name), subject) }));
  const lost = left.filter(({ stays }) => !stays).map(({ name }) => name);
  const ended = left.filter(({ ends }) => ends).map(({ name }) => name);
  const item = { revision: identifiers.revision + 1, current: [], retired: [] };
  const moved =
    identifiers.revision === 0 ? [] : await writesOf(shelf, subject, { item, gained: [], lost, ended });
  if (!moved) return false;
  const suppressed = erasing.suppress.map(({ kind, hash, also = [] }) => {
    const { suppressed: before } = counts({ kind, hash });
    const hers = left.find(({ name }) => name.kind === kind && name.hash === hash);
    const known = (before?.also ?? []).filter(
      (one) => !also.some((other) => other.kind === one.kind && other.hash === one.hash),
    );
    const name = { kind, hash, kept: (hers ?? before)?.kept ?? [], also: [...known, ...also] };
    return suppress(shelf.table, { before, name });
  });
  return transact(client, [
    {
      Put: {
        TableName: tables.records,
        Item: versionItem(stored, findable),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    ...moved,
    ...suppressed,
    { Delete: { TableName: tables.keys, Key: subjectKeyItem(subject) } },
    ...(owner ? [unchanged(tables.audit, owner)] : []),
    ...caseWrites(tables.audit, rightsCase),
  ]);
}

/** Whether she stays counted at an identifier of hers, whether it then leads to nobody, and who is kept there after her. */
function leaving(
  { before, suppressed }: Counted,
  subject: string,
): { readonly stays: boolean; readonly ends: boolean; readonly kept: readonly string[] } {
  const kept = (suppressed?.kept ?? []).filter((erased) => erased !== subject);
  const isShared = before - kept.length > 1;
  if (!isShared) return { stays: false, ends: true, kept: [] };
  return kept.length < MOST_KEPT
    ? { stays: true, ends: false, kept: [...kept, subject] }
    : { stays: false, ends: false, kept };
}
