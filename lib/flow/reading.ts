import type { BatchCall, Call, Destination, SingleCall } from '../destinations/destination.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Sent } from '../ports.ts';
import { outcomeOfSent } from './reply.ts';

/** What became of one request. */
export interface Reading {
  /** What the reply says of everything in the request. */
  readonly shared: Outcome;
  /** What it says of each item, in order. */
  readonly split: readonly Outcome[] | undefined;
}

interface Exchanged {
  readonly call: SingleCall | BatchCall;
  readonly sent: Sent;
  readonly items: readonly unknown[];
}

/** What a vendor could have meant by a reply that its destination's file cannot read. */
const UNREADABLE: Outcome = { kind: 'retry', reason: 'unreadable-reply' };

/** A reading that throws is a bug of ours, met by a reply nobody foresaw: it is this request's, and no other's. */
export function readingOf(destination: Destination, { call, sent, items }: Exchanged, now: number): Reading {
  try {
    const shared = outcomeOfSent(destination, sent, now, call);
    const split = sent.kind === 'reply' && 'items' in call ? call.split(sent.reply, items) : undefined;
    if (!split || split.length === items.length) return { shared, split };
    /** A success that does not say whose it is. */
    return { shared: shared.kind === 'delivered' ? UNREADABLE : shared, split: undefined };
  } catch {
    return { shared: UNREADABLE, split: undefined };
  }
}

/** The calls that a reply leads to. */
export function followUp(call: SingleCall | BatchCall, sent: Sent, outcome: Outcome): readonly Call[] {
  if (sent.kind !== 'reply' || !('next' in call) || outcome.kind !== 'delivered') return [];
  try {
    return call.next?.(sent.reply) ?? [];
  } catch {
    return [{ outcome: { kind: 'failed', reason: 'unreadable-reply' } }];
  }
}
