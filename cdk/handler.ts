import { Duration, Fn, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as Lambda, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionSpec } from '../functions/registry.ts';
import type { Bundle } from './bundles.ts';
import { allow, type Grantable, grantsFor, type Permission } from './grants.ts';

export const LOG_RETENTION = RetentionDays.THREE_MONTHS;

/** The code of a function: `index.js`, which exports `handler`. */
export type CodeOf = (bundle: Bundle) => Code;

export interface HandlerProps {
  readonly spec: FunctionSpec;
  /** The destination it serves, where it serves one alone. */
  readonly destination?: string;
  /** Beyond its `needs`. */
  readonly permissions?: readonly Permission[];
  readonly codeOf: CodeOf;
  readonly environment: Readonly<Record<string, string>>;
  readonly grantable: Grantable;
}

/** An ARN in which `${AWS::AccountId}` and the like stand for what only the deployment knows. */
const written = (resource: string): string => (resource.includes('${') ? Fn.sub(resource) : resource);

/** One function with a role and log group of its own. It may do what its `needs` say, and nothing else. */
export class Handler extends Construct {
  readonly spec: FunctionSpec;
  readonly fn: Lambda;
  /** Where events go that a subscriber gave up on. */
  readonly deadLetters: Queue | undefined;

  constructor(scope: Construct, id: string, props: HandlerProps) {
    super(scope, id);
    const { spec, destination, permissions = [] } = props;
    this.spec = spec;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: LOG_RETENTION,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    for (const statement of grantsFor(spec.needs, props.grantable)) role.addToPolicy(statement);
    for (const { actions, resources } of permissions)
      role.addToPolicy(allow(actions, resources.map(written)));
    this.deadLetters = spec.trigger.kind === 'subscriber' ? this.deadLetterQueue() : undefined;
    this.fn = new Lambda(this, 'Function', {
      code: props.codeOf({ name: spec.name, ...(destination !== undefined && { destination }) }),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: spec.memoryMiB,
      timeout: Duration.seconds(spec.timeoutSeconds),
      tracing: Tracing.ACTIVE,
      environment: { ...props.environment },
      description: `${spec.name}: if it fails, ${spec.impact}`,
      logGroup,
      role,
      ...(this.deadLetters && { deadLetterQueue: this.deadLetters }),
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray (PutTraceSegments) and dynamodb:ListStreams accept no narrower resource.',
    });
  }

  private deadLetterQueue(): Queue {
    return new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
  }
}
