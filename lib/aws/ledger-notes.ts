import { UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { REQUEUED } from '../domain/outcome.ts';
import type { DeliveryItem, Retrying } from '../ports.ts';
import { batchGet } from './batch-get.ts';
import { won } from './conditional.ts';
import { deliveryKey, deliveryOf } from './delivery-item.ts';
import type { Shelf } from './dynamo.ts';
import { type Item, number, text } from './item.ts';
import { retryingText } from './trail-text.ts';

type Expression = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ExpressionAttributeValues' | 'ConditionExpression'
>;

/** Changes an item that may not exist yet, and leaves what it does not name as it is. */
async function change({ client, table }: Shelf, key: Item, expression: Expression): Promise<void> {
  await client.send(new UpdateItemCommand({ TableName: table, Key: key, ...expression }));
}

/** Raises the revision, and says that an address is shared. */
export const touch = (shelf: Shelf, key: Item): Promise<void> =>
  change(shelf, key, {
    UpdateExpression: 'SET sharing = :one ADD revision :one',
    ExpressionAttributeValues: { ':one': number(1) },
  });

/** Each is lost to another writer, who has noted something himself. */
const MOST_NOTINGS = 10;

/** Compared with what is noted already, and once more where somebody was there in between. */
export async function note(shelf: Shelf, key: Item, retrying: Retrying): Promise<void> {
  for (let attempt = 0; attempt < MOST_NOTINGS; attempt++) {
    const before = await notedAt(shelf, key);
    const stands = standing(before, retrying);
    if (stands === before || (await won(change(shelf, key, noting(stands, unlessNoted(before)))))) return;
  }
  throw new Error('a retry could not be noted');
}

async function notedAt({ client, table }: Shelf, key: Item): Promise<Retrying | undefined> {
  const [found] = await batchGet(client, [{ table, key }]);
  return found && deliveryOf(found.item).retrying;
}

/**
 * Of two notes the one that reaches further: it has raised the revision, and keeps what it says until later. But what was
 * put back and has been tried since is said to have been tried. The attempts are the most that either tells of, and it was
 * last tried when the later of the two says.
 */
function standing(before: Retrying | undefined, retrying: Retrying): Retrying {
  if (!before) return retrying;
  const stays = before.until >= retrying.until && before.reason !== REQUEUED;
  if (stays && before.attempts >= retrying.attempts) return before;
  const attempts = Math.max(before.attempts, retrying.attempts);
  return { ...(stays ? before : retrying), ...lastTried(before, retrying), attempts };
}

/** Of notes that tell of no attempts none says when. */
function lastTried(...notes: readonly Retrying[]): Partial<Pick<Retrying, 'at'>> {
  const times = notes.filter(({ attempts }) => attempts > 0).map(({ at }) => at);
  const at = times.sort().at(-1);
  return at === undefined ? {} : { at };
}

/** Notes what is about to be put back, where nobody has been at it since it was read. */
export const putBack = (
  shelf: Shelf,
  { subject, destination, revision }: Pick<DeliveryItem, 'subject' | 'destination' | 'revision'>,
  retrying: Retrying,
): Promise<boolean> =>
  won(change(shelf, deliveryKey(subject, destination), noting(retrying, unlessChanged(revision))));

type Condition = Required<Pick<Expression, 'ConditionExpression'>> &
  Pick<Expression, 'ExpressionAttributeValues'>;

const noting = (
  retrying: Retrying,
  { ConditionExpression, ExpressionAttributeValues }: Condition,
): Expression => ({
  UpdateExpression: 'SET retrying = :retrying, busy = :until ADD revision :one',
  ConditionExpression,
  ExpressionAttributeValues: {
    ':retrying': text(retryingText(retrying)),
    ':until': text(retrying.until),
    ':one': number(1),
    ...ExpressionAttributeValues,
  },
});

const unlessNoted = (before: Retrying | undefined): Condition =>
  before
    ? {
        ConditionExpression: 'retrying = :before',
        ExpressionAttributeValues: { ':before': text(retryingText(before)) },
      }
    : { ConditionExpression: 'attribute_not_exists(retrying)' };

const unlessChanged = (revision: number): Condition =>
  revision === 0
    ? { ConditionExpression: 'attribute_not_exists(revision)' }
    : {
        ConditionExpression: 'revision = :read',
        ExpressionAttributeValues: { ':read': number(revision) },
      };
