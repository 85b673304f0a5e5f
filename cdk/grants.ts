import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Need } from '../functions/registry.ts';
import { type TableName, tables } from '../lib/tables.ts';
import type { ArchiveFolder } from './archive.ts';
import type { Sending } from './mail.ts';
import type { Reach } from './names.ts';

/** Everything a need can be about. */
export interface Grantable extends Reach {
  readonly tables: Readonly<Record<TableName, Table>>;
  /** Encrypts records, deliveries and secrets at rest. */
  readonly dataKey: IKey;
  /** Encrypts the keys table, and wraps the service key. */
  readonly wrappingKey: IKey;
  /** Signs checkpoints and the like. */
  readonly signingKey: IKey;
  readonly archive: IBucket;
  readonly packs: IBucket;
  readonly bus: IEventBus;
  readonly tokenSecret: string;
  readonly keywordSecret: string;
  /** What messages are sent as; missing where none are. */
  readonly sending?: Sending;
}

type Grant = (to: Grantable) => readonly PolicyStatement[];

const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
/** Versions and keys are put, never updated; what is deleted from records is an entry of the index of identifiers. */
const WRITE: Readonly<Record<WrittenWhole, readonly string[]>> = {
  records: ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'],
  deliveries: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
  keys: ['dynamodb:PutItem'],
};

/** Tables whose writers may write any item. The auditors' is none: who notes a read there may let nobody in. */
type WrittenWhole = Exclude<TableName, 'audit'>;

/** Something a function may do in AWS that is no need of Heed's own. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

export const allow = (actions: readonly string[], resources: readonly string[]) =>
  new PolicyStatement({ actions: [...actions], resources: [...resources] });

/** Use of a key through one AWS service only: nobody decrypts with it directly. */
const throughService = (key: IKey, service: string, actions: readonly string[]) =>
  new PolicyStatement({
    actions: [...actions],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(key).region}.amazonaws.com` } },
  });

const keyOf = (to: Grantable, name: TableName): IKey => (name === 'keys' ? to.wrappingKey : to.dataKey);

/** The indexes by name: a wildcard would also allow those to come. */
const readable = (to: Grantable, name: TableName): readonly string[] => {
  const { tableArn } = to.tables[name];
  const { indexes, localIndexes = [] } = tables[name];
  return [tableArn, ...[...indexes, ...localIndexes].map((index) => `${tableArn}/index/${index.name}`)];
};

const reading =
  (name: TableName): Grant =>
  (to) => [allow(READ, readable(to, name)), throughService(keyOf(to, name), 'dynamodb', ['kms:Decrypt'])];

const sealing = (to: Grantable, name: TableName) =>
  throughService(keyOf(to, name), 'dynamodb', ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']);

const writing =
  (name: WrittenWhole): Grant =>
  (to) => [allow(WRITE[name], [to.tables[name].tableArn]), sealing(to, name)];

/** Writes into the auditors' table, of items whose partition is one of these. Such a key is in every request that writes. */
const writingUnder =
  (partitions: readonly string[], actions: readonly string[]): Grant =>
  (to) => [
    new PolicyStatement({
      actions: [...actions],
      resources: [to.tables.audit.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...partitions] } },
    }),
    sealing(to, 'audit'),
  ];

const secrets = (to: Grantable, arns: readonly string[]) => [
  allow(['secretsmanager:GetSecretValue'], arns),
  throughService(to.dataKey, 'secretsmanager', ['kms:Decrypt']),
];

/** Who may not list a bucket is not told that a file is missing, but that she may not see it. */
const fetching = (bucket: IBucket) => [
  allow(['s3:GetObject'], [bucket.arnForObjects('*')]),
  allow(['s3:ListBucket'], [bucket.bucketArn]),
];

/** Large packs are put in parts, which S3 reads back. */
const puttingPacks: Grant = (to) => [
  allow(['s3:PutObject', 's3:AbortMultipartUpload'], [to.packs.arnForObjects('*')]),
  throughService(to.dataKey, 's3', ['kms:GenerateDataKey', 'kms:Decrypt']),
];

/** Whoever signs certificates could sign a checkpoint too, but has nowhere to put it. */
const archiving =
  (...folders: readonly ArchiveFolder[]): Grant =>
  (to) => [
    allow(
      ['s3:PutObject'],
      folders.map((folder) => to.archive.arnForObjects(`${folder}/*`)),
    ),
  ];

/** The signing key, used directly, for one algorithm. */
const signing = ({ signingKey }: Grantable) =>
  new PolicyStatement({
    actions: ['kms:Sign'],
    resources: [signingKey.keyArn],
    conditions: { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } },
  });

