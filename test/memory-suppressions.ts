import type { HashedName, IdentifiersItem, IdentifiersMove, Suppressed } from '../lib/ports.ts';

/** What erasures suppressed, by kind and hash. */
export type Suppressions = Map<string, Suppressed>;

export const suppressionKey = ({ kind, hash }: HashedName): string => `${kind} ${hash}`;

/** What is suppressed is gained only by a move that knows it. */
export const isAdmitted = (
  suppressions: ReadonlyMap<string, Suppressed>,
  { gained = [], admitted = [], lifted = [] }: Partial<IdentifiersMove> = {},
): boolean => {
  const known = [...admitted, ...lifted].map(suppressionKey);
  return gained.every(
    (name) => !suppressions.has(suppressionKey(name)) || known.includes(suppressionKey(name)),
  );
};

/** Whoever was erased of an identifier and goes by it again is no longer kept there. */
export function applyTo(suppressions: Suppressions, subject: string, move: IdentifiersMove): void {
  for (const name of move.gained) {
    const found = suppressions.get(suppressionKey(name));
    const kept = found?.kept.filter((erased) => erased !== subject) ?? [];
    if (found) suppressions.set(suppressionKey(name), { ...found, kept });
  }
  for (const name of move.lifted ?? []) {
    const { also = [] } = suppressions.get(suppressionKey(name)) ?? {};
    const lost = move.lost.map(suppressionKey);
    const all = [name, ...also].map(suppressionKey).filter((key) => !lost.includes(key));
    for (const key of all) suppressions.delete(key);
  }
}

interface Erased {
  readonly subject: string;
  readonly current: IdentifiersItem['current'];
  /** Everybody who is counted at it before. */
  readonly holders: readonly string[];
}

/** Of an identifier that others go by she stays counted. */
export function suppressIn(
  suppressions: Suppressions,
  { kind, hash, also }: Omit<Suppressed, 'kept'>,
  { subject, current, holders }: Erased,
): void {
  const key = suppressionKey({ kind, hash });
  const kept = (suppressions.get(key)?.kept ?? []).filter((erased) => erased !== subject);
  const isHers = current.some((one) => one.kind === kind && one.hash === hash);
  const living = holders.filter((holder) => holder !== subject && !kept.includes(holder));
  const after = [...kept, ...(isHers ? [subject] : [])];
  suppressions.set(key, { ...{ kind, hash, kept: living.length > 0 ? after : [] }, ...(also && { also }) });
}
