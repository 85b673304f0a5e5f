import { orBroken } from '../domain/broken-version.ts';
import type { Change } from '../domain/vocabulary.ts';
import type { HashedName, Identifiers, Records } from '../ports.ts';
import { strangerOf } from './known-by.ts';
import type { Alias } from './seal.ts';

interface Ports {
  readonly identifiers: Pick<Identifiers, 'of' | 'holders'>;
  readonly records: Pick<Records, 'newest'>;
}

interface Bringing {
  readonly subject: string;
  readonly change: Pick<Change, 'choices'>;
  readonly names: readonly HashedName[];
  readonly aliases: readonly Alias[];
}

/** So many others who go by an identifier are asked whether they are being erased. */
const MOST_ASKED = 10;

/**
 * It would be suppressed in a moment, and must not live on under another id. What she goes by already she only names again, and
 * the same under another kind is no news of hers either. A stop kept for an address alone is taken wherever it can be kept.
 */
export async function isBeingErased(ports: Ports, arriving: Bringing): Promise<boolean> {
  const { subject, names, change } = arriving;
  const stops = change.choices.every(({ state }) => state === 'withdrawn');
  const aliases = arriving.aliases.filter(({ of }) => !(stops && strangerOf(of) === subject));
  const all = [...names.map((name) => ({ ...name, of: name })), ...aliases];
  const held = await Promise.all(
    all.map(({ kind, hash }) => ports.identifiers.holders(kind, hash, MOST_ASKED)),
  );
  const erasing = await erasingAmong(ports, held.filter((holders) => !holders.includes(subject)).flat());
  if (erasing.size === 0) return false;
  const { current } = await ports.identifiers.of(subject);
  const isHers = (name: HashedName): boolean => current.some(isSame(name));
  return all.some(
    (name, i) => !isHers(name) && !isHers(name.of) && held[i]?.some((holder) => erasing.has(holder)),
  );
}

/** Those of them who are on the way to being erased. */
export async function erasingAmong(
  { records }: Pick<Ports, 'records'>,
  subjects: readonly string[],
): Promise<ReadonlySet<string>> {
  const all = [...new Set(subjects)];
  const newest = await Promise.all(all.map((subject) => orBroken(records.newest(subject))));
  const isErasing = (one: (typeof newest)[number]): boolean =>
    one !== undefined && 'document' in one && one.version.standing?.state === 'erasing';
  return new Set(all.filter((_, i) => isErasing(newest[i])));
}

const isSame =
  ({ kind, hash }: HashedName) =>
  (other: HashedName): boolean =>
    other.kind === kind && other.hash === hash;