const publicKey = ({ signingKey }: Grantable) => allow(['kms:GetPublicKey'], [signingKey.keyArn]);

/** The wrapping key, used directly: it wraps the service key. */
const serviceKey = (to: Grantable, action: string) => allow([action], [to.wrappingKey.keyArn]);

/** One sender's address, and no other of the same domain. */
const sendingAs = ({ from, resources }: Sending) =>
  new PolicyStatement({
    actions: ['ses:SendEmail'],
    resources: [...resources],
    conditions: { StringEquals: { 'ses:FromAddress': from } },
  });

const GRANTS: Readonly<Record<Need, Grant>> = {
  'records:read': reading('records'),
  'records:age': (to) => [allow(['dynamodb:DescribeTable'], [to.tables.records.tableArn])],
  'records:write': writing('records'),
  'deliveries:read': reading('deliveries'),
  'deliveries:write': writing('deliveries'),
  'audit:read': reading('audit'),
  'audit:note': writingUnder(['AUDITS#*'], ['dynamodb:PutItem']),
  'search:write': writingUnder(['F#*', 'M#search'], ['dynamodb:PutItem', 'dynamodb:BatchWriteItem']),
  'checkpoints:write': writingUnder(['CHECKPOINTS', 'CHECKPOINTS#*'], ['dynamodb:PutItem']),
  'pack-jobs:write': writingUnder(
    ['PACK#*', 'PACKS#OPEN'],
    ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
  ),
  'cases:write': writingUnder(
    ['CASE#*', 'CASES#OPEN'],
    ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'],
  ),
  'audit-grants:write': writingUnder(
    ['GRANTS', 'GRANTS#P#*'],
    ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
  ),
  /** Deleting a subject's key is what erases her. */
  'keys:destroy': (to) => [allow(['dynamodb:DeleteItem'], [to.tables.keys.tableArn])],
  'keys:read': (to) => [...reading('keys')(to), serviceKey(to, 'kms:Decrypt')],
  'keys:write': (to) => [...writing('keys')(to), serviceKey(to, 'kms:GenerateDataKey')],
  /** Files from before the archive was encrypted by S3's own key are under the data key. */
  'archive:read': (to) => [...fetching(to.archive), throughService(to.dataKey, 's3', ['kms:Decrypt'])],
  'checkpoints:archive': archiving('checkpoints', 'leaves', 'counts'),
  'certificates:archive': archiving('certificates'),
  'packs:read': (to) => [...fetching(to.packs), throughService(to.dataKey, 's3', ['kms:Decrypt'])],
  'packs:write': puttingPacks,
  sign: (to) => [signing(to), publicKey(to)],
  'signing-key:read': (to) => [publicKey(to)],
  'bus:publish': (to) => [allow(['events:PutEvents'], [to.bus.eventBusArn])],
  'lanes:send': (to) => [
    allow(
      ['sqs:SendMessage', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      to.queues,
    ),
  ],
  'tokens:read': (to) => secrets(to, [to.tokenSecret]),
  'mail:send': ({ sending }) => (sending ? [sendingAs(sending)] : []),
  'destination-secrets:read': (to) => secrets(to, to.secrets),
  'keyword-secret:read': (to) => secrets(to, [to.keywordSecret]),
};

/** The narrowest statements that satisfy a function's needs. */
export const grantsFor = (needs: readonly Need[], to: Grantable): readonly PolicyStatement[] =>
  needs.flatMap((need) => GRANTS[need](to));
