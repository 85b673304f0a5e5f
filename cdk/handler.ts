import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionSpec } from '../functions/registry.ts';
import { bundling } from './bundling.ts';
import { type Grantable, grantsFor } from './grants.ts';

export const LOG_RETENTION = RetentionDays.THREE_MONTHS;

const BUNDLING: BundlingOptions = {
  minify: bundling.minify,
  sourceMap: true,
  sourcesContent: false,
  target: bundling.target,
  format: OutputFormat.CJS,
  mainFields: [...bundling.mainFields],
  define: bundling.define,
  esbuildArgs: Object.fromEntries(
    Object.entries(bundling.alias).map(([name, file]) => [
      `--alias:${name}`,
      fileURLToPath(new URL(`../${file}`, import.meta.url)),
    ]),
  ),
  bundleAwsSDK: true,
  externalModules: [],
};

export interface HandlerProps {
  readonly spec: FunctionSpec;
  /** Path of the file that exports `handler`, from a function's name. */
  readonly entry: (name: string) => string;
  readonly environment: Readonly<Record<string, string>>;
  readonly grantable: Grantable;
}

/** One function with a role and log group of its own. It may do what its `needs` say, and nothing else. */
export class Handler extends Construct {
  readonly spec: FunctionSpec;
  readonly fn: NodejsFunction;

  constructor(scope: Construct, id: string, props: HandlerProps) {
    super(scope, id);
    const { spec } = props;
    this.spec = spec;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: LOG_RETENTION,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    for (const statement of grantsFor(spec.needs, props.grantable)) role.addToPolicy(statement);
    this.fn = new NodejsFunction(this, 'Function', {
      entry: props.entry(spec.name),
      handler: 'handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: spec.memoryMiB,
      timeout: Duration.seconds(spec.timeoutSeconds),
      tracing: Tracing.ACTIVE,
      environment: { ...props.environment },
      bundling: BUNDLING,
      awsSdkConnectionReuse: false,
      description: `${spec.name}: if it fails, ${spec.impact}`,
      logGroup,
      role,
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray (PutTraceSegments) and dynamodb:ListStreams accept no narrower resource.',
    });
  }
}
