import type { BatchCall, Destination, Reply, SingleCall } from '../destinations/destination.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Sent } from '../ports.ts';

const TRY_AGAIN = new Set([408, 425, 429]);

/** The vendor's gateway gave up; what is behind it may not have. */
const GATEWAY_TIMEOUT = 504;

/** What a vendor's answer, or its silence, amounts to. The call is asked first, then the destination, then the status. */
export function outcomeOfSent(
  destination: Destination,
  sent: Sent,
  now: number,
  call?: SingleCall | BatchCall,
): Outcome {
  if (sent.kind === 'unsent') return { kind: sent.lasting ? 'failed' : 'retry', reason: sent.reason };
  if (sent.kind === 'silence') {
    return {
      kind: 'retry',
      reason: sent.timedOut ? 'timed-out' : 'unreachable',
      ...(sent.timedOut && { timedOut: true }),
    };
  }
  const own = call && 'interpret' in call ? call.interpret?.(sent.reply) : undefined;
  return withWait(own ?? destination.interpret?.(sent.reply) ?? byStatus(sent.reply), sent.reply, now);
}

/** Whether the request may have left Heed: it was answered, or nobody knows what became of it. */
export const hasLeft = (sent: Sent): boolean =>
  sent.left ?? (sent.kind === 'reply' || (sent.kind === 'silence' && sent.timedOut));

function byStatus({ status }: Reply): Outcome {
  if (status >= 200 && status < 300)
    return { kind: 'delivered', ...(status === 202 && { appliedLater: true }) };
  if (status === GATEWAY_TIMEOUT) return { kind: 'retry', reason: 'timed-out', timedOut: true };
  if (TRY_AGAIN.has(status) || status >= 500) return { kind: 'retry', reason: `http-${status}` };
  return { kind: 'failed', reason: `http-${status}` };
}

/** A retry waits as long as the vendor asked for. */
function withWait(outcome: Outcome, reply: Reply, now: number): Outcome {
  if (outcome.kind !== 'retry' || outcome.after !== undefined) return outcome;
  const after = retryAfter(reply.headers['retry-after'], now);
  return after === undefined ? outcome : { ...outcome, after };
}

/** `Retry-After`: seconds, or an HTTP date (RFC 9110 section 10.2.3). */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}
