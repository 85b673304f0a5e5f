import type { Catalogue } from '../../../lib/domain/catalogue.ts';
import { decide } from '../../../lib/domain/decide.ts';
import { eventOf, type PreferencesChanged } from '../../../lib/domain/event.ts';
import { factsOf } from '../../../lib/domain/facts.ts';
import { MINUTE, toMs } from '../../../lib/domain/time.ts';
import type { Change, Version } from '../../../lib/domain/vocabulary.ts';
import { moveIdentifiers } from '../../../lib/flow/identifiers.ts';
import type {
  IdentifiersItem,
  IdentifiersMove,
  Ledger,
  OpenIdentifier,
  Recorded,
  Stored,
} from '../../../lib/ports.ts';
import { aCatalogue } from '../../builders.ts';

/** Two topics on one channel: small enough that schedules meet. */
export const CATALOGUE: Catalogue = aCatalogue({
  topics: {
    'acme/newsletter': { brand: 'acme', title: 'Newsletter', purpose: 'marketing' },
    'acme/offers': { brand: 'acme', title: 'Offers', purpose: 'marketing' },
  },
  channels: ['email'],
});

/** A version with what is read of it again and again. */
export interface Recording {
  readonly stored: Stored;
  readonly event: PreferencesChanged;
  /** As the index by time lists it. */
  readonly listed: Recorded;
}

/** The records and who goes by what: what is true, whatever any destination was told. */
export interface People {
  readonly newest: (subject: string) => Stored | undefined;
  readonly version: (subject: string, version: number) => Recording | undefined;
  readonly all: () => readonly Recording[];
  /** Versions recorded in one minute (ms of its start). */
  readonly recordedIn: (minute: number) => readonly Recorded[];
  readonly identifiers: (subject: string) => readonly OpenIdentifier[];
  readonly holders: (hash: string) => readonly string[];
  /** Undefined where the change makes no version. */
  readonly record: (subject: string, change: Change, now: number) => Promise<Recording | undefined>;
}

const NOBODY: IdentifiersItem = { revision: 0, current: [], retired: [] };

export const sealedAddress = (address: string) => ({
  kind: 'email',
  hash: `hash of ${address}`,
  sealed: address,
});

export function people(ledger: Pick<Ledger, 'ofSubject'>): People {
  const versions = new Map<string, Recording[]>();
  const items = new Map<string, IdentifiersItem>();
  const all: Recording[] = [];
  const minutes = new Map<number, Recorded[]>();
  const of = (subject: string): readonly Recording[] => versions.get(subject) ?? [];
  const version = (subject: string, number: number): Recording | undefined => of(subject)[number - 1];
  const newest = (subject: string): Stored | undefined => of(subject).at(-1)?.stored;
  const ports = {
    ledger,
    identifiers: {
      of: async (subject: string) => items.get(subject) ?? NOBODY,
      holders: async (_kind: string, hash: string) => holdersIn(items, hash),
      suppressed: async () => [],
    },
    records: { version: async (subject: string, number: number) => version(subject, number)?.stored },
    seals: {
      open: async (_subject: string, sealed: string) => sealed,
      hash: async (_kind: string, value: string) => sealedAddress(value).hash,
    },
  };
  return {
    newest,
    version,
    all: () => all,
    recordedIn: (minute) => minutes.get(minute) ?? [],
    identifiers: (subject) => opened(items.get(subject) ?? NOBODY),
    holders: (hash) => holdersIn(items, hash),
    record: async (subject, change, now) => {
      const decision = decide(newest(subject), change, { subject, now, catalogue: CATALOGUE });
      if (decision.kind !== 'version') return undefined;
      if (change.identifiers.length > 0)
        applyMove(items, subject, await moveIdentifiers(ports, decision.version));
      const recording = recordingOf(decision.version);
      all.push(recording);
      versions.set(subject, [...of(subject), recording]);
      const minute = Math.floor(toMs(recording.listed.recordedAt) / MINUTE) * MINUTE;
      minutes.set(minute, [...(minutes.get(minute) ?? []), recording.listed]);
      return recording;
    },
  };
}

function recordingOf(version: Version): Recording {
  const { subject, recordedAt } = version;
  const event = eventOf(version, CATALOGUE);
  return {
    stored: { version, document: '', digest: 'digest', remembered: [] },
    event,
    listed: {
      ...{ subject, version: version.version, recordedAt, about: event.data },
      ...{ digest: 'digest', facts: factsOf(version) },
    },
  };
}

const holdersIn = (items: ReadonlyMap<string, IdentifiersItem>, hash: string): readonly string[] =>
  [...items]
    .filter(([, { current }]) => current.some((one) => one.hash === hash))
    .map(([subject]) => subject);

/** An identifier's second holder also marks the first one's as shared. */
function applyMove(
  items: Map<string, IdentifiersItem>,
  subject: string,
  { item, gained }: IdentifiersMove,
): void {
  items.set(subject, item);
  for (const { hash } of gained) {
    const holders = holdersIn(items, hash);
    if (holders.length > 1) for (const holder of holders) markShared(items, holder, hash);
  }
}

function markShared(items: Map<string, IdentifiersItem>, subject: string, hash: string): void {
  const item = items.get(subject) ?? NOBODY;
  const current = item.current.map((one) => (one.hash === hash ? { ...one, shared: true } : one));
  items.set(subject, { ...item, current });
}

const opened = ({ current, retired }: IdentifiersItem): readonly OpenIdentifier[] => [
  ...current.map(({ kind, hash, sealed, shared }) => ({ kind, hash, value: sealed, shared })),
  ...retired.map(({ kind, hash, sealed, since }) => ({
    kind,
    hash,
    value: sealed,
    shared: false,
    retiredSince: since,
  })),
];
