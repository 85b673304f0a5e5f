import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { type TableIndex, type TableName, type TableSpec, tables } from '../lib/tables.ts';

export interface StorageProps {
  /** For trials: tables may be deleted, and go with the stack. */
  readonly ephemeral: boolean;
  readonly tokenSecret: string;
  readonly keywordSecret: string;
}

const text = (name: string) => ({ name, type: AttributeType.STRING });

const addIndex = (table: Table, index: TableIndex): void => {
  const keysOnly = index.carries.length === 0;
  table.addGlobalSecondaryIndex({
    indexName: index.name,
    partitionKey: text(index.partition),
    sortKey: text(index.sort),
    projectionType: keysOnly ? ProjectionType.KEYS_ONLY : ProjectionType.INCLUDE,
    ...(keysOnly ? {} : { nonKeyAttributes: [...index.carries] }),
  });
};

/** The four tables, the two keys and the seed of Heed's own tokens: all that must outlive a deployment. */
export class Storage extends Construct {
  readonly dataKey: Key;
  readonly wrappingKey: Key;
  readonly tables: Readonly<Record<TableName, Table>>;
  readonly tokenSecret: Secret;
  private readonly ephemeral: boolean;

  constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    this.ephemeral = props.ephemeral;
    this.dataKey = this.key('DataKey', 'Heed: records, deliveries, secrets and alarms at rest');
    this.wrappingKey = this.key('WrappingKey', 'Heed: wraps the service key; the keys table at rest');
    this.tables = {
      records: this.table('Records', tables.records, this.dataKey),
      deliveries: this.table('Deliveries', tables.deliveries, this.dataKey),
      keys: this.table('Keys', tables.keys, this.wrappingKey),
      audit: this.table('Audit', tables.audit, this.dataKey),
    };
    this.tokenSecret = this.tokens(props.tokenSecret);
    this.given(
      this,
      props.keywordSecret,
      'What carriers of text messages prove themselves by; see docs/signals.md',
    );
    Validations.of(this.tables.keys).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason:
        'A recovered table would bring back subject keys that were destroyed to erase what they sealed.',
    });
  }

  /** One destination's credentials. It starts empty, and a lane without credentials sends nothing. */
  destinationSecret(scope: Construct, name: string): Secret {
    return this.given(
      scope,
      name,
      'Credentials of a Heed destination; see docs/operations.md for what belongs in it',
    );
  }

  /** A secret that somebody else issues and an operator puts here. */
  private given(scope: Construct, name: string, description: string): Secret {
    const secret = new Secret(scope, 'Secret', {
      secretName: name,
      description,
      encryptionKey: this.dataKey,
      secretObjectValue: {},
      removalPolicy: this.removal(),
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The vendor issues these credentials; they are rotated there and put here by an operator.',
    });
    return secret;
  }

  private removal(): RemovalPolicy {
    return this.ephemeral ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
  }

  private key(id: string, description: string): Key {
    return new Key(this, id, { description, enableKeyRotation: true, removalPolicy: this.removal() });
  }

  private table(id: string, spec: TableSpec, encryptionKey: Key): Table {
    const table = new Table(this, id, {
      partitionKey: text(spec.partition),
      ...(spec.sort === undefined ? {} : { sortKey: text(spec.sort) }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: spec.recovery },
      deletionProtection: !this.ephemeral,
      removalPolicy: this.removal(),
      ...(spec.ttl === undefined ? {} : { timeToLiveAttribute: spec.ttl }),
      ...(spec.stream ? { stream: StreamViewType.NEW_IMAGE } : {}),
    });
    for (const index of spec.indexes) addIndex(table, index);
    for (const { name, sort } of spec.localIndexes ?? [])
      table.addLocalSecondaryIndex({
        indexName: name,
        sortKey: text(sort),
        projectionType: ProjectionType.KEYS_ONLY,
      });
    return table;
  }

  private tokens(secretName: string): Secret {
    const secret = new Secret(this, 'TokenSecret', {
      secretName,
      description: 'Seed of the keys that sign Heed tokens',
      encryptionKey: this.dataKey,
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'seed',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: this.removal(),
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Unsubscribe links must verify for 60 days or longer; rotation adds a seed beside the old one by hand.',
    });
    return secret;
  }
}
