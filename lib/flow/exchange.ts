import type { BatchCall, FollowUp, SingleCall } from '../destinations/destination.ts';
import type { Clock, Request, Sent, Vendor } from '../ports.ts';
import { EXCHANGE_MS } from './lane.ts';

export interface CallPorts {
  readonly vendor: Vendor;
  readonly clock: Clock;
}

export type ExchangePorts = CallPorts & { readonly deadline: number };

interface Asked {
  readonly call: SingleCall | BatchCall;
  /** Of a batch call: the items that go in this request. */
  readonly items: readonly unknown[];
  readonly id: string;
}

/** The vendor is still at it, and may have effect yet: as if it had not answered. */
const NOT_FINISHED: Sent = { kind: 'silence', timedOut: true };

/** Sends a call's request, and goes on asking where the vendor tells later how it went. */
export async function exchange(ports: ExchangePorts, { call, items, id }: Asked): Promise<Sent> {
  const { vendor, clock, deadline } = ports;
  let sent = await vendor.send(requestOf(call, items), id);
  for (;;) {
    const next = followUpTo(call, sent);
    if (!next) return sent;
    const { pause = 0, ...asking } = next;
    if (clock.now() + pause + EXCHANGE_MS > deadline) return NOT_FINISHED;
    if (pause > 0) await clock.sleep(pause);
    sent = await vendor.send(asking, id);
  }
}

/** A reader that throws met a reply nobody foresaw: nothing follows it, and it is read as it stands. */
function followUpTo(call: SingleCall | BatchCall, sent: Sent): FollowUp | undefined {
  try {
    return sent.kind === 'reply' ? call.follow?.(sent.reply) : undefined;
  } catch {
    return undefined;
  }
}

function requestOf(call: SingleCall | BatchCall, items: readonly unknown[]): Request {
  const { method, path, headers } = call;
  const body = 'items' in call ? call.wrap(items) : call.body;
  return { method, path, ...(headers && { headers }), ...(body !== undefined && { body }) };
}
