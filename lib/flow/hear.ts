import type { InboundNotice } from '../destinations/destination.ts';
import type { Clock } from '../ports.ts';
import type { Lane } from './lane.ts';
import { type Received, type ReceivePorts, receive } from './receive.ts';

export interface HearPorts extends ReceivePorts {
  /** A destination's credentials, undefined where none are set; `afresh` where the ones kept may have changed. */
  readonly secretOf: (destination: string, afresh?: boolean) => Promise<unknown>;
}

type Sending = Pick<Lane, 'destination' | 'settings'>;

/** Receives a notice by the destination's secret: as it is kept, and where that proves nothing as it is now. */
export function hear(ports: HearPorts) {
  const take = receive(ports);
  const renewed = renewing(ports);
  return async (lane: Sending, notice: InboundNotice, deadline: number): Promise<Received> => {
    const { id, secret: schema } = lane.destination;
    const hearBy = async (raw: unknown): Promise<Received> => {
      const { success, data } = schema.safeParse(raw);
      return success ? take({ ...lane, secret: data }, notice, deadline) : NOT_SET;
    };
    const kept = await ports.secretOf(id);
    const received = await hearBy(kept);
    const now = isUnproved(received) ? await renewed(id, kept) : undefined;
    return now === undefined ? received : hearBy(now);
  };
}

const NOT_SET: Received = {
  ...{ kind: 'refused', status: 503, detail: 'This destination’s credentials are not set.' },
};

/** By the secret that was kept, which may be an old one. */
const isUnproved = (received: Received): boolean =>
  received === NOT_SET || (received.kind === 'refused' && received.status === 401);

/** One secret is read again at most so often, ms: whoever forges notices must not have it read for each. */
const REST = 30_000;

/**
 * Gives a destination's secret as it is now, if it is another than the one that was kept: a vendor signs with a new key
 * from the moment on that it has it. Undefined where it is the same, or was looked for a moment ago.
 */
export function renewing({
  secretOf,
  clock: { now },
}: Pick<HearPorts, 'secretOf'> & { readonly clock: Pick<Clock, 'now'> }) {
  const looked = new Map<string, number>();
  return async (destination: string, kept: unknown): Promise<unknown> => {
    if (now() - (looked.get(destination) ?? Number.NEGATIVE_INFINITY) < REST) return undefined;
    looked.set(destination, now());
    const found = await secretOf(destination, true);
    return JSON.stringify(found) === JSON.stringify(kept) ? undefined : found;
  };
}
