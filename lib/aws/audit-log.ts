import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Audit, AuditLog, AuditPage, AuditsAsked } from '../audit-ports.ts';
import { putTogether } from './batch-write.ts';
import type { Shelf } from './dynamo.ts';
import { type Item, text, textOf } from './item.ts';
import { allOf } from './pages.ts';

/** Entries of a subject's list that are looked at in one request for those of one reader. */
const SIFTED = 200;
/** Such requests for one page: one that finds little ends early, and says where to go on. */
const MOST_SIFTED = 20;

/** The months in which anybody looked at anything. */
const MONTHS = 'AUDITS#MONTHS';

const ofMonth = (month: string): string => `AUDITS#${month}`;
const ofSubject = (subject: string): string => `AUDITS#S#${subject}`;
const ofPerson = (person: string): string => `AUDITS#P#${person}`;

const monthOf = (at: string): string => at.slice(0, 7);

/** A place in the log: later reads sort later. */
const placeOf = ({ at, id }: Audit): string => `${at}#${id}`;

const Written = z.object({
  ...{ id: z.string(), at: z.string(), operation: z.string(), rows: z.number(), status: z.number() },
  who: z.object({
    client: z.string(),
    issuer: z.string().exactOptional(),
    person: z.string().exactOptional(),
    grant: z.string().exactOptional(),
  }),
  subject: z.string().exactOptional(),
  query: z.record(z.string(), z.string()),
});

/**
 * The log of audits: each read is in the list of its month, of its reader, and of whom it was about: in all or in none. It is
 * put, never by `BatchWriteItem`, whose permission would be one to delete as well.
 */
export function auditLogOn(client: DynamoDBClient, table: string): AuditLog {
  const shelf: Shelf = { client, table };
  const months = new Set<string>();
  return {
    write: async (audit) => {
      const month = monthOf(audit.at);
      if (!months.has(month)) await client.send(monthPut(table, month));
      months.add(month);
      await putTogether(
        shelf,
        listsOf(audit).map((list) => entryItem(list, audit)),
      );
    },
    list: async (asked) => pageOf(asked, await found(shelf, asked)),
  };
}

/** By itself: two processes that note the first read of a month at once would break each other's transaction. */
const monthPut = (table: string, month: string) =>
  new PutItemCommand({ TableName: table, Item: { pk: text(MONTHS), sk: text(month) } });

function listsOf({ at, subject, who }: Audit): readonly string[] {
  const lists = [ofMonth(monthOf(at)), ofPerson(who.person ?? who.client)];
  return subject === undefined ? lists : [...lists, ofSubject(subject)];
}

const entryItem = (list: string, audit: Audit): Item => ({
  pk: text(list),
  sk: text(placeOf(audit)),
  audit: text(JSON.stringify(audit)),
});

const auditOf = (item: Item): Audit => Written.parse(JSON.parse(textOf(item, 'audit')));

interface Read {
  readonly audits: readonly Audit[];
  /** Place of the last entry looked at, where more may follow. */
  readonly stopped?: string;
}

/** One more than asked for, where there is one. */
async function found(shelf: Shelf, asked: AuditsAsked): Promise<Read> {
  const audits: Audit[] = [];
  for await (const list of listsFor(shelf, asked)) {
    const read = await readList(shelf, list, { asked, wanted: asked.limit + 1 - audits.length });
    audits.push(...read.audits);
    if (read.stopped !== undefined) return { audits, stopped: read.stopped };
    if (audits.length > asked.limit) break;
  }
  return { audits };
}

/** A subject's list is short: of what one person read about her, it is gone through instead of that person's. */
async function* listsFor(shelf: Shelf, { subject, person, after }: AuditsAsked): AsyncGenerator<string> {
  if (subject !== undefined) return yield ofSubject(subject);
  if (person !== undefined) return yield ofPerson(person);
  const latest = after === undefined ? '~' : monthOf(after);
  const months = await allOf(shelf, {
    KeyConditionExpression: 'pk = :pk AND sk <= :latest',
    ExpressionAttributeValues: { ':pk': text(MONTHS), ':latest': text(latest) },
    ScanIndexForward: false,
    ConsistentRead: true,
  });
  for (const month of months) yield ofMonth(textOf(month, 'sk'));
}

interface Reading {
  readonly asked: AuditsAsked;
  readonly wanted: number;
}

async function readList(shelf: Shelf, list: string, { asked, wanted }: Reading): Promise<Read> {
  const audits: Audit[] = [];
  const sifts = asked.subject !== undefined && asked.person !== undefined;
  let from: Item | undefined;
  for (let page = 0; page === 0 || (from && audits.length < wanted); page++) {
    if (from && page === MOST_SIFTED && sifts) return { audits, stopped: textOf(from, 'sk') };
    const limit = sifts ? SIFTED : wanted - audits.length;
    const { Items = [], LastEvaluatedKey } = await query(shelf, list, { after: asked.after, limit, from });
    audits.push(...Items.map(auditOf).filter((audit) => isBy(audit, asked.person)));
    from = LastEvaluatedKey;
  }
  return { audits };
}

interface Page {
  readonly after: string | undefined;
  readonly limit: number;
  readonly from: Item | undefined;
}

const query = ({ client, table }: Shelf, list: string, { after = '~', limit, from }: Page) =>
  client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND sk < :after',
      ExpressionAttributeValues: { ':pk': text(list), ':after': text(after) },
      ScanIndexForward: false,
      ConsistentRead: true,
      Limit: limit,
      ...(from && { ExclusiveStartKey: from }),
    }),
  );

const isBy = ({ who }: Audit, person: string | undefined): boolean =>
  person === undefined || person === (who.person ?? who.client);

function pageOf({ limit }: AuditsAsked, { audits, stopped }: Read): AuditPage {
  const page = audits.slice(0, limit);
  const last = page.at(-1);
  const next = last && audits.length > limit ? placeOf(last) : stopped;
  return { audits: page, ...(next !== undefined && { next }) };
}
