import type { Mailer } from '../lib/flow/mail.ts';
import type { Kept } from '../lib/page/outbox-page.ts';
import type { Clock } from '../lib/ports.ts';

export interface Outbox extends Mailer {
  /** Newest first. */
  readonly list: () => readonly Kept[];
  readonly find: (id: string) => Kept | undefined;
  /** Forgets all of it: what was written to somebody who is erased is in there. */
  readonly clear: () => void;
}

/** So many are kept; the oldest go. */
export const MOST_KEPT = 200;

/** Takes mail in place of SES, and keeps it in memory, where it can be read. */
export function openOutbox({ now }: Pick<Clock, 'now'>): Outbox {
  const kept: Kept[] = [];
  let count = 0;
  return {
    send: async (mail) => {
      count += 1;
      kept.unshift({ ...mail, id: String(count), at: new Date(now()).toISOString() });
      kept.splice(MOST_KEPT);
    },
    list: () => [...kept],
    find: (id) => kept.find((one) => one.id === id),
    clear: () => void kept.splice(0),
  };
}
