import { Match, Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { describe, expect, test } from 'vitest';
import type { Bundle } from '../../cdk/bundles.ts';
import { functions } from '../../functions/registry.ts';
import { EXCHANGE_MS } from '../../lib/flow/lane.ts';
import { aDestination, aStack, propertiesOf } from './synth.ts';

const destination = aDestination();
const bulk = aDestination({
  id: 'bulk',
  impact: 'the bulk mailer goes on mailing',
  limits: { perSecond: 1, concurrency: 1, batch: 200, settleAfter: 900 },
});
const [lane, bulkLane] = aStack({ destinations: [destination, bulk] }).lanes;
if (lane === undefined || bulkLane === undefined) throw new Error('The stack has no lanes.');
const template = Template.fromStack(lane);
const bulkTemplate = Template.fromStack(bulkLane);

const deliver = functions.find(({ trigger }) => trigger.kind === 'lane');
/** Writing the delivery item, its retries included. */
const SETTLE_SECONDS = 10;

describe('time', () => {
  test('a request ends and is settled before its function does', () => {
    expect(EXCHANGE_MS / 1000 + SETTLE_SECONDS).toBeLessThan(deliver?.timeoutSeconds ?? 0);
  });

  test('a message stays hidden for at least six times as long as its function may run', () => {
    for (const word of ['acme-mail', 'bulk']) {
      const [queue] = propertiesOf(word === 'bulk' ? bulkLane : lane, 'AWS::SQS::Queue').filter(
        (each) => each['QueueName'] === `Heed-lane-${word}`,
      );
      expect(queue?.['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * (deliver?.timeoutSeconds ?? Infinity));
    }
  });

  test('a message stays hidden until a slow vendor has certainly applied what it took', () => {
    bulkTemplate.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'Heed-lane-bulk',
      VisibilityTimeout: 900 + (deliver?.timeoutSeconds ?? 0),
    });
  });

  test('age gives a message up, not count: 1,000 attempts, 14 days', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'Heed-lane-acme-mail',
      MessageRetentionPeriod: 14 * 24 * 3600,
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 1000 }),
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'Heed-dead-acme-mail',
      MessageRetentionPeriod: 14 * 24 * 3600,
    });
  });
});

describe('rule', () => {
  test('passes on what the destination cares about, word for word', () => {
    template.hasResourceProperties('AWS::Events::Rule', { EventPattern: destination.pattern });
  });

  test('gives what it cannot hand over to the dead letters, whose function accounts for it', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      Targets: [Match.objectLike({ DeadLetterConfig: { Arn: Match.anyValue() } })],
    });
    template.resourcePropertiesCountIs('AWS::Lambda::EventSourceMapping', { BatchSize: 10 }, 2);
  });

  test('with a pattern longer than EventBridge takes by default is refused at synth', () => {
    const topics = Array.from({ length: 200 }, (_, n) => `acme/topic-${n}`);
    const wordy = aDestination({ pattern: { source: ['heed'], detail: { data: { topics } } } });
    expect(() => aStack({ destinations: [wordy] })).toThrow(
      /pattern of destination acme-mail has \d+ characters/,
    );
  });
});

describe('deliver', () => {
  test('has the concurrency its vendor allows, and never less than two', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ScalingConfig: { MaximumConcurrency: 5 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    bulkTemplate.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });

  test('waits a moment for a batch only where the vendor takes more than ten at once', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ScalingConfig: Match.anyValue(),
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: Match.absent(),
    });
    bulkTemplate.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ScalingConfig: Match.anyValue(),
      BatchSize: 200,
      MaximumBatchingWindowInSeconds: 1,
    });
  });

  test('runs code of its own destination', () => {
    const asked: Bundle[] = [];
    aStack({
      destinations: [destination, bulk],
      codeOf: (one) => {
        asked.push(one);
        return Code.fromInline('exports.handler = async () => undefined;');
      },
    });
    const ofLanes = asked.filter((one) => one.destination !== undefined);
    expect(ofLanes).toEqual(
      ['acme-mail', 'bulk'].flatMap((id) => [
        { name: 'deliver', destination: id },
        { name: 'dead-letters', destination: id },
      ]),
    );
  });
});

test('credentials start empty, and an empty secret lets nothing out', () => {
  template.hasResourceProperties('AWS::SecretsManager::Secret', {
    Name: 'Heed/destinations/acme-mail',
    SecretString: '{}',
    KmsKeyId: Match.anyValue(),
  });
});

test('every alarm begins with what breaks for people', () => {
  const alarms = propertiesOf(lane, 'AWS::CloudWatch::Alarm');
  const metrics = alarms.map((alarm) => String(alarm['MetricName']));
  expect(metrics.toSorted()).toEqual([
    'ApproximateAgeOfOldestMessage',
    'ApproximateNumberOfMessagesVisible',
    'Errors',
    'Errors',
    'Failed',
    'Gaps',
    'Held',
  ]);
  for (const alarm of alarms) {
    expect(alarm['AlarmDescription']).toSatisfy((text: string) => text.startsWith(destination.impact));
    expect(alarm['AlarmActions']).toHaveLength(1);
  }
});

test('gaps, held and failed are read where reconcile writes them', () => {
  for (const metric of ['Gaps', 'Held', 'Failed']) {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'Heed',
      MetricName: metric,
      Dimensions: [{ Name: 'destination', Value: 'acme-mail' }],
    });
  }
});

describe('a destination that is polled', () => {
  const [polled] = aStack({ destinations: [aDestination({ pollEvery: 15 })] }).lanes;
  if (polled === undefined) throw new Error('The stack has no lanes.');
  const polledTemplate = Template.fromStack(polled);

  test('is asked as often as it says; any other never', () => {
    polledTemplate.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(15 minutes)' });
    polledTemplate.resourceCountIs('AWS::Lambda::Function', 3);
    template.resourceCountIs('AWS::Lambda::Function', 2);
  });

  test('is missed when nothing is heard of it, by alarms that begin with what breaks for people', () => {
    const alarms = propertiesOf(polled, 'AWS::CloudWatch::Alarm').filter((alarm) =>
      /\/(poll\/errors|unheard|silent)$/.test(String(alarm['AlarmName'])),
    );
    expect(alarms.map((alarm) => alarm['MetricName']).toSorted()).toEqual([
      'Errors',
      'Invocations',
      'Unheard',
    ]);
    for (const alarm of alarms)
      expect(alarm['AlarmDescription']).toMatch(/^an unsubscribe made at Acme Mail is not heard/);
  });

  test('is polled by a function that reaches that destination’s queue and credentials alone', () => {
    const [policy] = propertiesOf(polled, 'AWS::IAM::Policy').filter(({ id }) => id.startsWith('pollRole'));
    const reach = JSON.stringify(policy?.['PolicyDocument']);
    expect(reach).toContain('secret:Heed/destinations/acme-mail-??????');
    expect(reach).not.toMatch(/Heed-lane-\*|destinations\/\*/);
  });
});
