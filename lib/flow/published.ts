import { createPublicKey, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto';
import * as z from 'zod';
import type { Clock, Sent, Vendor } from '../ports.ts';

/** What a vendor publishes for others to check its signatures by. Undefined: it cannot be read now. */
export interface Published {
  /** Keys of a JWK set that may have made a signature under this key id; without an id, all of them. */
  readonly keys: (url: string, keyId: string | undefined) => Promise<readonly KeyObject[] | undefined>;
  readonly certificate: (url: string) => Promise<X509Certificate | undefined>;
}

export interface PublishedPorts {
  readonly vendor: Vendor;
  readonly clock: Pick<Clock, 'now'>;
}

/** How long what was read is relied on, ms. */
const LIFETIME = 3_600_000;
/** One address is not read again within this time, ms: whoever forges notices must not make Heed call the vendor. */
const REST = 30_000;
/**
 * Addresses kept at most, and read at most within a rest: those of certificates are named by the notice. What stood at
 * an address once is read again however many others are named, and outlasts those where nothing stood.
 */
const MOST_KEPT = 20;
const MOST_READ = 5;

const MOST_KEYS = 20;

/** Reads keys and certificates through the destination's own HTTP side, without credentials, and keeps them. */
export function publishedBy(ports: PublishedPorts): Published {
  const sets = reading(ports, keySetIn);
  const certificates = reading(ports, certificateIn);
  return {
    keys: async (url, keyId) => {
      const set = await sets(url, (known) => keyId === undefined || known.some(({ id }) => id === keyId));
      return set
        ?.filter(({ id }) => keyId === undefined || id === undefined || id === keyId)
        .map(({ key }) => key);
    },
    certificate: (url) => certificates(url, () => true),
  };
}

interface Kept<T> {
  readonly value: T | undefined;
  /** When it was read, ms. */
  readonly since: number;
  /** When it was last asked for, with whatever success, ms. */
  readonly at: number;
}

/** Gives what stands at an address, read again where it is old or not `enough`, but not before its rest is over. */
function reading<T>({ vendor, clock }: PublishedPorts, parse: (body: unknown) => T | undefined) {
  const kept = new Map<string, Kept<T>>();
  const under = new Map<string, Promise<void>>();
  const isResting = ({ at }: Kept<T>): boolean => clock.now() - at < REST;
  const keep = (url: string, one: Kept<T>): void => {
    kept.delete(url);
    kept.set(url, one);
    const empty = [...kept.keys()].filter((known) => kept.get(known)?.value === undefined);
    for (const oldest of [...empty, ...kept.keys()]) if (kept.size > MOST_KEPT) kept.delete(oldest);
  };
  const read = async (url: string): Promise<void> => {
    const at = clock.now();
    const value = bodyOf(
      await vendor.send({ method: 'GET', path: url, anonymous: true }, `published ${at}`),
      parse,
    );
    const before = kept.get(url);
    keep(url, value === undefined && before ? { ...before, at } : { value, since: at, at });
  };
  const readOnce = async (url: string): Promise<void> => {
    const proven = kept.get(url)?.value !== undefined;
    const busy = !proven && [...kept.values()].filter(isResting).length + under.size >= MOST_READ;
    const reader = under.get(url) ?? (busy ? undefined : read(url).finally(() => under.delete(url)));
    if (reader) under.set(url, reader);
    await reader;
  };
  const known = (url: string): T | undefined => {
    const one = kept.get(url);
    return one && clock.now() - one.since < LIFETIME ? one.value : undefined;
  };
  return async (url: string, enough: (value: T) => boolean): Promise<T | undefined> => {
    const value = known(url);
    if (value !== undefined && enough(value)) return value;
    const last = kept.get(url);
    if (!last || !isResting(last)) await readOnce(url);
    return known(url);
  };
}

const bodyOf = <T>(sent: Sent, parse: (body: unknown) => T | undefined): T | undefined =>
  sent.kind === 'reply' && sent.reply.status === 200 ? parse(sent.reply.body) : undefined;

interface NamedKey {
  readonly id: string | undefined;
  readonly key: KeyObject;
}

const Jwk = z.looseObject({
  kty: z.literal('RSA'),
  n: z.string(),
  e: z.string(),
  kid: z.string().optional(),
  alg: z.literal('RS256').optional(),
  use: z.literal('sig').optional(),
});
const KeySet = z.object({ keys: z.array(z.unknown()).max(MOST_KEYS) });

/** The RSA keys of a JWK set, or of one JWK by itself; those that cannot be used are left out. */
function keySetIn(body: unknown): readonly NamedKey[] | undefined {
  const document = typeof body === 'string' ? parsed(body) : body;
  const set = KeySet.safeParse(document).data?.keys ?? (Jwk.safeParse(document).success ? [document] : []);
  const keys = set.flatMap(keyIn);
  return keys.length > 0 ? keys : undefined;
}

function keyIn(value: unknown): readonly NamedKey[] {
  const jwk = Jwk.safeParse(value).data;
  if (!jwk) return [];
  const { kty, n, e, kid } = jwk;
  const key = usable(() => createPublicKey({ key: { kty, n, e } satisfies JsonWebKey, format: 'jwk' }));
  return key && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048 ? [{ id: kid, key }] : [];
}

const certificateIn = (body: unknown): X509Certificate | undefined =>
  typeof body === 'string' ? usable(() => new X509Certificate(body)) : undefined;

const parsed = (text: string): unknown => usable((): unknown => JSON.parse(text));

/** What a vendor published and nobody can use counts as not there. */
function usable<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
