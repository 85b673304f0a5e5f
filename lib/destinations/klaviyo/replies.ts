import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';
import { isJson, objectsIn } from '../json.ts';

/**
 * A 204 takes effect at once, yet a job from before it may still be under way, and put people back on a list they have
 * just left: it is said once more when no such job can be left.
 */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status === 204) return TAKEN;
  if (status === 200 && !(isJson(body) && 'data' in body))
    return { kind: 'retry', reason: 'unreadable-reply' };
  if (status < 400 || status === 401 || status === 408 || status === 429 || status >= 500) return undefined;
  const errors = isJson(body) ? objectsIn(body['errors']) : undefined;
  return { kind: 'failed', reason: reasonOf(errors?.[0]?.['code'], `http-${status}`) };
}

const TAKEN: Outcome = { kind: 'delivered', appliedLater: true };
