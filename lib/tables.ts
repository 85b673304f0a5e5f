/**
 * The four tables, once: the stack (`cdk/`) and the local engine (`local/`) both derive theirs from here.
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

/** A local secondary index: another order of one partition, which can be read consistently. Sparse, keys alone. */
export type LocalIndex = Pick<TableIndex, 'name' | 'sort'>;

export interface TableSpec {
  readonly partition: string;
  readonly sort?: string;
  readonly indexes: readonly TableIndex[];
  /** They are made with their table: none can be added to one that exists. */
  readonly localIndexes?: readonly LocalIndex[];
  /** A stream with the new image of every item: what `publish` reads. */
  readonly stream: boolean;
  /** Point-in-time recovery. Off where a deletion must be final. */
  readonly recovery: boolean;
  /** Attribute with the second after which an item may go. */
  readonly ttl?: string;
}

export type TableName = 'records' | 'deliveries' | 'keys' | 'audit';

export const tables: Readonly<Record<TableName, TableSpec>> = {
  /** Versions (`S#<subject>` / `V#0000000012`), identifiers, the identifier index. */
  records: {
    partition: 'pk',
    sort: 'sk',
    indexes: [
      /** `<minute>#<shard>` / `<recordedAt>#<subject>#<version>`: what was recorded when. */
      { name: 'byMinute', partition: 'minute', sort: 'at', carries: ['about', 'digest', 'facts'] },
      /** Newest versions with a grant that will run out. */
      { name: 'byExpiry', partition: 'expiryDay', sort: 'expiresAt', carries: [] },
    ],
    /** Versions recorded long after what they tell of, by when that was (`late`). */
    localIndexes: [{ name: 'byLate', sort: 'late' }],
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
  /** What auditors search and what they did: entries of the search index, the log of audits, checkpoints, grants, cases. */
  audit: { partition: 'pk', sort: 'sk', indexes: [], stream: false, recovery: true, ttl: 'ttl' },
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
    ...(spec.localIndexes ?? []).map((index) => index.sort),
  ]),
];

const indexSchema = (index: TableIndex) => ({
  IndexName: index.name,
  KeySchema: keySchema(index.partition, index.sort),
  Projection: projection(index.carries),
});

const localIndexSchema = (partition: string, { name, sort }: LocalIndex) => ({
  IndexName: name,
  KeySchema: keySchema(partition, sort),
  Projection: projection([]),
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
  ...(spec.localIndexes && {
    LocalSecondaryIndexes: spec.localIndexes.map((index) => localIndexSchema(spec.partition, index)),
  }),
  ...(spec.stream
    ? { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' as const } }
    : {}),
});
