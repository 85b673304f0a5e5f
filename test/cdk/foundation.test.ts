import type { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { HeedStack } from '../../cdk/stack.ts';
import { told } from '../../functions/middleware/unexpected.ts';
import { functions, functionsFor, servesOneLane } from '../../functions/registry.ts';
import { aStack, propertiesOf, withNested } from './synth.ts';

const stack = aStack();
const template = Template.fromStack(stack);

const anEvent = {
  ...{ routeKey: 'GET /', rawPath: '/', rawQueryString: '', headers: {}, isBase64Encoded: false },
};

/** A log line that CloudWatch counts. */
const Counted = z.object({
  function: z.string(),
  Unexpected: z.literal(1),
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

/** Each is in the stack of its function. */
const routesOf = (of: HeedStack): readonly string[] =>
  withNested(of)
    .flatMap((each) => propertiesOf(each, 'AWS::ApiGatewayV2::Route'))
    .map((route) => String(route['RouteKey']));

/** The table whose logical id holds this word. */
const table = (word: string) => {
  const found = propertiesOf(stack, 'AWS::DynamoDB::Table').filter(({ id }) => id.includes(word));
  expect(found).toHaveLength(1);
  return found[0];
};

describe('tables', () => {
  test('only records have a stream, and it carries the new image', () => {
    expect(table('Records')).toMatchObject({ StreamSpecification: { StreamViewType: 'NEW_IMAGE' } });
    expect(table('Deliveries')).not.toHaveProperty('StreamSpecification');
    expect(table('Keys')).not.toHaveProperty('StreamSpecification');
  });

  test('a destroyed subject key cannot be recovered, records and deliveries can', () => {
    const recovery = (on: boolean) => ({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: on },
    });
    expect(table('Records')).toMatchObject(recovery(true));
    expect(table('Deliveries')).toMatchObject(recovery(true));
    expect(table('Keys')).toMatchObject(recovery(false));
  });

  test('each is on demand, under a customer-managed key, and protected from deletion', () => {
    template.allResourcesProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: Match.anyValue() },
      DeletionProtectionEnabled: true,
    });
    template.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Retain' });
    template.allResources('AWS::KMS::Key', { DeletionPolicy: 'Retain' });
  });

  test('subject keys lie under another key than what they unlock', () => {
    const keyOf = (word: string) => table(word)?.['SSESpecification'].KMSMasterKeyId;
    expect(keyOf('Records')).toEqual(keyOf('Deliveries'));
    expect(keyOf('Keys')).not.toEqual(keyOf('Records'));
  });

  test('a deployment for trial can be removed whole', () => {
    const trial = Template.fromStack(aStack({ ephemeral: true }));
    trial.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
    trial.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  });
});

describe('API', () => {
  test('has exactly the routes of the registry', () => {
    const declared = functions.flatMap(({ trigger }) =>
      trigger.kind === 'route' ? trigger.routes.map(({ method, path }) => `${method} ${path}`) : [],
    );
    expect(routesOf(stack).toSorted()).toEqual(declared.toSorted());
  });

  test('has no route to a page of one person where no preference centre is declared', () => {
    const without = aStack({ functions: functionsFor({}), confirmations: undefined });
    const routes = routesOf(without);
    expect(routes.filter((key) => / \/([puc]\/|v1\/preferences)/.test(key))).toEqual([]);
    expect(routes).toContain('GET /notices/{id}/{version}/{language}');
    expect(JSON.stringify(withNested(without).map((each) => Template.fromStack(each)))).not.toContain(
      'people cannot unsubscribe by the link',
    );
  });

  test('is throttled', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    });
  });

  test('logs neither paths nor queries nor addresses, which can hold tokens or tell who somebody is', () => {
    const [stage] = propertiesOf(stack, 'AWS::ApiGatewayV2::Stage');
    const logged = Object.values(JSON.parse(stage?.['AccessLogSettings'].Format));
    expect(logged).toContain('$context.routeKey');
    for (const secret of ['path', 'httpMethod', 'sourceIp', 'userAgent', 'query']) {
      expect(logged.join(' ')).not.toContain(secret);
    }
  });

  test('answers browsers of the allowed origins only', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
    const open = Template.fromStack(aStack({ allowedOrigins: ['https://acme.example'] }));
    open.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: Match.objectLike({ AllowOrigins: ['https://acme.example'] }),
    });
  });
});

