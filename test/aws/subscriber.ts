import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';

const Heard = z.looseObject({
  'detail-type': z.string(),
  detail: z.looseObject({
    subject: z.string(),
    data: z.looseObject({ destination: z.string().optional() }),
  }),
});

/** What came over the bus: the event's type, and the destination where it is about one. */
export interface Event {
  readonly type: string;
  readonly subject: string;
  readonly destination: string | undefined;
}

/** An internal system that subscribes to the bus as any would: a rule and a queue of its own. */
export interface Subscriber {
  /** Everything heard so far. */
  readonly events: () => Promise<readonly Event[]>;
}

const allowing = (queueArn: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
      },
    ],
  });

const openQueue = async (client: SQSClient, name: string) => {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const arn = Attributes?.['QueueArn'] ?? '';
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: allowing(arn) } }));
  return { url: QueueUrl, arn };
};

const eventOf = (body: string | undefined): Event => {
  const { 'detail-type': type, detail } = Heard.parse(JSON.parse(body ?? ''));
  return { type, subject: detail.subject, destination: detail.data.destination };
};

/** Subscribes to all of Heed's events. What was heard stays hidden in the queue for as long as a scenario takes. */
export const subscribe = async (busName: string, name: string): Promise<Subscriber> => {
  const [queues, bus] = [new SQSClient({}), new EventBridgeClient({})];
  const queue = await openQueue(queues, name);
  const EventPattern = JSON.stringify({ source: ['heed'] });
  await bus.send(new PutRuleCommand({ Name: name, EventBusName: busName, EventPattern }));
  const Targets = [{ Id: 'queue', Arn: queue.arn }];
  await bus.send(new PutTargetsCommand({ Rule: name, EventBusName: busName, Targets }));
  const heard: Event[] = [];
  return {
    events: async () => {
      const { Messages = [] } = await queues.send(
        new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10, VisibilityTimeout: 900 }),
      );
      heard.push(...Messages.map(({ Body }) => eventOf(Body)));
      return heard;
    },
  };
};
