import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { toMs } from '../domain/time.ts';
import type { PackJob, PackJobs, PackNote } from '../flow/packs/job.ts';
import { batchPut } from './batch-write.ts';
import { won } from './conditional.ts';
import type { Shelf } from './dynamo.ts';
import { slicesOf } from './in-turn.ts';
import { type Item, number, numberIn, text, textIn, textOf } from './item.ts';
import { NotePiece, packJobOf } from './pack-item.ts';
import { allOf } from './pages.ts';

/** The job, its notes and its file are forgotten after a week. */
const KEPT_SECONDS = 7 * 86_400;

/** Bulk packs under way: an item for each, one in the list of open ones, and what each part holds. */
export function packJobsOn(client: DynamoDBClient, table: string): PackJobs {
  const shelf: Shelf = { client, table };
  return {
    add: async (job) => {
      const TransactItems = [jobItem(job), { ...openKey(job), id: text(job.id), ttl: ttlOf(job) }].map(
        (item) => ({ Put: { TableName: table, Item: item } }),
      );
      await client.send(new TransactWriteItemsCommand({ TransactItems }));
    },
    read: async (id) => {
      const Key = jobKey(id);
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
      return Item && packJobOf(textOf(Item, 'job'));
    },
    open: async () => {
      const found = await allOf(shelf, {
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': text(OPEN) },
        ConsistentRead: true,
      });
      return found.map((item) => textOf(item, 'id'));
    },
    save: (job) => won(save(shelf, job)),
    note: (job, part, note) => batchPut(shelf, noteItems(job, part, note)),
    notes: (id, parts) => notes(shelf, id, parts),
  };
}

const OPEN = 'PACKS#OPEN';

const jobKey = (id: string): Item => ({ pk: text(`PACK#${id}`), sk: text('JOB') });

const openKey = ({ createdAt, id }: PackJob): Item => ({ pk: text(OPEN), sk: text(`${createdAt}#${id}`) });

const ttlOf = ({ createdAt }: PackJob) => number(Math.floor(toMs(createdAt) / 1000) + KEPT_SECONDS);

const jobItem = (job: PackJob): Item => ({
  ...jobKey(job.id),
  job: text(JSON.stringify(job)),
  revision: number(job.revision),
  ttl: ttlOf(job),
});

/** One that is done or failed leaves the list in the same transaction. */
function save({ client, table }: Shelf, job: PackJob): Promise<unknown> {
  const put = {
    TableName: table,
    Item: jobItem(job),
    ConditionExpression: 'revision = :before',
    ExpressionAttributeValues: { ':before': number(job.revision - 1) },
  };
  if (job.state === 'waiting' || job.state === 'running') return client.send(new PutItemCommand(put));
  const closed = { Delete: { TableName: table, Key: openKey(job) } };
  return client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: put }, closed] }));
}

/** Entries in one item: it may have 400 KB. */
const MOST_ENTRIES = 1_000;

const padded = (part: number): string => String(part).padStart(6, '0');

/** Where the same part was noted before, what is left of that is beyond the `pieces` that count. */
function noteItems(job: PackJob, part: number, { tag, entries, checkpoints }: PackNote): readonly Item[] {
  const slices = slicesOf([...entries.map((entry) => ({ entry })), ...checkpoints], MOST_ENTRIES);
  const pieces = slices.length === 0 ? [[]] : slices;
  return pieces.map((slice, i) => ({
    pk: text(`PACK#${job.id}`),
    sk: text(`PART#${padded(part)}#${padded(i)}`),
    tag: text(tag),
    pieces: number(pieces.length),
    note: text(JSON.stringify(slice)),
    ttl: ttlOf(job),
  }));
}

async function notes(shelf: Shelf, id: string, parts: number): Promise<readonly PackNote[]> {
  const items = await allOf(shelf, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: {
      ':pk': text(`PACK#${id}`),
      ':first': text('PART#'),
      ':last': text(`PART#${padded(parts)}#~`),
    },
    ConsistentRead: true,
  });
  return Array.from({ length: parts }, (_, i) => noteOf(items, i + 1));
}

function noteOf(items: readonly Item[], part: number): PackNote {
  const first = `PART#${padded(part)}#`;
  const own = items.filter((item) => textIn(item, 'sk')?.startsWith(first));
  const pieces = own.slice(0, numberIn(own[0] ?? {}, 'pieces'));
  const held = pieces.flatMap((item) => NotePiece.parse(JSON.parse(textOf(item, 'note'))));
  return {
    tag: own[0] ? textOf(own[0], 'tag') : '',
    entries: held.flatMap((one) => (typeof one === 'number' ? [] : [one.entry])),
    checkpoints: held.filter((one) => typeof one === 'number'),
  };
}
