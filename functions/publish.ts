import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { changedIn, namedIn, versionIn } from '../lib/aws/stream-record.ts';
import { MINUTE, toMs } from '../lib/domain/time.ts';
import { type PublishPorts, publish } from '../lib/flow/publish.ts';
import { bus, catalogue, clock, log, onLambda } from './app.ts';
import { metricLine, printLine, type WriteLine } from './middleware/line.ts';
import { worker } from './middleware/worker.ts';

/**
 * Stream to bus. Names the first version that could not be published; those after it come again with it. A version that was changed
 * or taken away, or is dated forward, is told to operators.
 */
export const publisher = (ports: PublishPorts, line: WriteLine = printLine) =>
  worker<DynamoDBStreamEvent, DynamoDBBatchResponse>('publish', line).handler(async ({ Records }) => {
    const now = ports.clock.now();
    const changed = Records.flatMap((record) => changedIn(record) ?? []);
    tell('changed', changed, { now, line });
    const found = Records.map((record) => ({ record, version: versionIn(record) }));
    const poison = found.findIndex(({ version }) => version === 'unreadable');
    const readable = poison < 0 ? found : found.slice(0, poison);
    const versions = readable.flatMap(({ record, version }) =>
      typeof version === 'object' ? [{ record, version }] : [],
    );
    const forward = versions.filter(({ version }) => toMs(version.recordedAt) > now + CLOCKS_APART);
    tell(
      'forward',
      forward.map(({ record }) => ({ of: namedIn(record) })),
      { now, line },
    );
    const taken = await publish(ports)(versions.map(({ version }) => version));
    const refused = versions.find((_, i) => !taken[i]) ?? found[poison];
    const itemIdentifier = refused?.record.dynamodb?.SequenceNumber;
    return { batchItemFailures: itemIdentifier ? [{ itemIdentifier }] : [] };
  });

/** So far may the clocks be apart of who recorded a version and who publishes it, ms. */
const CLOCKS_APART = 5 * MINUTE;

/** Tells which versions are not as Heed leaves them: a line for each, and how many in a metric that an alarm hears. */
function tell(
  message: 'changed' | 'forward',
  found: readonly object[],
  { now, line }: { readonly now: number; readonly line: WriteLine },
): void {
  for (const one of found) line({ level: 'error', message, function: 'publish', ...one });
  const metric = message === 'changed' ? 'Changed' : 'Forward';
  if (found.length > 0) line(metricLine(now, { function: 'publish' }, { [metric]: found.length }));
}

export const handler = onLambda(() => publisher({ catalogue, clock, bus: bus(), log: log() }));
