import type { SQSEvent } from 'aws-lambda';
import type { WriteLine } from '../functions/middleware/line.ts';
import { publisher } from '../functions/publish.ts';
import { republisher } from '../functions/republish.ts';
import type { App } from './app.ts';
import { contextFor } from './context.ts';
import { faultOf } from './fault.ts';
import type { Journal } from './journal.ts';
import { type Stream, startStream } from './stream.ts';
import type { StreamFailure } from './stream-batch.ts';

export interface PublishingOptions {
  readonly streamArn: string;
  readonly journal: Journal;
  readonly warn: (line: string) => void;
  readonly line: WriteLine;
}

/** From the stream of versions to the bus; what cannot be published is handed to the function that republishes. */
export function startPublishing(app: App, { streamArn, journal, warn, line }: PublishingOptions): Stream {
  const publish = publisher(app, warning(line, warn));
  const republish = republisher(app, line);
  return startStream({
    name: 'publish',
    client: app.streamsClient,
    streamArn,
    checkpoint: journal.checkpoint,
    batchSize: 100,
    bisectBatchOnError: true,
    maximumRetryAttempts: 10,
    handler: async (event) => publish(event, contextFor('publish')),
    onFailure: async (failure) => republish(queueEventOf(failure), contextFor('republish')),
    onError: (error) => warn(`publishing: ${faultOf(error)}`),
  });
}

/** What an alarm says on AWS. */
const warning =
  (line: WriteLine, warn: PublishingOptions['warn']): WriteLine =>
  (told) => {
    if (told['message'] === 'changed')
      warn(`a stored version was ${told['how']} in the table: ${told['of']}. Heed never does that.`);
    line(told);
  };

/** On AWS a failure notice reaches its function through a queue. */
const queueEventOf = (failure: StreamFailure): SQSEvent => ({
  Records: [
    {
      messageId: failure.requestContext.requestId,
      receiptHandle: '',
      body: JSON.stringify(failure),
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: String(Date.now()),
        SenderId: '',
        ApproximateFirstReceiveTimestamp: '',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: '',
      awsRegion: '',
    },
  ],
});
