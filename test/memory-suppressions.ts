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

interface Moved {
  readonly subject: string;
  readonly move: IdentifiersMove;
}

/** Whoever was erased of an identifier and goes by it again is no longer kept there, until she gives it up unconfirmed. */
export function applyTo(
  suppressions: Suppressions,
  items: ReadonlyMap<string, IdentifiersItem>,
  { subject, move }: Moved,
): void {
  for (const name of move.gained) keep(suppressions, name, (kept) => kept.filter((one) => one !== subject));
  const stays = move.stops ? move.lost.filter((name) => isHeld(items, name)) : [];
  for (const name of stays) keep(suppressions, name, (kept) => [...kept, subject]);
  for (const name of move.lifted ?? []) lift(suppressions, name, move.lost);
}

const isHeld = (items: ReadonlyMap<string, IdentifiersItem>, { kind, hash }: HashedName): boolean =>
  [...items.values()].some(({ current }) => current.some((one) => one.kind === kind && one.hash === hash));

function keep(
  suppressions: Suppressions,
  name: HashedName,
  change: (kept: readonly string[]) => readonly string[],
): void {
  const found = suppressions.get(suppressionKey(name));
  if (found) suppressions.set(suppressionKey(name), { ...found, kept: change(found.kept) });
}

/** Under each of its kinds, but for what is given up just now. */
function lift(suppressions: Suppressions, name: HashedName, given: readonly HashedName[]): void {
  const { also = [] } = suppressions.get(suppressionKey(name)) ?? {};
  const lost = given.map(suppressionKey);
  for (const key of [name, ...also].map(suppressionKey)) if (!lost.includes(key)) suppressions.delete(key);
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
