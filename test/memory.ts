import type { Audit, AuditLog } from '../lib/audit-ports.ts';
import { factsOf } from '../lib/domain/facts.ts';
import { isLate } from '../lib/domain/late.ts';
import { toMs } from '../lib/domain/time.ts';
import type { AuditGrantCases } from '../lib/flow/audit-grants.ts';
import type { SearchIndex } from '../lib/flow/search-index.ts';
import type { StuckPorts } from '../lib/flow/search-stuck.ts';
import type { Trails } from '../lib/flow/trails.ts';
import type {
  DeliveryItem,
  Identifiers,
  IdentifiersItem,
  IdentifiersMove,
  Ledger,
  Log,
  LogEntry,
  Marks,
  Recorded,
  Records,
  Stored,
  StoredRaw,
  TrailEntry,
} from '../lib/ports.ts';
import { type ProvingInMemory, provingInMemory } from './memory-checkpoints.ts';
import { grantsInMemory } from './memory-grants.ts';
import { type SealsInMemory, sealsInMemory } from './memory-seals.ts';
import { answeredWithIn, marksInMemory, searchIndexInMemory } from './memory-search.ts';
import { applyTo, isAdmitted, type Suppressions, suppressionKey } from './memory-suppressions.ts';
import { trailsIn } from './memory-trails.ts';

/** The store in memory, for tests that ask something else than whether the store is right. */
export interface Memory extends ProvingInMemory {
  readonly records: Records;
  readonly identifiers: Identifiers;
  readonly seals: SealsInMemory;
  readonly suppressions: Suppressions;
  readonly ledger: Pick<Ledger, 'ofSubject' | 'items' | 'answeredWith'>;
  readonly trails: Trails;
  readonly log: Pick<Log, 'read'>;
  /** What destinations have answered, to be filled by tests. */
  readonly deliveries: DeliveryItem[];
  readonly logged: LogEntry[];
  readonly archived: { readonly destination: string; readonly trail: readonly TrailEntry[] }[];
  readonly searchIndex: SearchIndex;
  readonly indexMarks: Marks;
  /** Of the lanes. */
  readonly marks: Marks;
  readonly recorded: StuckPorts['recorded'];
  readonly auditLog: AuditLog;
  readonly grants: AuditGrantCases;
  /** What the log of audits holds, oldest first. */
  readonly audits: Audit[];
  /** How many versions of all subjects are stored. */
  readonly size: () => number;
}

type Kept = { readonly stored: Stored; readonly indexed: Parameters<Records['append']>[1] };

export function memory(): Memory {
  const versions = new Map<string, Kept[]>();
  const items = new Map<string, IdentifiersItem>();
  const suppressions: Suppressions = new Map();
  const identifiers = identifiersIn(items, suppressions);
  const deliveries: DeliveryItem[] = [];
  const logged: LogEntry[] = [];
  const archived: { readonly destination: string; readonly trail: readonly TrailEntry[] }[] = [];
  const audits: Audit[] = [];
  return {
    records: recordsIn(versions, items, suppressions),
    identifiers,
    suppressions,
    ...provingInMemory(),
    seals: sealsInMemory(),
    ledger: {
      ofSubject: async (subject) => ({
        items: deliveries.filter((item) => item.subject === subject),
        logged: logged.filter((entry) => entry.subject === subject),
        archived,
      }),
      items: async (destination, subjects) =>
        new Map(
          deliveries
            .filter((item) => item.destination === destination && subjects.includes(item.subject))
            .map((item) => [item.subject, item]),
        ),
      answeredWith: answeredWithIn(deliveries, logged),
    },
    trails: trailsIn({
      concerns: (subject) =>
        (versions.get(subject) ?? []).map(({ stored, indexed: { about } }) => ({
          ...{ version: stored.version.version, recordedAt: stored.version.recordedAt, about },
        })),
      ...{ archived, logged },
    }),
    log: {
      read: async (destination, wanted) =>
        new Map(
          logged
            .filter((entry) => entry.destination === destination)
            .filter(({ subject, version }) =>
              wanted.some((one) => one.subject === subject && one.version === version),
            )
            .map((entry) => [`${entry.subject}:${entry.version}`, entry]),
        ),
    },
    deliveries,
    logged,
    archived,
    searchIndex: searchIndexInMemory(),
    indexMarks: marksInMemory(),
    marks: marksInMemory(),
    recorded: async (named) =>
      named.flatMap(({ subject, version }) => versions.get(subject)?.[version - 1] ?? []).map(listedAs),
    auditLog: auditLogIn(audits),
    grants: grantsInMemory(),
    audits,
    size: () => [...versions.values()].reduce((sum, kept) => sum + kept.length, 0),
  };
}

