import * as z from 'zod';
import { advance, type ErasePorts } from '../lib/flow/erase.ts';
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

/** Takes every open erasure as far as it goes now. One that fails keeps no other waiting. */
export const eraser = ({ ports, line = printLine }: ErasuresApp) =>
  worker<unknown, void>('erasures', line).handler(async (event) => {
    const { rest = ports.rest } = Event.parse(event);
    const failures: unknown[] = [];
    for (const subject of await ports.cases.open()) {
      try {
        await advance({ ...ports, rest })(subject);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  });

/** What the stack deploys, with what it must know of the lanes. */
export const handlerWith = (lanes: readonly LaneFacts[]) =>
  onLambda(() => eraser({ ports: erasePorts(toldIn(lanes)) }));
