import { reliable } from '../domain/broken-version.ts';
import { DAY, toMs } from '../domain/time.ts';
import type { Version } from '../domain/vocabulary.ts';
import type {
  Identifiers,
  IdentifiersItem,
  IdentifiersMove,
  Ledger,
  Records,
  SealedIdentifier,
  Seals,
} from '../ports.ts';
import { type Admitted, FREELY } from './admit.ts';

export interface MovePorts {
  readonly records: Pick<Records, 'version'>;
  readonly identifiers: Pick<Identifiers, 'of' | 'suppressed'>;
  readonly seals: Pick<Seals, 'open' | 'hash'>;
  readonly ledger: Pick<Ledger, 'ofSubject'>;
}

/**
 * A lane's message lives this long, ms: so long one that was sent before an address was retired may come back after
 * every destination was told, and what it sent has to be taken back where it was sent.
 */
const IN_FLIGHT = 15 * DAY;

/** More addresses than this are never kept waiting for a destination that does not answer. */
const MAX_RETIRED = 200;

type Current = IdentifiersItem['current'][number];
type Retired = IdentifiersItem['retired'][number];

/**
 * What a version that changes identifiers, or confirms suppressed ones, does to the subject's identifiers item and to the
 * index.
 */
export async function moveIdentifiers(
  ports: MovePorts,
  version: Version,
  { lifted, asked = [] }: Admitted = FREELY,
): Promise<IdentifiersMove> {
  const item = await ports.identifiers.of(version.subject);
  if (version.change.identifiers.length === 0)
    return { item: { ...item, revision: item.revision + 1 }, gained: [], lost: [], lifted };
  const kept = await stillToTell(ports, version, item.retired);
  const current = await withoutErased(ports, version, { item, named: await currentOf(ports, version, item) });
  const names = new Set(current.map(nameOf));
  const left = item.current.filter((entry) => !names.has(nameOf(entry)));
  const retired: readonly Retired[] = [
    ...kept.filter((entry) => !names.has(nameOf(entry))),
    ...left.map(({ kind, hash, sealed }) => ({ kind, hash, sealed, since: version.version })),
  ].slice(-MAX_RETIRED);
  const had = new Set(item.current.map(nameOf));
  /** A confirmation that comes late may name what she does not go by any more. */
  const confirmed = lifted.filter((one) => names.has(nameOf(one)));
  return {
    item: { revision: item.revision + 1, current, retired },
    gained: current.filter((entry) => !had.has(nameOf(entry))),
    lost: left,
    ...(version.standing?.destroyed && left.length > 0 && { stops: true }),
    ...(confirmed.length > 0 && { lifted: confirmed }),
    ...(asked.length > 0 && { admitted: asked }),
  };
}

const nameOf = ({ kind, hash }: Pick<SealedIdentifier, 'kind' | 'hash'>): string => `${kind} ${hash}`;

/** By the hash that everybody is looked up by; a version holds only one of the subject's own. */
async function currentOf(
  { seals }: MovePorts,
  { subject, record }: Version,
  item: IdentifiersItem,
): Promise<readonly Current[]> {
  const named = await Promise.all(
    record.identifiers.map(async ({ kind, sealed }): Promise<readonly Current[]> => {
      const value = sealed === null ? undefined : await seals.open(subject, sealed);
      if (sealed === null || value === undefined) return [];
      const hash = await seals.hash(kind, value);
      const before = item.current.find((entry) => entry.kind === kind && entry.hash === hash);
      return [before ?? { kind, hash, sealed, shared: false }];
    }),
  );
  return named.flat();
}

interface Naming {
  readonly item: IdentifiersItem;
  readonly named: readonly Current[];
}

/** A repair may have brought back to the record what she did not go by any more, and what was erased of somebody else since. */
async function withoutErased(
  { identifiers }: MovePorts,
  { change }: Version,
  { item, named }: Naming,
): Promise<readonly Current[]> {
  const known = new Set(item.current.map(nameOf));
  const brought = new Set(change.identifiers.map(({ sealed }) => sealed));
  const back = named.filter((entry) => !known.has(nameOf(entry)) && !brought.has(entry.sealed));
  const erased = new Set((back.length === 0 ? [] : await identifiers.suppressed(back)).map(nameOf));
  return named.filter((entry) => !back.includes(entry) || !erased.has(nameOf(entry)));
}

/** Retired addresses that some destination has yet to be told of, or may have to be told of again. */
async function stillToTell(
  ports: MovePorts,
  { subject, recordedAt }: Version,
  retired: readonly Retired[],
): Promise<readonly Retired[]> {
  if (retired.length === 0) return [];
  const told = await toldUpTo(ports, subject);
  const by = await Promise.all(
    retired.map(({ since }) => (since > told ? undefined : reliable(ports.records.version(subject, since)))),
  );
  const settled = toMs(recordedAt) - IN_FLIGHT;
  return retired.filter(
    ({ since }, i) => since > told || toMs(by[i]?.version.recordedAt ?? recordedAt) > settled,
  );
}

/** The version that every destination which ever answered for this subject has answered; a retirement up to it is told. */
async function toldUpTo({ ledger }: MovePorts, subject: string): Promise<number> {
  const { items } = await ledger.ofSubject(subject, 'items');
  const versions = items.map(({ answered }) =>
    answered?.outcome === 'held' || answered?.outcome === 'failed' ? 0 : (answered?.version ?? 0),
  );
  return versions.length === 0 ? 0 : Math.min(...versions);
}
