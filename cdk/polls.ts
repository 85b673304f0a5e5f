import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Handler } from './handler.ts';
import { type Alarms, heedMetric, threeTurns } from './watching.ts';

export interface Polls {
  readonly destination: { readonly id: string; readonly title: string };
  /** Between two. */
  readonly minutes: number;
  readonly alarms: Alarms;
}

/** So long nothing may be heard of a vendor, at the least, in minutes. */
const PATIENCE = 60;

/** Runs a destination's poll on a schedule. What it misses is what people said there, so its alarms say that. */
export function schedulePolls(handler: Handler, { destination, minutes, alarms }: Polls): void {
  const { id, title } = destination;
  new Rule(handler, 'Schedule', {
    schedule: Schedule.rate(Duration.minutes(minutes)),
    targets: [new LambdaFunction(handler.fn)],
  });
  const impact = `an unsubscribe made at ${title} is not heard, and the other systems go on sending`;
  alarms.addErrors(handler, `${id}/poll`, impact);
  const patience = Math.max(PATIENCE, 3 * minutes);
  alarms.add(handler, 'Unheard', {
    ...{ about: id, impact, metric: heedMetric('Unheard', id), above: patience },
    because: `${title} has not told everything that people unsubscribed from there for ${patience} minutes`,
  });
  const missed = threeTurns(minutes);
  alarms.add(handler, 'Silent', {
    ...{ about: id, impact, metric: handler.fn.metricInvocations({ period: Duration.minutes(5) }) },
    silence: true,
    periods: missed.periods,
    because: `${title} has not been asked for ${missed.minutes} minutes`,
  });
}
