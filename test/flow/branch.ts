import * as z from 'zod';
import { type Destination, defineDestination } from '../../lib/destinations/destination.ts';
import { type Interest, NO_INTEREST } from '../../lib/domain/interest.ts';
import type { Lane } from '../../lib/flow/lane.ts';
import type { Ledger, Vendor } from '../../lib/ports.ts';
import { type Book, book, ledgerOf } from './model/ledger.ts';
import { type Queue, queue } from './model/queue.ts';

/** One request that reached the vendor, and when, ms. */
export interface Arrival {
  readonly at: number;
  readonly path: string;
  readonly body: unknown;
}

/** A lane with its queue, its ledger and its vendor. */
export interface Branch {
  lane: Lane;
  /** What the lane runs with, as reconcile is told. */
  setup: string;
  /** What the vendor answers everything with. */
  status: number;
  readonly queue: Queue;
  readonly book: Book;
  readonly arrivals: Arrival[];
}

/** 409: until the person acts. 423: held for a reason of the vendor's own. The rest as usual. */
const OWN_MEANINGS = {
  409: { kind: 'needs-user-action', reason: 'opt-in-needed' },
  423: { kind: 'held', reason: 'account-locked' },
} as const;

type Kind = Destination['kind'];

const destinationOf = (id: string, kind: Kind): Destination =>
  defineDestination<unknown, unknown>({
    id,
    title: id,
    kind,
    identifiedBy: kind === 'state' ? ['email'] : [],
    channels: 'all',
    limits: { perSecond: 100, concurrency: 2, batch: 1, settleAfter: 0 },
    impact: 'nobody is told',
    settings: z.unknown(),
    secret: z.unknown(),
    topics: () => 'all',
    endpoint: () => 'https://vendor.example',
    auth: { kind: 'bearer', token: () => 'token' },
    translate: ({ subject, choices, event }) => [
      {
        method: 'PUT',
        path: `/${kind === 'log' ? event.id : subject}`,
        body: Object.fromEntries(choices.map(({ topic, state }) => [topic, state])),
      },
    ],
    report: ({ data: { lane, state, failed } }) => [
      { method: 'PUT', path: `/${lane}`, body: { state, failed } },
    ],
    interpret: ({ status }) => (status === 409 || status === 423 ? OWN_MEANINGS[status] : undefined),
  });

export function aBranch(id: string, kind: Kind): Branch {
  const destination = destinationOf(id, kind);
  const interest: Interest = kind === 'watch' ? NO_INTEREST : { topics: 'all', channels: 'all' };
  return {
    lane: { destination, settings: {}, interest, paused: false },
    setup: 'as at first',
    status: 200,
    queue: queue(1000),
    book: book(id),
    arrivals: [],
  };
}

/** The branch's vendor, to be told at a time of the estate's own. */
export const vendorOf = (branch: Branch, now: () => number): Vendor => ({
  send: async ({ path, body }) => {
    branch.arrivals.push({ at: now(), path, body });
    return { kind: 'reply', reply: { status: branch.status, headers: {}, body: {} } };
  },
});

/** As the index lists answers: the oldest first, some at a time. */
export const answeredWith = ({ book: kept }: Branch): Ledger['answeredWith'] => ledgerOf(kept).answeredWith;
