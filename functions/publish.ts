import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { changedIn, versionIn } from '../lib/aws/stream-record.ts';
import { type PublishPorts, publish } from '../lib/flow/publish.ts';
import { bus, catalogue, clock, log, onLambda } from './app.ts';
import { metricLine, printLine, type WriteLine } from './middleware/line.ts';
import { worker } from './middleware/worker.ts';

/**
 * Stream to bus. Names the first version that could not be published; those after it come again with it. A version that was changed
 * or taken away is told to operators.
 */
export const publisher = (ports: PublishPorts, line: WriteLine = printLine) =>
  worker<DynamoDBStreamEvent, DynamoDBBatchResponse>('publish', line).handler(async ({ Records }) => {
    tellChanged(Records, { now: ports.clock.now(), line });
    const found = Records.map((record) => ({ record, version: versionIn(record) }));
    const poison = found.findIndex(({ version }) => version === 'unreadable');
    const readable = poison < 0 ? found : found.slice(0, poison);
    const versions = readable.flatMap(({ record, version }) =>
      typeof version === 'object' ? [{ record, version }] : [],
    );
    const taken = await publish(ports)(versions.map(({ version }) => version));
    const refused = versions.find((_, i) => !taken[i]) ?? found[poison];
    const itemIdentifier = refused?.record.dynamodb?.SequenceNumber;
    return { batchItemFailures: itemIdentifier ? [{ itemIdentifier }] : [] };
  });

function tellChanged(
  records: readonly DynamoDBRecord[],
  { now, line }: { readonly now: number; readonly line: WriteLine },
): void {
  const changed = records.flatMap((record) => changedIn(record) ?? []);
  for (const one of changed) line({ level: 'error', message: 'changed', function: 'publish', ...one });
  if (changed.length > 0) line(metricLine(now, { function: 'publish' }, { Changed: changed.length }));
}

export const handler = onLambda(() => publisher({ catalogue, clock, bus: bus(), log: log() }));
