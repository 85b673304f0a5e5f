import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';

const Errors = z.object({ errors: z.array(z.object({ code: z.unknown().optional() })).min(1) });
const Answer = z.object({ data: z.unknown() });

/**
 * A 204 takes effect at once, yet a job from before it may still be under way, and put people back on a list they have
 * just left: it is said once more when no such job can be left.
 */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status === 204) return { kind: 'delivered', appliedLater: true };
  if (status === 200 && !Answer.safeParse(body).success) return { kind: 'retry', reason: 'unreadable-reply' };
  if (status < 400 || status === 401 || status === 408 || status === 429 || status >= 500) return undefined;
  const [error] = Errors.safeParse(body).data?.errors ?? [];
  return { kind: 'failed', reason: reasonOf(error?.code, `http-${status}`) };
}
