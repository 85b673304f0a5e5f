import type { Catalogue } from '../domain/catalogue.ts';
import { decide } from '../domain/decide.ts';
import { canonical, sha256 } from '../domain/digest.ts';
import { otherNames } from '../domain/identifier.ts';
import { saidNow } from '../domain/said-now.ts';
import { toIso } from '../domain/time.ts';
import type { Change, Version } from '../domain/vocabulary.ts';
import type {
  Clock,
  Findable,
  HashedName,
  Identifiers,
  IdentifiersItem,
  SealedIdentifier,
  Seals,
  Stored,
  Suppressed,
} from '../ports.ts';
import { findableOf } from './append.ts';

export interface LastVersionPorts {
  readonly catalogue: Catalogue;
  readonly clock: Pick<Clock, 'now'>;
  readonly seals: Pick<Seals, 'keyOf'>;
}

/** `method` of the version with which a person's key is destroyed. */
export const ERASED = 'erased';

interface Ending {
  readonly newest: Stored;
  readonly identifiers: IdentifiersItem;
  /** Id of the key that is destroyed with it. */
  readonly key?: string;
}

/** What is said last of somebody who is erased: that she goes by nothing any more. It names the keys that end with it. */
export function lastVersion(
  { catalogue, clock, seals }: LastVersionPorts,
  { newest, identifiers, key }: Ending,
): { readonly stored: Stored; readonly findable: Findable } {
  const { version } = newest;
  const now = clock.now();
  const change = saidNow(goesByNothing(version, identifiers, now), { last: version, now });
  const sealing = keysOf(version, identifiers, seals);
  const destroyed = [...new Set([...sealing, ...(key === undefined ? [] : [key])])].slice(-MOST_KEYS);
  const decision = decide(newest, change, {
    ...{ subject: version.subject, now, catalogue },
    standing: { state: 'open', ...(destroyed.length > 0 && { destroyed }) },
  });
  if (decision.kind === 'unchanged') throw new Error('the last version of an erasure was there already');
  const document = canonical(decision.version);
  const { remembered } = newest;
  return {
    stored: { version: decision.version, document, digest: sha256(document), remembered },
    findable: findableOf(decision.version, catalogue),
  };
}

function goesByNothing({ record }: Version, { current }: IdentifiersItem, now: number): Change {
  const kinds = new Set([
    ...record.identifiers.flatMap(({ kind, sealed }) => (sealed === null ? [] : [kind])),
    ...current.map(({ kind }) => kind),
  ]);
  return {
    ...{ choices: [], preferences: [], ...(record.restriction?.restricted && { restricted: false }) },
    identifiers: [...kinds].sort().map((kind) => ({ kind, hash: null, sealed: null })),
    evidence: { source: 'heed', actor: { kind: 'system' }, method: ERASED, occurredAt: toIso(now) },
  };
}

/** A process may have a destroyed key at hand for a while: keys of earlier erasures are soon forgotten by all. */
const MOST_KEYS = 4;

function keysOf(
  { record, standing }: Version,
  { current, retired }: IdentifiersItem,
  { keyOf }: Pick<Seals, 'keyOf'>,
): readonly string[] {
  const sealed = [
    ...Object.values(record.evidence).map(({ personal }) => personal),
    ...[...record.identifiers, ...retired, ...current].map((entry) => entry.sealed),
  ];
  const ids = sealed.flatMap((text) => (typeof text === 'string' ? [keyOf(text)] : []));
  return [...new Set([...(standing?.destroyed ?? []), ...ids])];
}

/** So many addresses that she gave up before are suppressed too: an old list may still have them. */
const MOST_RETIRED = 20;

interface NamingPorts {
  readonly catalogue: Catalogue;
  readonly identifiers: Pick<Identifiers, 'holders' | 'suppressed'>;
  readonly seals: Pick<Seals, 'open' | 'hash'>;
}

type Name = Omit<Suppressed, 'kept'>;

/**
 * An erasure is one transaction of a hundred writes at most. So many of them are for names: three for each that she goes by now, one
 * for each other; the rest is for the version, the case, and those who are kept at an address of hers.
 */
const MOST_WRITES = 70;

/** Each who is kept at an address of hers is a write as well: beyond so many they take the room of names. */
const MOST_KEPT_BESIDE = 24;

/**
 * What she goes by, and what she went by and nobody else does now; then, as far as there is room, the same under other kinds: of what
 * she goes by first, and then of what she gave up last.
 */
export async function namesToSuppress(
  ports: NamingPorts,
  subject: string,
  { current, retired }: Pick<IdentifiersItem, 'current' | 'retired'>,
): Promise<readonly Name[]> {
  const before = retired.filter((one) => !current.some(isSame(one))).slice(-MOST_RETIRED);
  const named = (entries: readonly SealedIdentifier[]) =>
    Promise.all(entries.map((entry) => underEveryKind(ports, subject, entry)));
  const [hers, once] = await Promise.all([named(current), named(before.toReversed())]);
  const own = once.flatMap(([name]) => (name ? [name] : []));
  const names = [...hers.flatMap(([name]) => (name ? [name] : [])), ...(await unheld(ports, own))];
  const kept = (await ports.identifiers.suppressed(current)).flatMap((one) => one.kept).length;
  const most = MOST_WRITES - Math.max(0, kept - MOST_KEPT_BESIDE);
  const room = Math.max(0, most - 2 * current.length - names.length);
  const aliasesOf = (all: readonly (readonly Name[])[]) => all.flatMap(([, ...aliases]) => aliases);
  const also = eachOnce(aliasesOf(hers), [...names, ...own]).slice(0, room);
  const more = eachOnce(aliasesOf(once), [...names, ...own, ...also]).slice(0, room - also.length);
  return [...eachOnce(names, []), ...also, ...(await unheld(ports, more))];
}

/** Those that nobody goes by. */
async function unheld({ identifiers }: NamingPorts, names: readonly Name[]): Promise<readonly Name[]> {
  const held = await Promise.all(names.map(({ kind, hash }) => identifiers.holders(kind, hash, 1)));
  return names.filter((_, i) => held[i]?.length === 0);
}

/** Without those that are among the others already. */
const eachOnce = (names: readonly Name[], others: readonly Name[]): readonly Name[] =>
  names.filter((name, i) => !others.some(isSame(name)) && names.findIndex(isSame(name)) === i);

const isSame =
  ({ kind, hash }: HashedName) =>
  (other: HashedName): boolean =>
    other.kind === kind && other.hash === hash;

/** It first, and then the same value as other kinds would name it. */
export async function underEveryKind(
  { catalogue, seals }: Omit<NamingPorts, 'identifiers'>,
  subject: string,
  { kind, hash, sealed }: SealedIdentifier,
): Promise<readonly Name[]> {
  const value = await seals.open(subject, sealed);
  const others = value === undefined ? [] : otherNames(catalogue, kind, value);
  if (others.length === 0) return [{ kind, hash }];
  const found = await Promise.all(
    others.map(async (other) => ({ kind: other.kind, hash: await seals.hash(other.kind, other.value) })),
  );
  const names = [{ kind, hash }, ...found];
  return names.map((name) => ({ ...name, also: names.filter((other) => other !== name) }));
}
