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
  /** Encrypts packs at rest. */
  readonly dataKey: IKey;
}

/** What the names of archived files begin with. */
const FOLDERS = ['checkpoints', 'leaves', 'counts', 'certificates'] as const;
export type ArchiveFolder = (typeof FOLDERS)[number];

const YEAR = 365;
/** How long a pack that was asked for can be fetched, or made. */
const PACK_DAYS = 7;
/** A trial's files go by themselves, and not while it is looked at: nothing can be proved with fewer than all of them. */
const TRIAL_DAYS = 90;
const LOG_DAYS = 90;

/**
 * What the record is proved by: the key that signs, the archive, whose files nobody can delete before their time (Object Lock
 * in compliance mode), and a bucket for packs, which must be able to go. Buckets stay when the stack goes: CloudFormation
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
    if (!props.ephemeral) this.archive.addToResourcePolicy(neverGone(this.archive));
    this.packs = this.bucket('Packs', {
      ...this.logged('packs'),
      encryption: BucketEncryption.KMS,
      encryptionKey: props.dataKey,
      bucketKeyEnabled: true,
      lifecycleRules: [
        {
          expiration: Duration.days(PACK_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(PACK_DAYS),
        },
      ],
    });
  }

  /** The wildcards that stand for the files of these buckets, as cdk-nag names them in a stack inside this one. */
  get findings(): readonly string[] {
    const folders = FOLDERS.map((folder) => ({ bucket: this.archive, files: `${folder}/*` }));
    const whole = [this.archive, this.packs].map((bucket) => ({ bucket, files: '*' }));
    return [...whole, ...folders].map(({ bucket, files }) => {
      const id = Names.nodeUniqueId(bucket.node.findChild('Resource').node);
      return `AwsSolutions-IAM5[Resource::<referenceto${id}Arn>/${files}]`;
    });
  }

  /**
   * A trial's files are locked for a day, and whoever may bypass governance can delete them before. S3's own key encrypts them:
   * they hold ids, times and digests, and under a key of this account they would be lost with it.
   */
  private locked(): Bucket {
    const { ephemeral, retentionYears } = this.props;
    return this.bucket('Archive', {
      ...this.logged('archive'),
      encryption: BucketEncryption.S3_MANAGED,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ephemeral
        ? ObjectLockRetention.governance(Duration.days(1))
        : ObjectLockRetention.compliance(Duration.days(retentionYears * YEAR)),
      ...(ephemeral && {
        lifecycleRules: [
          { expiration: Duration.days(TRIAL_DAYS), noncurrentVersionExpiration: Duration.days(1) },
        ],
      }),
    });
  }

  private logged(prefix: string): BucketProps {
    return { serverAccessLogsBucket: this.accessLogs, serverAccessLogsPrefix: `${prefix}/` };
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

/**
 * Nor makes anybody room for one: a delete that names no version puts a mark over a locked file, and its name is free again.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html (2026-11)
 */
const neverGone = (bucket: Bucket): PolicyStatement =>
  new PolicyStatement({
    sid: 'NeverGone',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
    resources: [bucket.arnForObjects('*')],
  });
