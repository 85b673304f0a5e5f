import type { WriteLine } from '../functions/middleware/line.ts';
import { rulePatternOf } from '../lib/flow/lanes.ts';
import type { App } from './app.ts';
import { catchUp, settleUp } from './catch-up.ts';
import { drain } from './drain.ts';
import type { Embedded } from './embedded.ts';
import { faultOf } from './fault.ts';
import { laneQueue } from './lane-queues.ts';
import { inTime, type Opened } from './opened.ts';
import { startPublishing } from './publishing.ts';
import { queueTarget } from './queue-target.ts';
import { queueClient } from './queues.ts';
import { startSchedules } from './schedules.ts';
import type { Stream } from './stream.ts';
import { startWorkers } from './workers.ts';

export interface FlowOptions {
  readonly app: App;
  readonly embedded: Embedded;
  readonly warn: (line: string) => void;
  /** Takes the functions' log lines. */
  readonly line: WriteLine;
}

/** A worker may hang on a vendor; longer than this a stop does not wait for it, ms. */
const LONGEST_STOP = 15_000;

/** Starts everything between the stored version and its vendors, what the last run left undone first. */
export async function startFlow(options: FlowOptions, opened: Opened): Promise<Stream> {
  const { app, embedded, warn, line } = options;
  const { queues, bus, journal, streamArn } = embedded;
  const client = queueClient(queues.endpoint);
  opened.add('the lanes’ client', () => client.destroy());
  for (const lane of app.laneList) {
    const { id } = lane.destination;
    const target = queueTarget({ client, queueUrl: laneQueue(queues, id).queueUrl });
    bus.addRule({ name: id, pattern: rulePatternOf(lane), target });
  }
  await catchUp(app, journal);
  const workers = startWorkers(app, { queues, client, warn, line });
  opened.add('the lanes', () => inTime(workers.stop(), LONGEST_STOP));
  const stream = startPublishing(app, { streamArn, journal, warn, line });
  opened.add('publishing', stream.stop);
  settleInTheBackground(options, opened);
  opened.add('what is under way', async () => {
    if (await drain({ app, stream, bus })) journal.drained();
  });
  const schedules = startSchedules(options);
  opened.add('the schedules', schedules.stop);
  return stream;
}

function settleInTheBackground({ app, embedded, warn }: FlowOptions, opened: Opened): void {
  const stopping = new AbortController();
  const settling = settleUp(app, embedded.journal, stopping.signal).catch((error: unknown) =>
    warn(`catching up: ${faultOf(error)}`),
  );
  opened.add('catching up', () => {
    stopping.abort();
    return settling;
  });
}