describe('publishing', () => {
  test('reads of versions alone what is new, changed or deleted, one batch at a time, and isolates what fails', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      ParallelizationFactor: 1,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: Match.anyValue(),
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
      FilterCriteria: {
        Filters: [['INSERT'], ['MODIFY', 'REMOVE']].map((names) => ({
          Pattern: `{"eventName":${JSON.stringify(names)},"dynamodb":{"Keys":{"sk":{"S":[{"prefix":"V#"}]}}}}`,
        })),
      },
    });
  });

  test('keeps 30 days of events to replay', () => {
    template.hasResourceProperties('AWS::Events::Archive', { RetentionDays: 30 });
  });

  test('sounds when a change was set aside, and when nobody takes it up', () => {
    for (const metric of ['NumberOfMessagesSent', 'ApproximateAgeOfOldestMessage']) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        MetricName: metric,
        AlarmDescription: Match.stringLikeRegexp('^(changes are stored|a change that could not)'),
      });
    }
  });
});

describe('functions', () => {
  test('are all told where people and vendors reach the API: its own address, or the domain that stands before it', () => {
    const reachedAt = (of: Stack) =>
      propertiesOf(of, 'AWS::Lambda::Function').map((one) => one['Environment']?.Variables.HEED_PUBLIC_URL);
    const publicUrl = 'https://preferences.acme.example';
    const behind = aStack({ publicUrl });
    expect(new Set(withNested(behind).flatMap(reachedAt))).toEqual(new Set([publicUrl]));
    Template.fromStack(behind).hasOutput('PublicUrl', { Value: publicUrl });
    const own = new Set(reachedAt(stack).map((url) => JSON.stringify(url)));
    expect([...own]).toEqual([expect.stringContaining('"ApiEndpoint"')]);
  });

  test('run on arm64 and Node 24, are traced and have a log group that forgets', () => {
    const running = withNested(stack).filter((each) => each !== stack.answers);
    for (const each of running.map((one) => Template.fromStack(one))) {
      each.allResourcesProperties('AWS::Lambda::Function', {
        Architectures: ['arm64'],
        Runtime: 'nodejs24.x',
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogGroup: Match.anyValue() },
      });
      each.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    }
    const inAll = running.flatMap((one) => propertiesOf(one, 'AWS::Lambda::Function'));
    expect(inAll).toHaveLength(functions.filter(({ trigger }) => trigger.kind !== 'poller').length);
  });

  test('each has an alarm on errors that begins with what breaks for people', () => {
    const texts = [stack, stack.pages, stack.auditing]
      .flatMap((each) => propertiesOf(each, 'AWS::CloudWatch::Alarm'))
      .filter((alarm) => alarm['MetricName'] === 'Errors')
      .map((alarm) => String(alarm['AlarmDescription']));
    const own = functions.filter((spec) => !servesOneLane(spec));
    expect(texts).toHaveLength(own.length);
    for (const { impact } of own) expect(texts.some((text) => text.startsWith(impact))).toBe(true);
  });

  test('each that answers requests has an alarm on errors it answered, which are none to Lambda', () => {
    const answering = functions.filter(({ trigger }) => trigger.kind === 'route');
    const counted: unknown[] = [];
    for (const { name } of answering)
      told(name, (line) => void counted.push(line), { error: new Error('lost'), event: anEvent });
    const metrics = z.array(Counted).parse(counted);
    const alarms = propertiesOf(stack.answers, 'AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(answering.length);
    for (const [i, { name, impact }] of answering.entries()) {
      const alarm = alarms.find((one) => one['AlarmName'] === `Heed/${name}/unexpected`);
      expect(alarm?.['AlarmDescription'].startsWith(impact)).toBe(true);
      const [directive] = metrics[i]?._aws.CloudWatchMetrics ?? [];
      expect(alarm).toMatchObject({
        Namespace: directive?.Namespace,
        MetricName: directive?.Metrics[0]?.Name,
        Dimensions: [{ Name: directive?.Dimensions[0]?.[0], Value: metrics[i]?.function }],
        Threshold: 0,
      });
    }
  });

  test('each that runs by itself says how long it is that it has not', () => {
    const silent = [stack, stack.auditing]
      .flatMap((each) => propertiesOf(each, 'AWS::CloudWatch::Alarm'))
      .filter((alarm) => alarm['MetricName'] === 'Invocations');
    const scheduled = functions.filter(({ trigger }) => trigger.kind === 'schedule');
    expect(silent).toHaveLength(scheduled.length);
    for (const alarm of silent) {
      const minutes = (alarm['EvaluationPeriods'] * alarm['Period']) / 60;
      expect(alarm['AlarmDescription']).toContain(`has not run for ${minutes} minutes`);
    }
    for (const { name, trigger } of scheduled) {
      const alarm = silent.find((one) => one['AlarmName'] === `Heed/${name}/silent`);
      const turns = trigger.kind === 'schedule' ? 3 * trigger.minutes : 0;
      expect(alarm?.['EvaluationPeriods'] * 5).toBeGreaterThanOrEqual(turns);
    }
  });

  test('reconcile is missed when it does not run', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Invocations',
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanOrEqualToThreshold',
      Threshold: 0,
    });
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(5 minutes)' });
  });
});

