/**
 * The three tables, once: the stack (`cdk/`) and the local engine (`local/`) both derive theirs from here.
 * Every key is a string; which items a table holds is told by the prefixes of its keys.
 */

/** A global secondary index. It is sparse: an item without its keys is not in it. */
export interface TableIndex {
  readonly name: string;
  readonly partition: string;
  readonly sort: string;
  /** Attributes carried beside the keys. */
  readonly carries: readonly string[];
}

export interface TableSpec {
  readonly partition: string;
  readonly sort?: string;
  readonly indexes: readonly TableIndex[];
  /** A stream with the new image of every item: what `publish` reads. */
  readonly stream: boolean;
  /** Point-in-time recovery. Off where a deletion must be final. */
  readonly recovery: boolean;
  /** Attribute with the second after which an item may go. */
  readonly ttl?: string;
}

export type TableName = 'records' | 'deliveries' | 'keys';

export const tables: Readonly<Record<TableName, TableSpec>> = {
  /** Versions (`S#<subject>` / `V#0000000012`), identifiers, the identifier index. */
  records: {
    partition: 'pk',
    sort: 'sk',
    indexes: [
      /** `<minute>#<shard>` / `<recordedAt>#<subject>#<version>`: what was recorded when. */
      { name: 'byMinute', partition: 'minute', sort: 'at', carries: ['about'] },
      /** Newest versions with a grant that will run out. */
      { name: 'byExpiry', partition: 'expiryDay', sort: 'expiresAt', carries: [] },
    ],
    stream: true,
    recovery: true,
  },
  /** Delivery items, their older trail, marks of reconcile and of polls. */
  deliveries: {
    partition: 'pk',
    sort: 'sk',
    /** `<destination>#<outcome>`: the deliveries that are stuck, oldest first. */
    indexes: [{ name: 'byOutcome', partition: 'lane', sort: 'at', carries: [] }],
    stream: false,
    recovery: true,
    ttl: 'ttl',
  },
  /** Wrapped subject keys. No copy of any kind, so that destroying a key destroys what it sealed. */
  keys: { partition: 'pk', indexes: [], stream: false, recovery: false },
};

const hash = (name: string) => ({ AttributeName: name, KeyType: 'HASH' as const });
const range = (name: string) => ({ AttributeName: name, KeyType: 'RANGE' as const });

const keySchema = (partition: string, sort: string | undefined) =>
  sort === undefined ? [hash(partition)] : [hash(partition), range(sort)];

const projection = (carries: readonly string[]) =>
  carries.length === 0
    ? { ProjectionType: 'KEYS_ONLY' as const }
    : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...carries] };

const keyAttributes = (spec: TableSpec): readonly string[] => [
  ...new Set([
    spec.partition,
    ...(spec.sort === undefined ? [] : [spec.sort]),
    ...spec.indexes.flatMap((index) => [index.partition, index.sort]),
  ]),
];

const indexSchema = (index: TableIndex) => ({
  IndexName: index.name,
  KeySchema: keySchema(index.partition, index.sort),
  Projection: projection(index.carries),
});

/** The `CreateTable` request for a table. TTL and recovery are requests of their own: see its `TableSpec`. */
export const createTableRequest = (spec: TableSpec, tableName: string) => ({
  TableName: tableName,
  BillingMode: 'PAY_PER_REQUEST' as const,
  AttributeDefinitions: keyAttributes(spec).map((name) => ({
    AttributeName: name,
    AttributeType: 'S' as const,
  })),
  KeySchema: keySchema(spec.partition, spec.sort),
  ...(spec.indexes.length === 0 ? {} : { GlobalSecondaryIndexes: spec.indexes.map(indexSchema) }),
  ...(spec.stream
    ? { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' as const } }
    : {}),
});
