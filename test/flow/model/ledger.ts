import { isDeepStrictEqual } from 'node:util';
import { REQUEUED } from '../../../lib/domain/outcome.ts';
import type { DeliveryItem, Ledger, Log, LogEntry, Retrying } from '../../../lib/ports.ts';

/** What one destination was told, item by item. Each function is one request that happens at once. */
export interface Book {
  readonly item: (subject: string) => DeliveryItem;
  readonly items: () => readonly DeliveryItem[];
  readonly settle: (item: DeliveryItem) => boolean;
  /** Stores whatever it is given. */
  readonly overwrite: (item: DeliveryItem) => void;
  readonly touch: (subject: string) => void;
  readonly note: (subject: string, retrying: Retrying) => void;
  readonly putBack: (item: Pick<DeliveryItem, 'subject' | 'revision'>, retrying: Retrying) => boolean;
  readonly settledSince: (since: number) => readonly DeliveryItem[];
  readonly log: Map<string, LogEntry>;
  readonly write: (entries: readonly LogEntry[]) => void;
  readonly replace: (entry: LogEntry, before: LogEntry | undefined) => boolean;
}

export function book(destination: string): Book {
  const items = new Map<string, DeliveryItem>();
  const log = new Map<string, LogEntry>();
  const item = (subject: string): DeliveryItem =>
    items.get(subject) ?? { subject, destination, version: 0, revision: 0, trail: [] };
  const overwrite = (next: DeliveryItem): void => {
    items.set(next.subject, next);
  };
  const raised = (subject: string): DeliveryItem => ({
    ...item(subject),
    revision: item(subject).revision + 1,
  });
  return {
    item,
    items: () => [...items.values()],
    settle: (next) => {
      if (item(next.subject).revision !== next.revision - 1) return false;
      overwrite(next);
      return true;
    },
    overwrite,
    touch: (subject) => overwrite({ ...raised(subject), shared: true }),
    note: (subject, retrying) => {
      const before = item(subject).retrying;
      const stays = before && before.until > retrying.until && before.reason !== REQUEUED;
      const attempts = Math.max(retrying.attempts, before?.attempts ?? 0);
      const tried = [before, retrying].flatMap((one) => (one && one.attempts > 0 ? [one.at] : []));
      const at = tried.sort().at(-1) ?? retrying.at;
      overwrite({ ...raised(subject), retrying: { ...(stays ? before : retrying), attempts, at } });
    },
    putBack: ({ subject, revision }, retrying) => {
      if (item(subject).revision !== revision) return false;
      overwrite({ ...raised(subject), retrying });
      return true;
    },
    settledSince: (since) =>
      [...items.values()].filter(
        ({ answered, retrying }) => retrying || (answered && Date.parse(answered.at) >= since),
      ),
    log,
    write: (entries) => {
      for (const entry of entries) {
        if (log.get(nameOf(entry))?.outcome !== 'delivered') log.set(nameOf(entry), entry);
      }
    },
    replace: (entry, before) => {
      if (!isDeepStrictEqual(log.get(nameOf(entry)), before)) return false;
      log.set(nameOf(entry), entry);
      return true;
    },
  };
}

const nameOf = ({ destination, subject, version }: LogEntry): string =>
  `${destination} ${subject}:${version}`;

/** The ledger as functions other than `deliver` see it: their requests happen at once. */
export const ledgerOf = (kept: Book): Omit<Ledger, 'read'> => ({
  settle: async (item) => kept.settle(item),
  touch: async (_destination, subject) => kept.touch(subject),
  note: async (_destination, subject, retrying) => kept.note(subject, retrying),
  putBack: async (item, retrying) => kept.putBack(item, retrying),
  items: async (_destination, subjects) => new Map(subjects.map((subject) => [subject, kept.item(subject)])),
  count: async () => 0,
  settledSince: async function* (since) {
    for (const { destination, subject, version } of kept.settledSince(since))
      yield { destination, subject, version };
  },
  ofSubject: async (subject) => ({ items: [kept.item(subject)], logged: [], archived: [] }),
  answeredWith: async (destination, outcome, { after = '', limit }) => {
    const answered = [
      ...kept
        .items()
        .flatMap((one) =>
          one.answered?.outcome === outcome ? [{ subject: one.subject, at: one.answered.at }] : [],
        ),
      ...[...kept.log.values()].filter(
        (entry) => entry.destination === destination && entry.outcome === outcome,
      ),
    ];
    return pageOf(answered, { after, limit });
  },
});

interface Listed {
  readonly subject: string;
  readonly version?: number;
  readonly at: string;
}

/** Oldest first; the cursor is where the page before ended. */
export function pageOf<T extends Listed>(
  answered: readonly T[],
  { after = '', limit }: { readonly after?: string; readonly limit: number },
): { readonly items: readonly T[]; readonly next?: string } {
  const cursorOf = ({ at, subject, version = 0 }: Listed): string =>
    `${at} ${subject} ${String(version).padStart(9, '0')}`;
  const sorted = answered
    .map((one) => ({ one, cursor: cursorOf(one) }))
    .filter(({ cursor }) => cursor > after);
  sorted.sort((a, b) => (a.cursor < b.cursor ? -1 : 1));
  const page = sorted.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ one }) => one),
    ...(last && sorted.length > limit && { next: last.cursor }),
  };
}

export const logOf = (kept: Book): Log => ({
  read: async (destination, versions) => knownIn(kept, destination, versions),
  write: async (entries) => kept.write(entries),
  replace: async (entry, before) => kept.replace(entry, before),
});

/** Entries of the given versions that exist. */
export function knownIn(
  kept: Book,
  destination: string,
  versions: readonly { readonly subject: string; readonly version: number }[],
): ReadonlyMap<string, LogEntry> {
  return new Map(
    versions.flatMap(({ subject, version }) => {
      const entry = kept.log.get(`${destination} ${subject}:${version}`);
      return entry ? [[`${subject}:${version}`, entry] as const] : [];
    }),
  );
}
