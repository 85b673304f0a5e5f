import * as z from 'zod';
import { advanceAll } from '../lib/flow/advance-erasures.ts';
import type { ErasePorts } from '../lib/flow/erase.ts';
import type { LaneFacts } from '../lib/flow/lane.ts';
import { toldIn } from '../lib/flow/read-deliveries.ts';
import { onLambda } from './app.ts';
import { printLine, type WriteLine } from './middleware/line.ts';
import { worker } from './middleware/worker.ts';
import { erasePorts } from './rights/ports.ts';

export interface ErasuresApp {
  readonly ports: ErasePorts;
  readonly line?: WriteLine;
}

/** Whoever runs it by hand and knows that nothing is on its way any more may shorten the rest, ms. */
const Event = z.object({ rest: z.int().nonnegative().exactOptional() }).catch({});

/** Takes every open erasure as far as it goes now, and fails where one did, or has waited for a destination almost to its end. */
export const eraser = ({ ports, line = printLine }: ErasuresApp) =>
  worker<unknown, void>('erasures', line).handler(async (event) => {
    const { rest = ports.rest } = Event.parse(event);
    const { failures, endingSoon } = await advanceAll({ ...ports, rest });
    for (const ending of endingSoon)
      line({ level: 'error', message: ENDS_SOON, function: 'erasures', ...ending });
    if (failures.length > 0) throw failures[0];
    if (endingSoon.length > 0) throw new Error(ENDS_SOON);
  });

const ENDS_SOON = 'an erasure ends soon: a destination has not answered';

/** What the stack deploys, with what it must know of the lanes. */
export const handlerWith = (lanes: readonly LaneFacts[]) =>
  onLambda(() => eraser({ ports: erasePorts(toldIn(lanes)) }));
