import type { PreferencesChanged } from '../../../lib/domain/event.ts';
import type { LaneMessage } from '../../../lib/flow/lane.ts';

export type Body = Pick<LaneMessage, 'subject' | 'version' | 'force' | 'confirming'> & {
  readonly event?: PreferencesChanged;
};

/** One copy of a message: hidden, counted and deleted by itself. */
export interface Copy {
  readonly id: string;
  readonly body: Body;
  readonly sentAt: number;
  receiveCount: number;
  visibleAt: number;
}

/** A queue as SQS is one: visibility, receive counts, dead letters, and now and then a message twice. */
export interface Queue {
  readonly put: (body: Body, now: number, delaySeconds?: number) => void;
  /** At most `limit` visible messages, hidden until `hiddenUntil`; those received too often become dead letters. */
  readonly receive: (limit: number, now: number, hiddenUntil: number) => readonly Copy[];
  readonly remove: (copy: Copy) => void;
  /** A second copy of a message, visible at once whatever hides the first. */
  readonly twin: (index: number, now: number) => Copy | undefined;
  readonly visible: (now: number) => number;
  readonly size: () => number;
  /** When the next hidden message comes back. */
  readonly next: () => number;
  readonly dead: Copy[];
  readonly lose: () => void;
}

export function queue(maxReceive: number): Queue {
  let copies: Copy[] = [];
  const dead: Copy[] = [];
  let ids = 0;
  const visible = (now: number): readonly Copy[] => copies.filter(({ visibleAt }) => visibleAt <= now);
  return {
    put: (body, now, delaySeconds = 0) => {
      ids += 1;
      copies.push({
        id: `m${ids}`,
        body,
        sentAt: now,
        receiveCount: 0,
        visibleAt: now + delaySeconds * 1000,
      });
    },
    receive: (limit, now, hiddenUntil) => {
      const taken = visible(now).slice(0, limit);
      for (const copy of taken)
        Object.assign(copy, { receiveCount: copy.receiveCount + 1, visibleAt: hiddenUntil });
      const exhausted = taken.filter(({ receiveCount }) => receiveCount > maxReceive);
      copies = copies.filter((copy) => !exhausted.includes(copy));
      dead.push(...exhausted);
      return taken.filter((copy) => !exhausted.includes(copy));
    },
    remove: (copy) => {
      copies = copies.filter((other) => other !== copy);
    },
    twin: (index, now) => {
      const original = copies[index];
      if (!original) return undefined;
      const twin = { ...original, visibleAt: now };
      copies.push(twin);
      return twin;
    },
    visible: (now) => visible(now).length,
    size: () => copies.length,
    next: () => Math.min(...copies.map(({ visibleAt }) => visibleAt)),
    dead,
    lose: () => {
      copies = [];
      dead.length = 0;
    },
  };
}