test('every alarm tells one topic, which CloudWatch may publish to and nobody over plain HTTP', () => {
  for (const each of withNested(stack)) {
    Template.fromStack(each).resourceCountIs('AWS::SNS::Topic', each === stack ? 1 : 0);
    for (const alarm of propertiesOf(each, 'AWS::CloudWatch::Alarm')) {
      const topic = [{ Ref: expect.stringMatching(/AlarmsTopic[0-9A-F]{8}(Ref)?$/) }];
      expect(alarm).toMatchObject({ AlarmActions: topic, OKActions: topic });
    }
  }
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        Match.objectLike({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } }),
      ]),
    }),
  });
});

describe('the archive', () => {
  const bucketOf = (of: HeedStack, word: RegExp) =>
    propertiesOf(of, 'AWS::S3::Bucket').find(({ id }) => word.test(id));
  const rule = (of: HeedStack) => bucketOf(of, /^Archive[0-9A-F]{8}$/)?.['ObjectLockConfiguration'].Rule;

  test('keeps what is in it for as long as the configuration says, against everybody', () => {
    expect(rule(stack)).toEqual({ DefaultRetention: { Mode: 'COMPLIANCE', Days: 3650 } });
    const longer = aStack({ audit: { retentionYears: 12, signingKey: 1 } });
    expect(rule(longer)).toEqual({ DefaultRetention: { Mode: 'COMPLIANCE', Days: 4380 } });
    expect(bucketOf(stack, /^Archive[0-9A-F]{8}$/)?.['VersioningConfiguration']).toEqual({
      Status: 'Enabled',
    });
  });

  test('of a trial can be emptied after a day, and empties itself only once the trial is over', () => {
    const trial = aStack({ ephemeral: true });
    expect(rule(trial)).toEqual({ DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } });
    expect(bucketOf(trial, /^Archive[0-9A-F]{8}$/)?.['LifecycleConfiguration'].Rules).toMatchObject([
      { ExpirationInDays: 90, NoncurrentVersionExpiration: { NoncurrentDays: 1 } },
    ]);
    expect(bucketOf(stack, /^Archive[0-9A-F]{8}$/)).not.toHaveProperty('LifecycleConfiguration');
  });

  const statementOf = (of: HeedStack, sid: string) => {
    const [policy] = propertiesOf(of, 'AWS::S3::BucketPolicy').filter(({ id }) => /^ArchivePolicy/.test(id));
    const statements: readonly { readonly Sid?: string }[] = policy?.['PolicyDocument'].Statement;
    return statements.find(({ Sid }) => Sid === sid);
  };

  test('takes no newer file over one that is there', () => {
    expect(statementOf(stack, 'OnlyNew')).toMatchObject({
      ...{ Effect: 'Deny', Action: 's3:PutObject' },
      Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
    });
  });

  test('lets nobody put a delete mark over a file either, which would free its name; but for a trial’s', () => {
    const denied = statementOf(stack, 'NeverGone');
    expect(denied).toMatchObject({
      ...{ Effect: 'Deny', Principal: { AWS: '*' } },
      Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
    });
    expect(denied).not.toHaveProperty('Condition');
    expect(statementOf(aStack({ ephemeral: true }), 'NeverGone')).toBeUndefined();
  });

  test('is private like the packs, which go by themselves', () => {
    for (const word of [/^Archive[0-9A-F]{8}$/, /Packs/]) {
      expect(bucketOf(stack, word)).toMatchObject({
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
        LoggingConfiguration: { DestinationBucketName: expect.anything() },
      });
    }
    expect(bucketOf(stack, /Packs/)?.['LifecycleConfiguration'].Rules[0]).toMatchObject({
      ExpirationInDays: 7,
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    });
  });

  test('is encrypted under no key that could be deleted, as the packs are: it has to outlast all keys', () => {
    const encryptionOf = (word: RegExp) =>
      bucketOf(stack, word)?.['BucketEncryption'].ServerSideEncryptionConfiguration;
    expect(encryptionOf(/^Archive[0-9A-F]{8}$/)).toEqual([
      { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ]);
    expect(encryptionOf(/Packs/)).toMatchObject([
      { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true },
    ]);
  });

  test('is signed for by a key of its own, and a new one is made beside it', () => {
    const keysOf = (of: HeedStack) =>
      propertiesOf(of, 'AWS::KMS::Key').filter((key) => key['KeyUsage'] === 'SIGN_VERIFY');
    const [key, ...others] = keysOf(stack);
    expect(others).toEqual([]);
    expect(key?.['KeySpec']).toBe('ECC_NIST_P256');
    const [next] = keysOf(aStack({ audit: { retentionYears: 10, signingKey: 2 } }));
    expect(next?.id).not.toBe(key?.id);
  });
});
