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
  readonly identifiers: Pick<Identifiers, 'holders'>;
  readonly seals: Pick<Seals, 'open' | 'hash'>;
}

type Name = Omit<Suppressed, 'kept'>;

/** What she goes by, and what she went by and nobody else does now. */
export async function namesToSuppress(
  ports: NamingPorts,
  subject: string,
  { current, retired }: Pick<IdentifiersItem, 'current' | 'retired'>,
): Promise<readonly Name[]> {
  const before = retired.filter((one) => !current.some(isSame(one)));
  const [hers, once] = await Promise.all(
    [current, before.slice(-MOST_RETIRED)].map((entries) =>
      Promise.all(entries.map((entry) => underEveryKind(ports, subject, entry))),
    ),
  );
  const former = (once ?? []).flat().slice(-MOST_RETIRED);
  const held = await Promise.all(former.map(({ kind, hash }) => ports.identifiers.holders(kind, hash, 1)));
  const names = [...(hers ?? []).flat(), ...former.filter((_, i) => held[i]?.length === 0)];
  return names.filter((name, i) => names.findIndex(isSame(name)) === i);
}

const isSame =
  ({ kind, hash }: HashedName) =>
  (other: HashedName): boolean =>
    other.kind === kind && other.hash === hash;

async function underEveryKind(
  { catalogue, seals }: NamingPorts,
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
