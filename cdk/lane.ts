import { Duration, NestedStack, type NestedStackProps } from 'aws-cdk-lib';
import { CfnRule, type IEventBus } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { FunctionSpec } from '../functions/registry.ts';
import type { Grantable, Permission } from './grants.ts';
import { type CodeOf, Handler } from './handler.ts';
import { type Names, reachOne } from './names.ts';
import { schedulePolls } from './polls.ts';
import type { Storage } from './storage.ts';
import { type Alarms, heedMetric, queueMetric, type Watch } from './watching.ts';

/** What the stack must know of a destination. `pattern` is the EventBridge pattern of the events it cares about. */
export interface LaneSpec {
  readonly id: string;
  readonly title: string;
  readonly impact: string;
  readonly limits: {
    readonly perSecond: number;
    readonly concurrency: number;
    readonly batch: number;
    readonly settleAfter: number;
  };
  readonly pattern: object;
  /** What its worker must be allowed to do in AWS itself, where the destination is AWS. */
  readonly permissions: readonly Permission[];
  /** Minutes between two polls of its own unsubscribes; missing where it sends notices, or nothing. */
  readonly pollEvery?: number;
}

export interface LaneProps extends NestedStackProps {
  readonly destination: LaneSpec;
  readonly names: Names;
  readonly storage: Storage;
  readonly bus: IEventBus;
  readonly alarms: Alarms;
  readonly grantable: Grantable;
  readonly deliver: FunctionSpec;
  readonly deadLetters: FunctionSpec;
  readonly poll: FunctionSpec;
  readonly codeOf: CodeOf;
  readonly environment: Readonly<Record<string, string>>;
}

const FORTNIGHT = Duration.days(14);
/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html (event pattern size, 2026-07). */
const PATTERN_LIMIT = 2048;
/** SQS takes the most it can; age decides when a message is given up, not its count. */
const MAX_RECEIVES = 1000;

const patternOf = (destination: LaneSpec): object => {
  const size = JSON.stringify(destination.pattern).length;
  if (size <= PATTERN_LIMIT) return destination.pattern;
  throw new Error(
    `The event pattern of destination ${destination.id} has ${size} characters; EventBridge takes ${PATTERN_LIMIT}.`,
  );
};

const permissionsOf = ({ id, permissions }: LaneSpec): readonly Permission[] => {
  const wild = permissions.flatMap(({ actions, resources }) => [...actions, ...resources]);
  if (!wild.some((text) => text.includes('*'))) return permissions;
  throw new Error(`Destination ${id} asks for a wildcard: its permissions name each action and resource.`);
};

/** SQS waits for a full batch only where the vendor takes more than SQS hands over at once. */
const batching = (batch: number) =>
  batch > 10
    ? { batchSize: batch, maxBatchingWindow: Duration.seconds(1) }
    : { batchSize: batch > 1 ? batch : 10 };

/**
 * Everything one destination has to itself: rule, queue, dead letters, secret, its functions, alarms. A stack of its
 * own inside Heed's, so that the number of destinations is not bounded by the resources one stack may hold.
 */
export class Lane extends NestedStack {
  private readonly lane: LaneProps;

  constructor(scope: Construct, id: string, props: LaneProps) {
    super(scope, id, { description: `Heed lane: ${props.destination.title}` });
    this.lane = props;
    const { names, destination, storage } = props;
    const dead = this.deadLetterQueue();
    const queue = this.queue(dead);
    this.route(queue, dead);
    storage.destinationSecret(this, `${names.secretPrefix}${destination.id}`);
    this.consume(queue, dead);
    this.watch();
    const { pollEvery: minutes } = destination;
    if (minutes !== undefined) schedulePolls(this.handler(props.poll), { ...props, minutes });
  }

  private deadLetterQueue(): Queue {
    const { names, destination, deadLetters } = this.lane;
    return new Queue(this, 'DeadLetters', {
      queueName: `${names.deadLetterPrefix}${destination.id}`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: FORTNIGHT,
      visibilityTimeout: Duration.seconds(6 * deadLetters.timeoutSeconds),
    });
  }

