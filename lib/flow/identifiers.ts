import type { Version } from '../domain/vocabulary.ts';
import type { Identifiers, IdentifiersItem, IdentifiersMove, Ledger, SealedIdentifier } from '../ports.ts';

interface MovePorts {
  readonly identifiers: Identifiers;
  readonly ledger: Pick<Ledger, 'ofSubject'>;
}

/** More addresses than this are never kept waiting for a destination that does not answer. */
const MAX_RETIRED = 200;

type Current = IdentifiersItem['current'][number];
type Retired = IdentifiersItem['retired'][number];

/** What a version that changes identifiers does to the subject's identifiers item and to the index. */
export async function moveIdentifiers(ports: MovePorts, version: Version): Promise<IdentifiersMove> {
  const item = await ports.identifiers.of(version.subject);
  const told = item.retired.length > 0 ? await toldUpTo(ports, version.subject) : 0;
  const current = currentOf(version, item);
  const names = new Set(current.map(nameOf));
  const left = item.current.filter((entry) => !names.has(nameOf(entry)));
  const retired: readonly Retired[] = [
    ...item.retired.filter((entry) => !names.has(nameOf(entry)) && entry.since > told),
    ...left.map(({ kind, hash, sealed }) => ({ kind, hash, sealed, since: version.version })),
  ].slice(-MAX_RETIRED);
  const had = new Set(item.current.map(nameOf));
  return {
    item: { revision: item.revision + 1, current, retired },
    gained: current.filter((entry) => !had.has(nameOf(entry))),
    lost: left,
  };
}

const nameOf = ({ kind, hash }: Pick<SealedIdentifier, 'kind' | 'hash'>): string => `${kind} ${hash}`;

function currentOf(version: Version, item: IdentifiersItem): readonly Current[] {
  return version.record.identifiers.flatMap(({ kind, hash, sealed }) => {
    if (hash === null || sealed === null) return [];
    const before = item.current.find((entry) => entry.kind === kind && entry.hash === hash);
    return [before ?? { kind, hash, sealed, shared: false }];
  });
}

/** The version that every destination which ever answered for this subject has answered; a retirement up to it is told. */
async function toldUpTo({ ledger }: MovePorts, subject: string): Promise<number> {
  const { items } = await ledger.ofSubject(subject);
  const versions = items.map(({ answered }) =>
    answered?.outcome === 'held' || answered?.outcome === 'failed' ? 0 : (answered?.version ?? 0),
  );
  return versions.length === 0 ? 0 : Math.min(...versions);
}
