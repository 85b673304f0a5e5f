import * as z from 'zod';
import type { LaneFacts } from '../lib/flow/lane.ts';
import { type ReplayPorts, replay } from '../lib/flow/release.ts';
import { clock, lanePort, ledger, onLambda } from './app.ts';
import { WorkerFailed, worker } from './middleware/worker.ts';

/** What an operator sends: a lane, and which of its answers to send again. */
const Request = z.strictObject({
  destination: z.string(),
  outcomes: z
    .array(z.enum(['held', 'failed', 'needs-user-action']))
    .min(1)
    .default(['failed', 'held']),
});

/** Sends again what a lane failed or held; gives how many. */
export const replayer = (ports: ReplayPorts, lanes: readonly LaneFacts[]) =>
  worker<unknown, { readonly replayed: number }>('replay').handler(async (event) => {
    const request = Request.safeParse(event);
    if (!request.success) throw new WorkerFailed(z.prettifyError(request.error));
    const { destination, outcomes } = request.data;
    const lane = lanes.find((one) => one.destination.id === destination);
    if (!lane)
      throw new WorkerFailed(
        `there is no lane ${destination}; lanes are ${lanes.map((one) => one.destination.id).join(', ')}`,
      );
    return { replayed: await replay(ports, lane, { outcomes }) };
  });

/** What the stack deploys, with what it must know of the lanes. */
export const handlerWith = (lanes: readonly LaneFacts[]) =>
  onLambda(() => replayer({ clock, ledger: ledger(), lanes: lanePort() }, lanes));
