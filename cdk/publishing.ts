import { Duration, Validations } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { BUS } from '../lib/flow/publish.ts';
import type { Handler } from './handler.ts';
import { type Alarms, functionMetric, heedMetric } from './watching.ts';

/** The bus internal systems subscribe to, with the last 30 days to replay from. */
export const publicBus = (scope: Construct, id: string, busName: string): EventBus => {
  const bus = new EventBus(scope, id, { eventBusName: busName, description: 'Changes of preferences' });
  bus.archive('Archive', {
    description: 'Every event of the last 30 days',
    eventPattern: { source: ['heed'] },
    retention: Duration.days(30),
  });
  return bus;
};

export interface PublishingProps {
  readonly records: Table;
  readonly publish: Handler;
  readonly republish: Handler;
  readonly alarms: Alarms;
}

/** From the table's stream to the bus, and the way round for what could not be published. */
export class Publishing extends Construct {
  constructor(scope: Construct, id: string, props: PublishingProps) {
    super(scope, id);
    const failures = this.failureQueue(props.republish);
    props.publish.fn.addEventSource(streamOf(props.records, failures));
    props.republish.fn.addEventSource(
      new SqsEventSource(failures, { batchSize: 10, reportBatchItemFailures: true }),
    );
    this.watch(props, failures);
  }

  private failureQueue(republish: Handler): Queue {
    const queue = new Queue(this, 'Failures', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.seconds(6 * republish.spec.timeoutSeconds),
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself where failures go; what never leaves it is found by reconcile, from the table.',
    });
    return queue;
  }

  private watch(props: PublishingProps, failures: Queue): void {
    const { alarms, publish, republish } = props;
    alarms.add(this, 'Behind', {
      about: publish.spec.name,
      metric: iteratorAge(publish),
      above: 60_000,
      impact: publish.spec.impact,
      because: 'publishing is over a minute behind the table',
    });
    alarms.add(this, 'Gaps', {
      about: publish.spec.name,
      metric: heedMetric('Gaps', BUS),
      above: 0,
      periods: 2,
      impact: publish.spec.impact,
      because: 'reconcile keeps finding versions that were never published',
    });
    alarms.add(this, 'Changed', {
      about: 'records',
      metric: functionMetric('Changed', publish.spec.name),
      above: 0,
      impact: 'what is stored of a person may not be what was recorded',
      because: 'somebody changed or deleted a stored version in the table, which Heed never does',
    });
    alarms.add(this, 'Forward', {
      about: 'records',
      metric: functionMetric('Forward', publish.spec.name),
      above: 0,
      impact:
        'what is recorded of a person from now on cannot be proved until the time that a version of hers is dated, and a stop dated before that may stop nothing',
      because: 'a version was written that is dated more than five minutes from now',
    });
    alarms.add(this, 'Isolated', {
      about: publish.spec.name,
      metric: failures.metricNumberOfMessagesSent({ statistic: 'Sum', period: Duration.minutes(5) }),
      above: 0,
      impact: publish.spec.impact,
      because: 'a change could not be published and was set aside, to be published from the table',
    });
    alarms.add(this, 'Stuck', {
      about: republish.spec.name,
      metric: failures.metricApproximateAgeOfOldestMessage({
        statistic: 'Maximum',
        period: Duration.minutes(5),
      }),
      above: 900,
      impact: republish.spec.impact,
      because: 'a change has been set aside for over 15 minutes',
    });
  }
}

const iteratorAge = (publish: Handler): Metric =>
  new Metric({
    namespace: 'AWS/Lambda',
    metricName: 'IteratorAge',
    dimensionsMap: { FunctionName: publish.fn.functionName },
    statistic: 'Maximum',
    period: Duration.minutes(5),
  });

const VERSIONS = { Keys: { sk: { S: FilterRule.beginsWith('V#') } } };

/**
 * New versions, and those that were changed or deleted, which is told. One batch at a time per shard: a subject's versions are different items, and more at a time would
 * let the second overtake the first. A poison record is cut out by halving, then by its position, and blocks nobody.
 */
const streamOf = (records: Table, failures: Queue): DynamoEventSource =>
  new DynamoEventSource(records, {
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 100,
    parallelizationFactor: 1,
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    retryAttempts: 5,
    maxRecordAge: Duration.hours(6),
    onFailure: new SqsDlq(failures),
    filters: [
      FilterCriteria.filter({
        eventName: FilterRule.isEqual('INSERT'),
        dynamodb: VERSIONS,
      }),
      FilterCriteria.filter({ eventName: FilterRule.or('MODIFY', 'REMOVE'), dynamodb: VERSIONS }),
    ],
  });
