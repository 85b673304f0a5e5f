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
  readonly settledSince: (since: number) => readonly DeliveryItem[];
  readonly log: Map<string, LogEntry>;
  readonly write: (entries: readonly LogEntry[]) => void;
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
      overwrite({
        ...raised(subject),
        retrying: before && before.until > retrying.until && before.reason !== REQUEUED ? before : retrying,
      });
    },
    settledSince: (since) =>
      [...items.values()].filter(
        ({ answered, retrying }) => retrying || (answered && Date.parse(answered.at) >= since),
      ),
    log,
    write: (entries) => {
      for (const entry of entries) {
        const name = `${entry.destination} ${entry.subject}:${entry.version}`;
        if (log.get(name)?.outcome !== 'delivered') log.set(name, entry);
      }
    },
  };
}

/** The ledger as functions other than `deliver` see it: their requests happen at once. */
export const ledgerOf = (kept: Book): Omit<Ledger, 'read'> => ({
  settle: async (item) => kept.settle(item),
  touch: async (_destination, subject) => kept.touch(subject),
  note: async (_destination, subject, retrying) => kept.note(subject, retrying),
  items: async (_destination, subjects) => new Map(subjects.map((subject) => [subject, kept.item(subject)])),
  count: async () => 0,
  settledSince: async function* (since) {
    for (const { destination, subject, version } of kept.settledSince(since))
      yield { destination, subject, version };
  },
  ofSubject: async (subject) => ({ items: [kept.item(subject)], logged: [], archived: [] }),
  answeredWith: async (destination, outcome) => ({
    items: [
      ...kept
        .items()
        .flatMap(({ subject, answered }) =>
          answered?.outcome === outcome ? [{ subject, at: answered.at }] : [],
        ),
      ...[...kept.log.values()].filter(
        (entry) => entry.destination === destination && entry.outcome === outcome,
      ),
    ],
  }),
});

export const logOf = (kept: Book): Log => ({
  read: async (destination, versions) => knownIn(kept, destination, versions),
  write: async (entries) => kept.write(entries),
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
