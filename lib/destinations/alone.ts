import type { Outcome } from '../domain/outcome.ts';
import type { Reply, SingleCall } from './destination.ts';

/**
 * A call whose refusal keeps nothing from those after it: where one of them stops, it must not wait for somebody to mend
 * what another was refused for. `read`: what its reply amounts to, undefined where that is left to the status.
 */
export const alone = (call: SingleCall, read: (reply: Reply) => Outcome | undefined): SingleCall => ({
  ...call,
  interpret: (reply) => {
    const outcome = read(reply);
    return outcome?.kind === 'failed' ? { kind: 'delivered' } : outcome;
  },
  next: (reply) => {
    const outcome = read(reply);
    return outcome?.kind === 'failed' ? [{ outcome }] : (call.next?.(reply) ?? []);
  },
});
