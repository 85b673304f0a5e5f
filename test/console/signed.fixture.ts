import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Proven } from '../../browser/audit/verify.ts';
import type { ProvenCount } from '../../browser/audit/verify-counts.ts';

/** A subject's versions with their proofs, made as docs/evidence-packs.md says and by nothing the product has. */

export interface Made {
  readonly counts?: readonly ProvenCount[];
  readonly subject: string;
  readonly versions: readonly Proven[];
  readonly checkpoints: readonly { readonly number: number; readonly jws: string }[];
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly pem: string;
}

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const sha = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const ZERO = Buffer.of(0);
const ONE = Buffer.of(1);

/** The largest power of two below a number. */
const below = (count: number): number => 2 ** Math.floor(Math.log2(count - 1));

/** RFC 6962, 2.1, as it is written there. */
const rootOf = (leaves: readonly Buffer[]): Buffer => {
  const [only] = leaves;
  if (!only) return sha('');
  if (leaves.length === 1) return sha(ZERO, only);
  const half = below(leaves.length);
  return sha(ONE, rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
};

/** RFC 6962, 2.1.1. */
const pathOf = (index: number, leaves: readonly Buffer[]): readonly Buffer[] => {
  if (leaves.length <= 1) return [];
  const half = below(leaves.length);
  return index < half
    ? [...pathOf(index, leaves.slice(0, half)), rootOf(leaves.slice(half))]
    : [...pathOf(index - half, leaves.slice(half)), rootOf(leaves.slice(0, half))];
};

const timeOf = (version: number): string => new Date(Date.UTC(2026, 2, 3) + version * 60_000).toISOString();

interface Bare {
  readonly version: number;
  readonly document: string;
  readonly digest: string;
}

function chainOf(subject: string, count: number): readonly Bare[] {
  const chain: Bare[] = [];
  for (let version = 1; version <= count; version += 1) {
    const previous = chain.at(-1)?.digest ?? null;
    const change = { choices: [{ channel: 'email', state: 'granted', topic: 'acme/newsletter' }] };
    const document = JSON.stringify({ change, previous, recordedAt: timeOf(version), subject, version });
    chain.push({ version, document, digest: sha(document).toString('hex') });
  }
  return chain;
}

const leafOf = (subject: string, { version, digest }: Bare): Buffer =>
  Buffer.from(JSON.stringify({ digest, recordedAt: timeOf(version), subject, version }));

export function signed(payload: object, key: KeyObject = pair.privateKey): string {
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  const kid = sha(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })).toString('base64url');
  const head = Buffer.from(JSON.stringify({ alg: 'ES256', kid, typ: 'heed-checkpoint' })).toString(
    'base64url',
  );
  const text = `${head}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

/** So many versions of a subject, of which each checkpoint holds so many among others'; the rest are in none yet. */
export function made(sizes: readonly number[], uncovered = 0, key: KeyObject = pair.privateKey): Made {
  const subject = 'p-1001';
  const chain = chainOf(
    subject,
    sizes.reduce((sum, size) => sum + size, uncovered),
  );
  const versions: Proven[] = [];
  const checkpoints: { number: number; jws: string }[] = [];
  let previous: string | null = null;
  for (const [at, size] of sizes.entries()) {
    const mine = chain.slice(versions.length, versions.length + size);
    const leaves = [
      Buffer.from('another’s'),
      ...mine.map((one) => leafOf(subject, one)),
      Buffer.from('more'),
    ];
    const payload: object = {
      ...{
        at: timeOf(10_000 + at),
        format: 'heed-checkpoint/1',
        from: timeOf(0),
        number: at + 1,
        origin: 'heed',
      },
      ...{ previous, root: rootOf(leaves).toString('hex'), size: leaves.length },
      to: timeOf((mine.at(-1)?.version ?? 0) + 1),
    };
    checkpoints.push({ number: at + 1, jws: signed(payload, key) });
    previous = sha(JSON.stringify(payload)).toString('hex');
    for (const [index, one] of mine.entries()) {
      const path = pathOf(index + 1, leaves).map((node) => node.toString('base64'));
      versions.push({ ...one, proof: { checkpoint: at + 1, index: index + 1, path } });
    }
  }
  for (const one of chain.slice(versions.length)) versions.push({ ...one, proof: null });
  const publicKey = createPublicKey(key);
  return {
    ...{ subject, versions, checkpoints, jwk: { ...publicKey.export({ format: 'jwk' }) } },
    pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

const countLeaf = (subject: string, versions: number): Buffer =>
  Buffer.from(JSON.stringify({ subject, versions }));

/** A third checkpoint, empty, after the two of another; it counts so many of each subject in both, by id. */
export function counting(one: Made, all: readonly (readonly [string, number])[]): Made {
  const second = partOf(one.checkpoints[1]?.jws ?? '');
  const { to } = JSON.parse(second);
  const leaves = all.map(([subject, versions]) => countLeaf(subject, versions));
  const payload = {
    ...{ at: timeOf(10_002), format: 'heed-checkpoint/1', from: to, number: 3, origin: 'heed' },
    ...{ previous: sha(second).toString('hex'), root: sha('').toString('hex'), size: 0, to },
    counts: { root: rootOf(leaves).toString('hex'), size: all.length, to, upTo: 2 },
  };
  const counts = all.map(([subject, versions], index) => ({
    ...{ subject, versions, index },
    path: pathOf(index, leaves).map((node) => node.toString('base64')),
  }));
  return { ...one, checkpoints: [...one.checkpoints, { number: 3, jws: signed(payload) }], counts };
}

const partOf = (jws: string): string => Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString();
