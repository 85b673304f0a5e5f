import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { AuditGrant } from '../audit-ports.ts';
import { type AuditGrantCase, auditGrantEnd, type GrantAct } from '../domain/audit-grant.ts';
import { toIso, toMs } from '../domain/time.ts';
import type { AuditGrantCases } from '../flow/audit-grants.ts';
import { won } from './conditional.ts';
import type { Shelf } from './dynamo.ts';
import { type Image, type Item, number, text, textIn, textOf } from './item.ts';
import { allOf } from './pages.ts';

/** Audit grants: one item each, in order of proposal, and beside it one for the person while it is approved. */
export function auditGrantsOn(client: DynamoDBClient, table: string): AuditGrantCases {
  const shelf: Shelf = { client, table };
  return {
    standing: (person, at) => standing(shelf, person, at),
    propose: async (grant) => {
      const ConditionExpression = 'attribute_not_exists(pk)';
      await client.send(new PutItemCommand({ TableName: table, Item: caseItem(grant), ConditionExpression }));
    },
    read: async (id) => {
      const Key = caseKey(id);
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
      return Item && caseOf(Item);
    },
    approve: (grant, act) => approve(shelf, grant, act),
    revoke: (grant, act) => revoke(shelf, grant, act),
    list: ({ below, limit }) => list(shelf, below, limit),
  };
}

const caseKey = (id: string): Item => ({ pk: text('GRANTS'), sk: text(id) });

const personKey = ({ person, id }: Pick<AuditGrantCase, 'person' | 'id'>): Item => ({
  pk: text(`GRANTS#P#${person}`),
  sk: text(id),
});

const actItem = (name: string, act: GrantAct | undefined): Item =>
  act ? { [`${name}At`]: text(act.at), [`${name}By`]: text(act.by) } : {};

function actOf(image: Image, name: string): GrantAct | undefined {
  const at = textIn(image, `${name}At`);
  return at === undefined ? undefined : { at, by: textOf(image, `${name}By`) };
}

const caseItem = (grant: AuditGrantCase): Item => ({
  ...caseKey(grant.id),
  person: text(grant.person),
  purpose: text(grant.purpose),
  ...(grant.reference !== undefined && { reference: text(grant.reference) }),
  ...(grant.subject !== undefined && { subject: text(grant.subject) }),
  until: text(grant.until),
  ...actItem('proposed', grant.proposed),
  ...actItem('approved', grant.approved),
  ...actItem('revoked', grant.revoked),
});

function caseOf(image: Image): AuditGrantCase {
  const subject = textIn(image, 'subject');
  const reference = textIn(image, 'reference');
  const approved = actOf(image, 'approved');
  const revoked = actOf(image, 'revoked');
  return {
    id: textOf(image, 'sk'),
    person: textOf(image, 'person'),
    purpose: textOf(image, 'purpose'),
    ...(reference !== undefined && { reference }),
    ...(subject !== undefined && { subject }),
    until: textOf(image, 'until'),
    proposed: { at: textOf(image, 'proposedAt'), by: textOf(image, 'proposedBy') },
    ...(approved && { approved }),
    ...(revoked && { revoked }),
  };
}

/** What the person may audit by. It may be dropped once it has ended; until then it is compared. */
const personItem = (grant: AuditGrantCase, from: string, until: string): Item => ({
  ...personKey(grant),
  purpose: text(grant.purpose),
  ...(grant.subject !== undefined && { subject: text(grant.subject) }),
  from: text(from),
  until: text(until),
  ttl: number(Math.ceil(toMs(until) / 1_000)),
});

async function standing(shelf: Shelf, person: string, at: number): Promise<readonly AuditGrant[]> {
  const found = await allOf(shelf, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': text(`GRANTS#P#${person}`) },
    ConsistentRead: true,
  });
  const now = toIso(at);
  return found.map((item) => grantOf(person, item)).filter(({ from, until }) => from <= now && now < until);
}

function grantOf(person: string, image: Image): AuditGrant {
  const subject = textIn(image, 'subject');
  return {
    ...{ id: textOf(image, 'sk'), person, purpose: textOf(image, 'purpose') },
    ...(subject !== undefined && { subject }),
    ...{ from: textOf(image, 'from'), until: textOf(image, 'until') },
  };
}

/** Of two who approve, or one who approves and one who revokes, one is first: the other finds it so. */
const approve = ({ client, table }: Shelf, grant: AuditGrantCase, act: GrantAct): Promise<boolean> =>
  won(
    client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          {
            Update: {
              TableName: table,
              Key: caseKey(grant.id),
              UpdateExpression: 'SET approvedAt = :at, approvedBy = :by',
              ConditionExpression:
                'attribute_exists(pk) AND attribute_not_exists(approvedAt) AND attribute_not_exists(revokedAt)',
              ExpressionAttributeValues: { ':at': text(act.at), ':by': text(act.by) },
            },
          },
          {
            Put: {
              TableName: table,
              Item: personItem(grant, act.at, auditGrantEnd({ ...grant, approved: act })),
            },
          },
        ],
      }),
    ),
  );

const revoke = ({ client, table }: Shelf, grant: AuditGrantCase, act: GrantAct): Promise<boolean> =>
  won(
    client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          {
            Update: {
              TableName: table,
              Key: caseKey(grant.id),
              UpdateExpression: 'SET revokedAt = :at, revokedBy = :by',
              ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(revokedAt)',
              ExpressionAttributeValues: { ':at': text(act.at), ':by': text(act.by) },
            },
          },
          { Delete: { TableName: table, Key: personKey(grant) } },
        ],
      }),
    ),
  );

const list = async (shelf: Shelf, below: string | undefined, limit: number) => {
  const found = await allOf(
    shelf,
    {
      KeyConditionExpression: below === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :below',
      ExpressionAttributeValues: {
        ':pk': text('GRANTS'),
        ...(below !== undefined && { ':below': text(below) }),
      },
      ScanIndexForward: false,
      ConsistentRead: true,
    },
    limit,
  );
  return found.map(caseOf);
};
