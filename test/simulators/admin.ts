import * as z from 'zod';
import { type Answer, type Asked, jsonOf, type Simulator } from './simulator.ts';

const Failing = z.strictObject({ status: z.int().min(400).max(599), times: z.int().positive().optional() });

const NOTHING: Answer = { status: 204 };

/** Not of the vendor: what people and other processes may ask of a simulator over HTTP, by method and path. */
const ROUTES: Readonly<Record<string, (simulator: Simulator, asked: Asked) => Answer>> = {
  'GET /facts': ({ facts }) => ({ status: 200, body: facts() }),
  'POST /simulator/fail': ({ fail }, asked) => {
    const { data, error } = Failing.safeParse(jsonOf(asked));
    if (error) return { status: 400, body: { error: 'Send {"status": 503}, and "times" if not for good.' } };
    fail({ status: data.status, ...(data.times !== undefined && { times: data.times }) });
    return NOTHING;
  },
  'POST /simulator/heal': ({ heal }) => {
    heal();
    return NOTHING;
  },
};

/** Answers what is asked of the simulator itself; undefined for what is meant for the vendor. */
export const administer = (simulator: Simulator, asked: Asked): Answer | undefined =>
  ROUTES[`${asked.method} ${asked.path}`]?.(simulator, asked);
