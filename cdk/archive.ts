import { Duration, Names, RemovalPolicy } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  ObjectLockRetention,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { HeedConfig } from '../lib/config.ts';

export type Proving = Pick<HeedConfig['audit'], 'retentionYears' | 'signingKey'>;

export interface ArchiveProps extends Proving {
  readonly ephemeral: boolean;
  /** Encrypts what is archived at rest. */
  readonly dataKey: IKey;
}

const YEAR = 365;
/** How long a pack that was asked for can be fetched. */
const PACK_DAYS = 7;
const LOG_DAYS = 90;

/**
 * What the record is proved by: the key that signs, the archive that nobody can delete from (not its owner either, in
 * compliance mode), and a bucket for packs, which must be able to go. Buckets stay when the stack goes: CloudFormation
 * deletes none that holds anything. Those of a trial empty themselves.
 */
export class Archive extends Construct {
  readonly signingKey: Key;
  readonly archive: Bucket;
  readonly packs: Bucket;
  private readonly accessLogs: Bucket;
  private readonly props: ArchiveProps;

  constructor(scope: Construct, id: string, props: ArchiveProps) {
    super(scope, id);
    this.props = props;
    this.signingKey = new Key(this, `SigningKey${props.signingKey}`, {
      description: 'Heed: signs checkpoints, manifests and certificates',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: props.ephemeral ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    this.accessLogs = this.bucket('AccessLogs', {
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: Duration.days(LOG_DAYS) }],
    });
    this.archive = this.locked();
    this.archive.addToResourcePolicy(onlyNew(this.archive));
    this.packs = this.sealed('Packs', {
      lifecycleRules: [
        {
          expiration: Duration.days(PACK_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
  }

  /** The wildcards that stand for the files of these buckets, as cdk-nag names them in a stack inside this one. */
  get findings(): readonly string[] {
    return [this.archive, this.packs].map(({ node }) => {
      const id = Names.nodeUniqueId(node.findChild('Resource').node);
      return `AwsSolutions-IAM5[Resource::<referenceto${id}Arn>/*]`;
    });
  }

  /** A trial's files are kept for a day, and whoever may bypass governance can delete them before. */
  private locked(): Bucket {
    const { ephemeral, retentionYears } = this.props;
    return this.sealed('Archive', {
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ephemeral
        ? ObjectLockRetention.governance(Duration.days(1))
        : ObjectLockRetention.compliance(Duration.days(retentionYears * YEAR)),
      ...(ephemeral && {
        lifecycleRules: [{ expiration: Duration.days(1), noncurrentVersionExpiration: Duration.days(1) }],
      }),
    });
  }

  private sealed(id: string, props: BucketProps): Bucket {
    return this.bucket(id, {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.props.dataKey,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: this.accessLogs,
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      ...props,
    });
  }

  private bucket(id: string, props: BucketProps): Bucket {
    return new Bucket(this, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
    });
  }
}

/**
 * Nobody puts a newer file over one that is there: a put must say that nothing has its name.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html (2026-11)
 */
const onlyNew = (bucket: Bucket): PolicyStatement =>
  new PolicyStatement({
    sid: 'OnlyNew',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('*')],
    conditions: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
  });
