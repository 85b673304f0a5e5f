import middy from '@middy/core';
import * as z from 'zod';
import type { Lane } from '../lib/flow/lane.ts';
import { type ReleasePorts, replay } from '../lib/flow/release.ts';
import { lanePort, ledger, onLambda } from './app.ts';
import { lanes } from './lanes.ts';

/** What an operator sends: a lane, and which of its answers to send again. */
const Request = z.strictObject({
  destination: z.string(),
  outcomes: z
    .array(z.enum(['held', 'failed', 'needs-user-action']))
    .min(1)
    .default(['failed', 'held']),
});

/** Sends again what a lane failed or held; gives how many. */
export const replayer = (ports: Pick<ReleasePorts, 'ledger' | 'lanes'>, lanes: readonly Lane[]) =>
  middy<unknown, { readonly replayed: number }>().handler(async (event) => {
    const { destination, outcomes } = Request.parse(event);
    const lane = lanes.find((one) => one.destination.id === destination);
    if (!lane)
      throw new Error(
        `there is no lane ${destination}; lanes are ${lanes.map((one) => one.destination.id).join(', ')}`,
      );
    return { replayed: await replay(ports, lane, { outcomes }) };
  });

export const handler = onLambda(() => replayer({ ledger: ledger(), lanes: lanePort() }, lanes()));
