import type { Lane } from '../lib/flow/lane.ts';
import { type PollPorts, poll } from '../lib/flow/poll.ts';
import { onLambda } from './app.ts';
import { pollPorts } from './lane-app.ts';
import { metricLine, printLine } from './middleware/line.ts';
import { worker } from './middleware/worker.ts';

/** Left for storing what the last answer taught, ms. */
const LAST_WRITES = 30_000;

/** Asks one destination for its own unsubscribes. A vendor out of reach is no error: the next run asks again. */
export const poller = (app: PollPorts, lane: Lane) =>
  worker<unknown, void>('poll', app.line).handler(async (_event, context) => {
    const { line = printLine } = app;
    const { id: destination } = lane.destination;
    const deadline = app.clock.now() + context.getRemainingTimeInMillis() - LAST_WRITES;
    const { behind, trouble, ...counts } = await poll({ ...app, line }, lane)(deadline);
    line(metricLine(app.clock.now(), { destination }, { Unheard: Math.floor(behind / 60_000) }));
    const level = trouble === undefined ? 'info' : 'warn';
    const reason = trouble !== undefined && { reason: trouble };
    line({ level, message: 'polled', function: 'poll', destination, ...counts, ...reason });
  });

/** What the stack deploys for one destination, the only one in its bundle. */
export const handlerFor = (lane: Lane) => onLambda(() => poller(pollPorts(lane), lane));
