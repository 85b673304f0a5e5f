import type { Catalogue } from '../domain/catalogue.ts';
import { normaliseIdentifier } from '../domain/identifier.ts';
import type { HashedName, Identifiers, Seals } from '../ports.ts';

export interface KnownByPorts {
  readonly catalogue: Catalogue;
  readonly identifiers: Pick<Identifiers, 'holders' | 'suppressed'>;
  readonly seals: Pick<Seals, 'hash'>;
}

/** Who goes by an identifier. */
export interface KnownBy {
  /** In the one form in which it is kept. */
  readonly identifier: { readonly kind: string; readonly value: string };
  readonly subjects: readonly string[];
  /** Stands for the identifier alone, where nobody is known by it: whoever takes it up later shares it. */
  readonly stranger: string;
}

/** Most people one identifier may stand for, and how many of them are written for at once. */
const MOST_HOLDERS = 10_000;
const AT_ONCE = 10;

/** Undefined where the value is none of its kind. */
export async function knownBy(
  { catalogue, identifiers, seals }: KnownByPorts,
  { kind, value }: KnownBy['identifier'],
): Promise<KnownBy | undefined> {
  const normalised = normaliseIdentifier(catalogue, kind, value);
  if ('invalid' in normalised) return undefined;
  const hash = await seals.hash(kind, normalised.value);
  return {
    identifier: { kind, value: normalised.value },
    subjects: await livingHolders(identifiers, { kind, hash }, MOST_HOLDERS),
    stranger: strangerOf({ kind, hash }),
  };
}

/** Who stands for an identifier alone. */
export const strangerOf = ({ kind, hash }: HashedName): string => `unknown:${kind}:${hash.slice(0, 32)}`;

/** Without those who were erased, and are counted only so that their stop goes on to hold. */
export async function livingHolders(
  identifiers: KnownByPorts['identifiers'],
  name: HashedName,
  limit: number,
): Promise<readonly string[]> {
  const [holders, suppressed] = await Promise.all([
    identifiers.holders(name.kind, name.hash, limit),
    identifiers.suppressed([name]),
  ]);
  const erased = new Set(suppressed.flatMap(({ kept }) => kept));
  const isCut = holders.length === limit && erased.size > 0;
  const all = isCut ? await identifiers.holders(name.kind, name.hash, limit + erased.size) : holders;
  return all.filter((holder) => !erased.has(holder)).slice(0, limit);
}

/** Does something for each of many subjects, a few at a time. */
export async function forEachOf<T>(
  subjects: readonly string[],
  act: (subject: string) => Promise<T>,
): Promise<readonly T[]> {
  const done: T[] = [];
  for (let from = 0; from < subjects.length; from += AT_ONCE)
    done.push(...(await Promise.all(subjects.slice(from, from + AT_ONCE).map(act))));
  return done;
}
