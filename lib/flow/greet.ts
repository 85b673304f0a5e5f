import type { Ask, Destination, InboundNotice, Learned } from '../destinations/destination.ts';
import type { Clock } from '../ports.ts';
import type { Proving } from './proving.ts';

/**
 * What a vendor asks that gives its key only to an address that has answered; nothing it teaches is taken. Undefined:
 * nothing is asked, or asking is not allowed.
 */
export type Greet = (
  destination: Destination,
  proving: Pick<Proving, 'secret' | 'settings'>,
  notice: Pick<InboundNotice, 'body'>,
) => Learned | Busy | undefined;

/** Too many have asked by now. */
type Busy = { readonly kind: 'refused'; readonly status: 503; readonly detail: string };
const LATER: Busy = {
  ...{ kind: 'refused', status: 503, detail: 'Too many have asked to be answered; ask again.' },
};

/** Answered at most, for each destination and within so long, ms: anybody may pose as a vendor that has no key yet. */
const MOST = 5;
const WITHIN = 60_000;

export function greeter({ now }: Pick<Clock, 'now'>): Greet {
  const answered = new Map<string, readonly number[]>();
  const isAllowed = (id: string): boolean => {
    const recent = (answered.get(id) ?? []).filter((at) => now() - at < WITHIN);
    if (recent.length >= MOST) return false;
    answered.set(id, [...recent, now()]);
    return true;
  };
  return ({ id, receive }, { secret, settings }, { body }) => {
    if (!receive?.handshake || !('keys' in receive.signature)) return undefined;
    if (receive.signature.keys(secret).length > 0) return undefined;
    const asks = receive.handshake(jsonOf(body), settings);
    if (!asks) return undefined;
    if (!isAllowed(id)) return LATER;
    return { choices: [], asks: asks.map((ask) => ({ ...ask, learn: onlyRead(ask) })) };
  };
}

const onlyRead =
  ({ learn }: Ask): Ask['learn'] =>
  (reply) =>
    learn(reply) && { choices: [] };

/** Undefined where it is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