function recordsIn(
  versions: Map<string, Kept[]>,
  items: Map<string, IdentifiersItem>,
  suppressions: Suppressions,
): Records {
  const of = (subject: string): Kept[] => versions.get(subject) ?? [];
  const all = (): readonly Kept[] => [...versions.values()].flat();
  return {
    newest: async (subject) => of(subject).at(-1)?.stored,
    version: async (subject, version) => of(subject)[version - 1]?.stored,
    append: async (stored, indexed, move) => {
      const { subject, version } = stored.version;
      if (of(subject).length !== version - 1 || !fits(items, subject, move)) return false;
      if (!isAdmitted(suppressions, move)) return false;
      versions.set(subject, [...of(subject), { stored, indexed }]);
      if (move) items.set(subject, move.item);
      if (move) applyTo(suppressions, items, { subject, move });
      return true;
    },
    history: async (subject, { below = Number.POSITIVE_INFINITY, limit }) =>
      of(subject)
        .map(({ stored }) => stored)
        .filter(({ version }) => version.version < below)
        .reverse()
        .slice(0, limit),
    raw: async (subject, { below = Number.POSITIVE_INFINITY, limit }) =>
      of(subject)
        .map(({ stored }) => rawOf(stored))
        .filter(({ version }) => version < below)
        .reverse()
        .slice(0, limit),
    several: async (subject, versions) =>
      versions.flatMap((version) => of(subject)[version - 1] ?? []).map(({ stored }) => rawOf(stored)),
    late: async (subject, moment) =>
      of(subject)
        .map(({ stored: { version } }) => version)
        .filter((version) => isLate(version) && version.change.evidence.occurredAt <= moment)
        .map(({ version }) => version),
    recordedIn: async (minute) =>
      all()
        .filter(
          ({ stored: { version } }) => Math.floor(toMs(version.recordedAt) / 60_000) * 60_000 === minute,
        )
        .map(listedAs),
    expiringOn: async (day) =>
      all().flatMap(({ stored: { version }, indexed: { expiresAt } }) =>
        expiresAt && Math.floor(toMs(expiresAt) / 86_400_000) * 86_400_000 === day
          ? [{ subject: version.subject, expiresAt }]
          : [],
      ),
  };
}

const listedAs = ({ stored: { version, digest }, indexed: { about } }: Kept): Recorded => ({
  ...{ subject: version.subject, version: version.version, recordedAt: version.recordedAt },
  ...{ digest, about, facts: factsOf(version) },
});

/** Nothing breaks in memory: what a broken version looks like is asked of the real store. */
const rawOf = (stored: Stored): StoredRaw => ({
  version: stored.version.version,
  recordedAt: stored.version.recordedAt,
  document: stored.document,
  digest: stored.digest,
  broken: false,
  stored,
});

const NOBODY: IdentifiersItem = { revision: 0, current: [], retired: [] };

const fits = (items: Map<string, IdentifiersItem>, subject: string, move?: IdentifiersMove): boolean =>
  move === undefined || move.item.revision === (items.get(subject) ?? NOBODY).revision + 1;

const identifiersIn = (items: Map<string, IdentifiersItem>, suppressions: Suppressions): Identifiers => ({
  suppressed: async (names) => names.flatMap((name) => suppressions.get(suppressionKey(name)) ?? []),
  of: async (subject) => items.get(subject) ?? NOBODY,
  holders: async (kind, hash, limit) => {
    const living = [...items].filter(([, { current }]) =>
      current.some((one) => one.kind === kind && one.hash === hash),
    );
    const kept = suppressions.get(suppressionKey({ kind, hash }))?.kept ?? [];
    return [...living.map(([subject]) => subject), ...kept].sort().slice(0, limit);
  },
});

const auditLogIn = (audits: Audit[]): AuditLog => ({
  write: async (audit) => void audits.push(audit),
  list: async ({ subject, person, after, limit }) => {
    const place = ({ at, id }: Audit): string => `${at}#${id}`;
    const found = audits
      .filter((audit) => subject === undefined || audit.subject === subject)
      .filter(({ who }) => person === undefined || (who.person ?? who.client) === person)
      .filter((audit) => after === undefined || place(audit) < after)
      .sort((a, b) => (place(a) < place(b) ? 1 : -1));
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return { audits: page, ...(last && found.length > limit && { next: place(last) }) };
  },
});
