import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  TextWidget,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Handler } from './handler.ts';

const PERIOD = Duration.minutes(5);

/** What an alarm watches and what it says. `impact` comes first in its text: who is affected, in words. */
export type Watch = {
  /** The destination or function it is about. With the construct's id it makes the alarm's name. */
  readonly about: string;
  readonly metric: IMetric;
  readonly impact: string;
  readonly because: string;
  /** Five-minute periods in a row. */
  readonly periods?: number;
} & (
  | { /** It sounds above this; no data is no alarm. */ readonly above: number }
  | { /** It sounds when nothing happened. */ readonly silence: true }
);

/** What is silent for three turns: CloudWatch looks at five minutes at a time, so it may take longer to say so. */
export function threeTurns(minutes: number): { readonly periods: number; readonly minutes: number } {
  const periods = Math.ceil((3 * minutes) / 5);
  return { periods, minutes: 5 * periods };
}

const when = (watch: Watch) =>
  'silence' in watch
    ? {
        threshold: 0,
        comparisonOperator: ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      }
    : {
        threshold: watch.above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      };

/** Every alarm, and the one topic they all tell. Operators subscribe to it. */
export class Alarms extends Construct {
  readonly topic: ITopic;
  private readonly stackName: string;

  constructor(scope: Construct, id: string, key: Key) {
    super(scope, id);
    this.stackName = Stack.of(this).stackName;
    const cloudwatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    });
    key.grant(cloudwatch, 'kms:Decrypt', 'kms:GenerateDataKey*');
    this.topic = new Topic(this, 'Topic', { displayName: 'Heed alarms', masterKey: key, enforceSSL: true });
    this.topic.grantPublish(cloudwatch);
  }

  /** An alarm named `<stack>/<about>/<id>` that tells the topic when it sounds and when it is over. */
  add(scope: Construct, id: string, watch: Watch): Alarm {
    const { about, metric, impact, because, periods = 1 } = watch;
    const alarm = new Alarm(scope, id, {
      ...when(watch),
      alarmName: `${this.stackName}/${about}/${id.toLowerCase()}`,
      alarmDescription: `${impact}. Because: ${because}. See docs/operations.md.`,
      metric,
      evaluationPeriods: periods,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
    return alarm;
  }

  /** An alarm on any error of a function. */
  addErrors(handler: Handler, about = handler.spec.name, impact = handler.spec.impact): Alarm {
    return this.add(handler, 'Errors', {
      about,
      metric: handler.fn.metricErrors({ period: PERIOD }),
      above: 0,
      impact,
      because: `function ${handler.spec.name} failed in the last five minutes`,
    });
  }

  /** An alarm on each metric that a function tells of itself. */
  addWatched(handler: Handler): void {
    const { name, impact, watched = [] } = handler.spec;
    for (const { alarm, metric, above, periods, impact: own = impact } of watched)
      this.add(handler, `${alarm.slice(0, 1).toUpperCase()}${alarm.slice(1)}`, {
        ...{ about: name, metric: functionMetric(metric, name), above, periods, impact: own },
        because: `function ${name} has told ${metric} above ${above} for ${5 * periods} minutes`,
      });
  }
}

/** A metric that a function writes about itself. */
export const functionMetric = (metricName: string, name: string, statistic = 'Maximum'): Metric =>
  new Metric({
    namespace: 'Heed',
    metricName,
    dimensionsMap: { function: name },
    statistic,
    period: PERIOD,
  });

/** A metric that `reconcile`, or the destination's own poll, writes for each destination. */
export const heedMetric = (metricName: 'Gaps' | 'Held' | 'Failed' | 'Unheard', destination: string): Metric =>
  new Metric({
    namespace: 'Heed',
    metricName,
    dimensionsMap: { destination },
    statistic: 'Maximum',
    period: PERIOD,
  });

/** A queue's metric by the queue's name, so that a dashboard needs nothing from the lane's own stack. */
export const queueMetric = (
  metricName: 'ApproximateAgeOfOldestMessage' | 'ApproximateNumberOfMessagesVisible',
  queueName: string,
): Metric =>
  new Metric({
    namespace: 'AWS/SQS',
    metricName,
    dimensionsMap: { QueueName: queueName },
    statistic: 'Maximum',
    period: PERIOD,
  });

export interface DashboardProps {
  readonly handlers: readonly Handler[];
  readonly destinations: readonly string[];
  readonly lanePrefix: string;
  readonly apiId: string;
}

const graph = (title: string, left: readonly IMetric[]) =>
  new GraphWidget({ title, left: [...left], width: 12, height: 6 });

const apiMetric = (apiId: string, metricName: string, statistic: string): Metric =>
  new Metric({
    namespace: 'AWS/ApiGateway',
    metricName,
    dimensionsMap: { ApiId: apiId },
    statistic,
    period: PERIOD,
  });

/** One look tells whether every system has every change. */
export const dashboard = (scope: Construct, id: string, props: DashboardProps): Dashboard => {
  const { destinations, handlers, apiId } = props;
  const board = new Dashboard(scope, id, { defaultInterval: Duration.hours(3) });
  const heed = (name: 'Gaps' | 'Held' | 'Failed') =>
    destinations.map((each) => heedMetric(name, each).with({ label: each }));
  board.addWidgets(
    new TextWidget({
      markdown: '**Gaps** must be 0: each is a person whose newest choice a system has not answered.',
      width: 24,
      height: 1,
    }),
  );
  board.addWidgets(
    graph('Gaps by destination', heed('Gaps')),
    graph('Oldest message by lane (s)', ages(props)),
  );
  board.addWidgets(graph('Failed: needs us', heed('Failed')), graph('Held: waiting', heed('Held')));
  board.addWidgets(
    graph('Requests', [
      apiMetric(apiId, 'Count', 'Sum'),
      apiMetric(apiId, '4xx', 'Sum'),
      apiMetric(apiId, '5xx', 'Sum'),
    ]),
    graph('Latency (ms)', [apiMetric(apiId, 'Latency', 'p50'), apiMetric(apiId, 'Latency', 'p99')]),
  );
  board.addWidgets(
    graph(
      'Errors',
      handlers.map((each) => each.fn.metricErrors({ label: each.spec.name, period: PERIOD })),
    ),
    graph('Duration p99', durations(handlers)),
  );
  return board;
};

const ages = (props: DashboardProps): readonly IMetric[] =>
  props.destinations.map((each) =>
    queueMetric('ApproximateAgeOfOldestMessage', `${props.lanePrefix}${each}`),
  );

const durations = (handlers: readonly Handler[]): readonly IMetric[] =>
  handlers.map((each) => each.fn.metricDuration({ label: each.spec.name, statistic: 'p99', period: PERIOD }));
