import type { CheckedChange } from '../domain/check.ts';
import { canonical } from '../domain/digest.ts';
import type { Change, Standing } from '../domain/vocabulary.ts';
import type { HashedName, Seals } from '../ports.ts';

/** A change as it is stored, and what it brings by the hash that everybody is looked up by. */
export interface Sealed {
  readonly change: Change;
  readonly names: readonly HashedName[];
}

export async function sealChange(seals: Seals, subject: string, checked: CheckedChange): Promise<Sealed> {
  const identifiers = await Promise.all(
    checked.identifiers.map(async ({ kind, value }) =>
      value === null
        ? { kind, hash: null, sealed: null }
        : { kind, hash: await seals.ownHash(subject, kind, value), sealed: await seals.seal(subject, value) },
    ),
  );
  const names = await Promise.all(
    checked.identifiers.flatMap(({ kind, value }) =>
      value === null ? [] : [seals.hash(kind, value).then((hash) => ({ kind, hash }))],
    ),
  );
  const personal =
    Object.keys(checked.personal).length > 0
      ? await seals.seal(subject, canonical(checked.personal))
      : undefined;
  const { choices, preferences, evidence, restricted } = checked;
  const change = {
    ...{ choices, preferences, identifiers, evidence: personal ? { ...evidence, personal } : evidence },
    ...(restricted !== undefined && { restricted }),
  };
  return { change, names };
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
