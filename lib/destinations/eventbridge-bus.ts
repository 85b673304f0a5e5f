import * as z from 'zod';
import { EVENT_SOURCE } from '../domain/event.ts';
import { AwsSecret, awsCredentials, awsOutcome } from './aws.ts';
import { type Call, type Delivery, defineDestination } from './destination.ts';
import { split } from './eventbridge-bus/replies.ts';
import { Topics } from './webhook/preset.ts';

const ARN = /^arn:(aws[a-z-]*):events:([a-z]{2}(?:-[a-z]+)+-\d):(\d{12}):event-bus\/([.\-_A-Za-z0-9]+)$/;

const Settings = z.strictObject({
  bus: z
    .string()
    .regex(
      ARN,
      'the ARN of an event bus, such as arn:aws:events:eu-central-1:111122223333:event-bus/preferences',
    )
    .transform((arn) => {
      const [, partition = '', region = ''] = ARN.exec(arn) ?? [];
      return { arn, region, suffix: partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com' };
    })
    .describe('The ARN of the bus that events go to, in whichever account and region it is.'),
  source: z
    .string()
    .regex(/^(?!aws\.)[^\s].{0,255}$/, 'a source does not begin with aws.')
    .default(EVENT_SOURCE)
    .describe('What the events name as their source; rules on that bus go by it.'),
  topics: Topics,
});

/** Entries arrive as they are published on Heed's own bus, so that one rule fits both. */
function translate({ event }: Delivery, { bus, source }: z.output<typeof Settings>): readonly Call[] {
  const entry = {
    ...{ EventBusName: bus.arn, Source: source, DetailType: event.type, Detail: JSON.stringify(event) },
    /** Seconds, in AWS's JSON protocols. */
    Time: Date.parse(event.time) / 1000,
  };
  return [{ method: 'POST', path: '/', headers: HEADERS, items: [entry], wrap, split }];
}

const HEADERS = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' };

const wrap = (Entries: readonly unknown[]) => ({ Entries });

/** Another account's bus. Heed's own is there without a destination; this one is told, and known to have been told. */
export const eventbridgeBus = defineDestination({
  id: 'eventbridge-bus',
  title: 'Amazon EventBridge bus',
  kind: 'log',
  identifiedBy: [],
  channels: 'all',
  limits: { perSecond: 50, concurrency: 4, batch: 10, settleAfter: 0 },
  impact: 'the systems behind the other account’s bus go on with preferences that people have changed since',
  settings: Settings,
  secret: AwsSecret,
  topics: ({ topics }) => topics,
  endpoint: ({ bus }) => `https://events.${bus.region}.${bus.suffix}`,
  auth: {
    kind: 'sigv4',
    service: 'events',
    region: ({ bus }) => bus.region,
    credentials: awsCredentials,
  },
  translate,
  interpret: awsOutcome,
  permissions: ({ bus }) => [{ actions: ['events:PutEvents'], resources: [bus.arn] }],
});
