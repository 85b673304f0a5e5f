import type { Catalogue } from '../domain/catalogue.ts';
import type { CheckedChange } from '../domain/check.ts';
import { canonical } from '../domain/digest.ts';
import { otherNames } from '../domain/identifier.ts';
import type { Change, Standing } from '../domain/vocabulary.ts';
import type { HashedName, Seals } from '../ports.ts';

/** A change as it is stored, and what it brings by the hash that everybody is looked up by. */
export interface Sealed {
  readonly change: Change;
  readonly names: readonly HashedName[];
  /** The same values as other kinds would name them. */
  readonly aliases: readonly Alias[];
}

/** The same value as another kind would name it. */
export interface Alias extends HashedName {
  readonly of: HashedName;
}

interface SealPorts {
  readonly seals: Seals;
  readonly catalogue: Catalogue;
}

export async function sealChange(
  { seals, catalogue }: SealPorts,
  subject: string,
  checked: CheckedChange,
): Promise<Sealed> {
  const identifiers = await Promise.all(
    checked.identifiers.map(async ({ kind, value }) =>
      value === null
        ? { kind, hash: null, sealed: null }
        : { kind, hash: await seals.ownHash(subject, kind, value), sealed: await seals.seal(subject, value) },
    ),
  );
  const { names, aliases } = await hashedOf({ seals, catalogue }, checked);
  const personal =
    Object.keys(checked.personal).length > 0
      ? await seals.seal(subject, canonical(checked.personal))
      : undefined;
  const { choices, preferences, evidence, restricted } = checked;
  const change = {
    ...{ choices, preferences, identifiers, evidence: personal ? { ...evidence, personal } : evidence },
    ...(restricted !== undefined && { restricted }),
  };
  return { change, names, aliases };
}

async function hashedOf(
  { seals, catalogue }: SealPorts,
  { identifiers }: CheckedChange,
): Promise<Pick<Sealed, 'names' | 'aliases'>> {
  const hashed = async (kind: string, value: string): Promise<HashedName> => ({
    kind,
    hash: await seals.hash(kind, value),
  });
  const brought = await Promise.all(
    identifiers.flatMap(({ kind, value }) =>
      value === null ? [] : [hashed(kind, value).then((name) => ({ kind, value, name }))],
    ),
  );
  const aliases = await Promise.all(
    brought.flatMap(({ kind, value, name }) =>
      otherNames(catalogue, kind, value).map(async (other) => ({
        ...(await hashed(other.kind, other.value)),
        of: name,
      })),
    ),
  );
  return { names: brought.map(({ name }) => name), aliases };
}

/** By a key that an erasure has destroyed: this process had not heard of it. */
export function isSealedInVain(
  seals: Pick<Seals, 'keyOf'>,
  standing: Standing | undefined,
  { identifiers, evidence }: Change,
): boolean {
  const destroyed = standing?.destroyed ?? [];
  if (destroyed.length === 0) return false;
  return [...identifiers.map(({ sealed }) => sealed), evidence.personal].some(
    (text) => typeof text === 'string' && destroyed.includes(seals.keyOf(text)),
  );
}
