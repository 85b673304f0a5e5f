import { randomBytes } from 'node:crypto';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { changes } from '../functions/changes.ts';
import config from '../heed.config.ts';
import { dynamoClient } from '../lib/aws/dynamo.ts';
import { identifiersOn } from '../lib/aws/identifiers.ts';
import { ledgerOn } from '../lib/aws/ledger.ts';
import { recordsOn } from '../lib/aws/records.ts';
import { sealsOn } from '../lib/aws/seals.ts';
import { systemClock } from '../lib/aws/system-clock.ts';
import { versionKey } from '../lib/aws/version-item.ts';
import { type AcceptPorts, accept } from '../lib/flow/accept.ts';
import type { HttpEvent } from '../lib/http/message.ts';
import { mintToken, type OwnClaims } from '../lib/http/own-tokens.ts';
import { tokensOf } from '../lib/http/tokens.ts';
import { contextFor } from '../local/context.ts';
import { startDynamo } from '../local/dynamodb.ts';
import { loopback } from '../local/loopback.ts';
import { LOCAL_TABLES, openTables } from '../local/open-tables.ts';
import { localWrapping } from '../local/wrapping.ts';
import { type Aim, atLeast, type Report } from './report.ts';
import { type Contender, compare, type Measured, type Pace, rowOf } from './rounds.ts';
import { aChange, subjectOf } from './sample.ts';

const SUBJECTS = 2_000;
const CONCURRENCIES = [1, 16, 64];

/** Accepted changes a second next to bare puts of an item as large, on one engine, through one SDK client. */
export async function benchAccept({ rounds, window }: Pace): Promise<Report> {
  const dynamo = await startDynamo();
  await openTables(dynamo, (line) => console.error(line));
  const client = dynamoClient(loopback(dynamo.endpoint));
  const ports = portsOn(client);
  const bytes = await versionBytes(ports, client);
  const plain = new DynamoDBClient(loopback(dynamo.endpoint));
  const contenders = [
    barePut('bare PutItem', client, bytes),
    barePut('the same, SDK untuned', plain, bytes),
    flow(ports),
    ...(await handlers(ports)),
  ];
  const rows: Measured[] = [];
  for (const concurrency of CONCURRENCIES) {
    rows.push(...(await compare(contenders, { concurrency, rounds, window })));
  }
  client.destroy();
  plain.destroy();
  await dynamo.stop();
  return {
    tables: [{ title: `Accepted changes, and puts of an item of ${bytes} bytes`, rows: rows.map(rowOf) }],
    aims: ['accept', 'handler, one token', 'handler, a token each'].map((name) => aimOf(name, rows)),
  };
}

const aimOf = (name: string, rows: readonly Measured[]): Aim =>
  atLeast(
    `${name}: 0.4 of bare PutItem, by changes at once`,
    0.4,
    Object.fromEntries(rows.flatMap((row) => (row.name === name ? [[row.concurrency, row.ratio]] : []))),
  );

function portsOn(client: DynamoDBClient): AcceptPorts {
  const { records, deliveries, keys } = LOCAL_TABLES;
  const seals = sealsOn(client, keys, localWrapping(randomBytes(32)));
  return {
    catalogue: config.catalogue,
    clock: systemClock,
    records: recordsOn(client, records),
    identifiers: identifiersOn(client, records),
    seals,
    ledger: ledgerOn(client, { deliveries, records, seals }),
  };
}

/** Size of a version whose subject has spoken of every topic, as DynamoDB counts it. */
async function versionBytes(ports: AcceptPorts, client: DynamoDBClient): Promise<number> {
  const versions = Object.keys(config.topics).length;
  for (let turn = 0; turn < versions; turn++) await post(ports, 'measured', turn);
  const { Item = {} } = await client.send(
    new GetItemCommand({ TableName: LOCAL_TABLES.records, Key: versionKey('measured', versions) }),
  );
  return Object.entries(Item).reduce(
    (sum, [name, { S = '' }]) => sum + name.length + Buffer.byteLength(S),
    0,
  );
}

function barePut(name: string, client: DynamoDBClient, bytes: number): Contender {
  const document = 'x'.repeat(bytes - 'pksk'.length - 'document'.length - 40);
  return {
    name,
    act: (turn) =>
      client.send(
        new PutItemCommand({
          TableName: LOCAL_TABLES.records,
          Item: {
            pk: { S: subjectOf(name, turn, SUBJECTS) },
            sk: { S: `${turn}` },
            document: { S: document },
          },
        }),
      ),
  };
}

async function post(ports: AcceptPorts, subject: string, turn: number): Promise<void> {
  const accepted = await accept(ports)({ subject, body: aChange(turn), caller: { sources: ['*'] } });
  if (accepted.kind !== 'recorded') throw new Error(`a change was ${accepted.kind}`);
}

const flow = (ports: AcceptPorts): Contender => ({
  name: 'accept',
  act: (turn) => post(ports, subjectOf('flow', turn, SUBJECTS), Math.floor(turn / SUBJECTS)),
});

/** The function as Lambda calls it: with one system's token for all, and with every person's own. */
async function handlers(ports: AcceptPorts): Promise<readonly Contender[]> {
  const secret = { seed: randomBytes(32).toString('base64'), previous: [] };
  const tokens = tokensOf({ issuers: [], clock: systemClock, secret: async () => secret });
  /** Systems and people leave no trace in the log of audits. */
  const auditLog = { write: async () => undefined };
  const handler = changes({ ...ports, auditLog, tokens, line: (line) => void JSON.stringify(line) });
  const mint = (claims: OwnClaims) => mintToken(secret, claims, { at: Date.now() });
  const one = await mint({ purpose: 'access', sub: 'bench', scope: 'preferences:write', sources: ['*'] });
  const own = await Promise.all(
    Array.from({ length: PERSONS }, (_, i) =>
      mint({ purpose: 'preferences', sub: subjectOf('own', i, PERSONS) }),
    ),
  );
  const call = async (subject: string, token: string, turn: number): Promise<void> => {
    const { statusCode, body } = await handler(eventOf(subject, token, turn), contextFor('changes'));
    if (statusCode !== 201) throw new Error(`${statusCode} ${body}`);
  };
  return [
    {
      name: 'handler, one token',
      act: (turn) => call(subjectOf('one', turn, SUBJECTS), one, Math.floor(turn / SUBJECTS)),
    },
    {
      name: 'handler, a token each',
      act: (turn) =>
        call(subjectOf('own', turn, PERSONS), own[turn % PERSONS] ?? '', Math.floor(turn / PERSONS)),
    },
  ];
}

/** More people than there are tokens whose checks are remembered: each token is checked every time. */
const PERSONS = 4_000;

const eventOf = (subject: string, token: string, turn: number): HttpEvent => ({
  routeKey: 'POST /v1/subjects/{subject}/changes',
  rawPath: `/v1/subjects/${subject}/changes`,
  rawQueryString: '',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  pathParameters: { subject },
  body: JSON.stringify(aChange(turn)),
  isBase64Encoded: false,
});
