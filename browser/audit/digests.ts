/** Digests, encodings and signatures as RFC 6962, RFC 7515 and RFC 7638 have them, by Web Crypto alone. */

export type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => Uint8Array.from(new TextEncoder().encode(text));

export const sha256 = async (...parts: readonly Bytes[]): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', joined(parts)));

function joined(parts: readonly Bytes[]): Bytes {
  const [only, ...others] = parts;
  if (only && others.length === 0) return only;
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const hex = (bytes: Bytes): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Of base64 in either alphabet. Undefined: it is none, or not as it would be written: every bit of it counts. */
export function bytesOf(base64: string): Bytes | undefined {
  const plain = base64.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', '');
  try {
    const text = atob(plain);
    return btoa(text).replaceAll('=', '') === plain
      ? Uint8Array.from(text, (one) => one.charCodeAt(0))
      : undefined;
  } catch {
    return undefined;
  }
}

const base64url = (bytes: Bytes): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

export const P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** What a key is called: its RFC 7638 thumbprint. */
export async function thumbprint(key: Key): Promise<string> {
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', key);
  return base64url(await sha256(utf8(JSON.stringify({ crv, kty, x, y }))));
}

export interface Signed {
  readonly text: string;
  readonly signature: Bytes;
  readonly key: Key;
}

export const signatureHolds = ({ text, signature, key }: Signed): Promise<boolean> =>
  crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, utf8(text));

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (leaf: string): Promise<Bytes> => sha256(LEAF, utf8(leaf));

export interface Inclusion {
  readonly leaf: Bytes;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Bytes[];
}

/** Where a node is in its row, and where the last one is. */
type Place = readonly [at: number, last: number];

/** The row above, past those in which the node stands alone at the end. */
function above([at, last]: Place, right: boolean): Place {
  let [to, end] = [at, last];
  while (right && to % 2 === 0 && to !== 0) [to, end] = [Math.floor(to / 2), Math.floor(end / 2)];
  return [Math.floor(to / 2), Math.floor(end / 2)];
}

/** The root of the tree of `size` leaves that holds this one at `index` (RFC 9162, 2.1.3.2). Undefined: no tree does. */
export async function rootBy({ leaf, index, size, path }: Inclusion): Promise<Bytes | undefined> {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return undefined;
  let place: Place = [index, size - 1];
  let root = leaf;
  for (const other of path) {
    const [at, last] = place;
    if (last === 0) return undefined;
    const right = at % 2 === 1 || at === last;
    root = await (right ? sha256(NODE, other, root) : sha256(NODE, root, other));
    place = above(place, right);
  }
  return place[1] === 0 ? root : undefined;
}
