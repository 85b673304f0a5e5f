import { Duration } from 'aws-cdk-lib';
import { type IEventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { EVENT_SOURCE } from '../lib/domain/event.ts';
import type { Handler } from './handler.ts';
import type { Alarms } from './watching.ts';

export interface Subscribed {
  readonly bus: IEventBus;
  readonly alarms: Alarms;
}

/**
 * Hands each event of a type to a function. One that it fails on comes again twice within minutes (Lambda's own retries,
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html), one that it cannot be given for up to
 * a day; then it is a dead letter, and somebody is told.
 */
export function subscribe(handler: Handler, { bus, alarms }: Subscribed): void {
  const { spec, deadLetters } = handler;
  if (spec.trigger.kind !== 'subscriber' || !deadLetters) return;
  new Rule(handler, 'Rule', {
    eventBus: bus,
    description: `Events for ${spec.name}`,
    eventPattern: { source: [EVENT_SOURCE], detailType: [spec.trigger.event] },
    targets: [
      new LambdaFunction(handler.fn, {
        deadLetterQueue: deadLetters,
        retryAttempts: 185,
        maxEventAge: Duration.hours(24),
      }),
    ],
  });
  watch(handler, deadLetters, alarms);
}

const watch = (handler: Handler, deadLetters: IQueue, alarms: Alarms) =>
  alarms.add(handler, 'Dead', {
    about: handler.spec.name,
    metric: deadLetters.metricApproximateNumberOfMessagesVisible({
      statistic: 'Maximum',
      period: Duration.minutes(5),
    }),
    above: 0,
    impact: handler.spec.impact,
    because: `function ${handler.spec.name} gave up on an event, which waits among its dead letters`,
  });