  private queue(dead: Queue): Queue {
    const { names, destination, deliver } = this.lane;
    const { timeoutSeconds } = deliver;
    return new Queue(this, 'Queue', {
      queueName: `${names.lanePrefix}${destination.id}`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: FORTNIGHT,
      visibilityTimeout: Duration.seconds(
        Math.max(6 * timeoutSeconds, timeoutSeconds + destination.limits.settleAfter),
      ),
      deadLetterQueue: { queue: dead, maxReceiveCount: MAX_RECEIVES },
    });
  }

  /** What the rule cannot hand to the lane goes to the same dead letters: their function accounts for it too. */
  private route(queue: Queue, dead: Queue): void {
    const rule = new CfnRule(this, 'Rule', {
      description: `Changes that ${this.lane.destination.title} cares about`,
      eventBusName: this.lane.bus.eventBusName,
      eventPattern: patternOf(this.lane.destination),
      targets: [{ id: 'lane', arn: queue.queueArn, deadLetterConfig: { arn: dead.queueArn } }],
    });
    const bridge = new ServicePrincipal('events.amazonaws.com', {
      conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
    });
    queue.grantSendMessages(bridge);
    dead.grantSendMessages(bridge);
  }

  private consume(queue: Queue, dead: Queue): void {
    const { deliver, deadLetters, destination, alarms } = this.lane;
    const [sends, accounts] = [this.handler(deliver), this.handler(deadLetters)];
    sends.fn.addEventSource(
      new SqsEventSource(queue, {
        ...batching(destination.limits.batch),
        maxConcurrency: Math.max(2, destination.limits.concurrency),
        reportBatchItemFailures: true,
      }),
    );
    accounts.fn.addEventSource(new SqsEventSource(dead, { batchSize: 10, reportBatchItemFailures: true }));
    alarms.addErrors(sends, `${destination.id}/deliver`, `${destination.impact}: ${deliver.impact}`);
    alarms.addErrors(
      accounts,
      `${destination.id}/dead-letters`,
      `${destination.impact}: ${deadLetters.impact}`,
    );
  }

  private handler(spec: FunctionSpec): Handler {
    const { names, destination, grantable, codeOf, environment } = this.lane;
    return new Handler(this, spec.name, {
      spec,
      destination: destination.id,
      permissions: spec.trigger.kind === 'dead-letters' ? [] : permissionsOf(destination),
      codeOf,
      environment,
      grantable: { ...grantable, ...reachOne(names, destination.id) },
    });
  }

  private watch(): void {
    const { names, destination, alarms } = this.lane;
    const { id, impact, title } = destination;
    const watch = (
      name: string,
      rest: Pick<Watch, 'metric' | 'because' | 'periods'> & { readonly above: number },
    ) => alarms.add(this, name, { about: id, impact, ...rest });
    watch('Old', {
      metric: queueMetric('ApproximateAgeOfOldestMessage', `${names.lanePrefix}${id}`),
      above: 900,
      because: `a change has waited over 15 minutes for ${title}`,
    });
    watch('Dead', {
      metric: queueMetric('ApproximateNumberOfMessagesVisible', `${names.deadLetterPrefix}${id}`),
      above: 0,
      periods: 2,
      because: `dead letters of ${title} are not accounted for`,
    });
    watch('Gaps', {
      metric: heedMetric('Gaps', id),
      above: 0,
      periods: 3,
      because: `${title} has not answered some newest changes for 15 minutes`,
    });
    watch('Failed', {
      metric: heedMetric('Failed', id),
      above: 0,
      because: `${title} refused changes for good; they need us`,
    });
    watch('Held', {
      metric: heedMetric('Held', id),
      above: 0,
      periods: 12,
      because: `changes for ${title} have been held for an hour`,
    });
  }
}
