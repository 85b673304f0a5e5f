import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { leafHash, pathOf, rootOf } from './rfc6962.ts';
import { type File, zip } from './zip.ts';

/** A maker of evidence packs from `docs/evidence-packs.md` alone: neither Heed's own nor the verifier has a part in it. */

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const sorted = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${sorted.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

export interface Key {
  readonly kid: string;
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly pem: string;
  readonly privateKey: KeyObject;
}

export function aKey(): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(canonical({ crv, kty, x, y })).digest('base64url');
  const jwk = { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };
  return { kid, jwk, privateKey, pem: publicKey.export({ format: 'pem', type: 'spki' }).toString() };
}

export function signed(payload: string, typ: string, { kid, privateKey }: Key): string {
  const part = (text: string): string => Buffer.from(text).toString('base64url');
  const input = `${part(canonical({ alg: 'ES256', kid, typ }))}.${part(payload)}`;
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const other = mirrored(signature);
  const low = Buffer.compare(signature.subarray(32), other.subarray(32)) < 0 ? signature : other;
  return `${input}.${low.toString('base64url')}`;
}

const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/** The other signature that holds for the same. */
export function mirrored(signature: Buffer): Buffer {
  const other = ORDER - BigInt(`0x${signature.subarray(32).toString('hex')}`);
  const half = Buffer.from(other.toString(16).padStart(64, '0'), 'hex');
  return Buffer.concat([signature.subarray(0, 32), half]);
}

/** What a version's document says, as far as a verifier looks. */
export interface Doc {
  readonly subject: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly state: string;
  readonly source: string;
}

export interface Stored extends Doc {
  readonly document: string;
  readonly digest: string;
}

export const at = (second: number): string => new Date(Date.UTC(2026, 4, 1, 10, 0, second)).toISOString();

/** Versions of one subject, each with the digest of the one before. */
export function stored(docs: readonly Doc[]): readonly Stored[] {
  const done: Stored[] = [];
  for (const doc of docs) {
    const { subject, version, recordedAt, state, source } = doc;
    const choices = [{ topic: 'acme/newsletter', channel: 'email', state }];
    const previous = done.at(-1)?.digest ?? null;
    const change = { choices, evidence: { source, occurredAt: recordedAt } };
    const document = canonical({ subject, version, recordedAt, previous, change, record: {} });
    done.push({ ...doc, document, digest: sha256(document) });
  }
  return done;
}

/** Versions 1 to `count`, one every `every` seconds. */
export const aHistory = (subject: string, { count = 3, from = 0, every = 10 } = {}): readonly Doc[] =>
  Array.from({ length: count }, (_, place) => ({
    subject,
    version: place + 1,
    recordedAt: at(from + place * every),
    state: place % 2 === 0 ? 'granted' : 'withdrawn',
    source: place % 3 === 2 ? 'crm-import' : 'preference-center',
  }));

export const inTime = (versions: readonly Stored[]): readonly Stored[] =>
  [...versions].sort(
    (one, other) =>
      one.recordedAt.localeCompare(other.recordedAt) ||
      Buffer.compare(Buffer.from(one.subject), Buffer.from(other.subject)) ||
      one.version - other.version,
  );

export const leaf = ({ digest, recordedAt, subject, version }: Stored): Buffer =>
  leafHash(canonical({ digest, recordedAt, subject, version }));

export interface Made {
  readonly number: number;
  readonly payload: string;
  readonly jws: string;
  readonly versions: readonly Stored[];
  readonly leaves: readonly Buffer[];
  /** How many versions of each subject it counts, where it does. */
  readonly counts: readonly Counted[];
}

export interface Counted {
  readonly subject: string;
  readonly versions: number;
}

const countLeaf = ({ subject, versions }: Counted): Buffer => leafHash(canonical({ subject, versions }));

/** How many versions of each subject are in these checkpoints. */
export function countedIn(log: readonly Made[]): readonly Counted[] {
  const all = log.flatMap(({ versions }) => versions.map(({ subject }) => subject));
  const subjects = [...new Set(all)].sort((one, other) =>
    Buffer.compare(Buffer.from(one), Buffer.from(other)),
  );
  return subjects.map((subject) => ({ subject, versions: all.filter((one) => one === subject).length }));
}

/** The line of one count, at its index. */
export const countLine = (counts: readonly Counted[], index: number): string => {
  const path = pathOf(index, counts.map(countLeaf)).map((node) => node.toString('base64'));
  return canonical({ index, path, ...counts[index] });
};

/** What is said of a subject: its count, or those of its neighbours. */
export function countLines(counts: readonly Counted[], subject: string): readonly string[] {
  const own = counts.findIndex((one) => one.subject === subject);
  const next = counts.findIndex((one) => one.subject > subject);
  const near = [(next < 0 ? counts.length : next) - 1, next];
  return (own < 0 ? near : [own]).flatMap((index) => (counts[index] ? [countLine(counts, index)] : []));
}

export interface Period {
  readonly from: string;
  readonly to: string;
}

interface Logging {
  readonly periods: readonly Period[];
  readonly key: Key;
  /** Number of the checkpoint that a version is in, where it is not that of its time. */
  readonly late?: (one: Stored) => number | undefined;
  /** Up to which checkpoint one counts versions; 0: it does not. */
  readonly counting?: (number: number) => number;
}

/** A chain of checkpoints, one for each period, over the versions recorded in it. */
export function aLog(
  versions: readonly Stored[],
  { periods, key, late = () => undefined, counting = () => 0 }: Logging,
): readonly Made[] {
  const made: Made[] = [];
  for (const [place, { from, to }] of periods.entries()) {
    const held = inTime(versions).filter((one) => {
      const own = late(one);
      return own === undefined ? one.recordedAt >= from && one.recordedAt < to : own === place + 1;
    });
    const leaves = held.map(leaf);
    const last = made.at(-1);
    const counted = made.slice(0, counting(place + 1));
    const counts = countedIn(counted);
    const reached = periods[counted.length - 1]?.to;
    const fields = {
      ...{ format: 'heed-checkpoint/1', origin: 'heed', number: place + 1, from, to, at: to },
      ...{ size: leaves.length, root: rootOf(leaves).toString('hex') },
      previous: last === undefined ? null : sha256(last.payload),
      ...(counted.length > 0 && {
        counts: {
          ...{ root: rootOf(counts.map(countLeaf)).toString('hex'), size: counts.length },
          ...{ to: reached, upTo: counted.length },
        },
      }),
    };
    const payload = canonical(fields);
    made.push({
      number: place + 1,
      payload,
      jws: signed(payload, 'heed-checkpoint', key),
      versions: held,
      leaves,
      counts,
    });
  }
  return made;
}

/** A pack before it is sealed: whatever a forger could touch. */
export interface Parts {
  readonly head: Readonly<Record<string, unknown>>;
  readonly versions: readonly string[];
  readonly checkpoints: readonly string[];
  readonly proofs: readonly string[];
  readonly others: Readonly<Record<string, Buffer>>;
}

export const README = 'What this is.\n';

export const CREATED = at(1_800);

const HEAD = { format: 'heed-evidence-pack/2', createdAt: CREATED };

const versionLine = ({ digest, document, subject, version }: Stored): string =>
  canonical({ digest, document, subject, version });

const checkpointLine = ({ number, jws }: Made): string => canonical({ number, jws });

export const proofLine = (
  one: Stored,
  { log, paths }: { log: readonly Made[]; paths: boolean },
): readonly string[] => {
  const made = log.find(({ versions }) => versions.some(({ digest }) => digest === one.digest));
  if (!made) return [];
  const index = made.versions.findIndex(({ digest }) => digest === one.digest);
  const path = pathOf(index, made.leaves).map((node) => node.toString('base64'));
  const { subject, version } = one;
  return [canonical({ checkpoint: made.number, index, subject, version, ...(paths && { path }) })];
};

const countsFile = (counts: readonly Counted[], subject: string): Parts['others'] =>
  counts.length > 0 ? { 'counts.jsonl': linesFile(countLines(counts, subject)) } : {};

/** The parts of a pack of one subject's versions. */
export function subjectParts(subject: string, versions: readonly Stored[], log: readonly Made[]): Parts {
  const proofs = versions.map((one) => proofLine(one, { log, paths: true }));
  const newest = versions.at(-1);
  const holding = log.filter(
    (made, place) => place === log.length - 1 || made.versions.some((one) => versions.includes(one)),
  );
  return {
    head: {
      ...{ ...HEAD, kind: 'subject', subject, versions: versions.length },
      ...(newest && { newest: { version: newest.version, digest: newest.digest } }),
    },
    versions: versions.map(versionLine),
    checkpoints: holding.map(checkpointLine),
    proofs: proofs.flat(),
    others: { 'README.txt': Buffer.from(README), ...countsFile(log.at(-1)?.counts ?? [], subject) },
  };
}

const endOf = ({ payload }: Made): string => JSON.parse(payload).to;

const edgeLines = (made: Made, { from, to }: Period): readonly string[] => {
  const before = made.versions.findLastIndex(({ recordedAt }) => recordedAt < from);
  const after = made.versions.findIndex(({ recordedAt }) => recordedAt >= to);
  return [before, after].flatMap((index) => (made.versions[index] ? [edgeLine(made, index)] : []));
};

/** The leaf at an index, to be shown next to a period. */
export function edgeLine({ number, versions }: Made, index: number): string {
  const one = versions[index];
  if (!one) throw new Error('there is no such leaf');
  const { digest, recordedAt, subject, version } = one;
  return canonical({ checkpoint: number, digest, index, recordedAt, subject, version });
}

/** What was recorded just before a moment may be in checkpoints that begin so long after it, ms. */
const LATE = 15 * 60_000;

/** The parts of a pack of what was recorded in a period. */
export function periodParts(
  { from, to, source }: Period & { readonly source?: string },
  versions: readonly Stored[],
  log: readonly Made[],
): Parts {
  const own = inTime(versions).filter(
    (one) => one.recordedAt >= from && one.recordedAt < to && (source === undefined || one.source === source),
  );
  const payloads = log.map(({ payload }): Period => JSON.parse(payload));
  const sharing = log.filter((_, place) => {
    const period = payloads[place];
    const end = new Date(Date.parse(to) + LATE).toISOString();
    return place === 0 || (period !== undefined && period.from < end && period.to > from);
  });
  const shown = sharing.filter(
    (made) =>
      made.versions.some((one) => own.includes(one)) ||
      (source === undefined && made.versions.length > 0 && endOf(made) > from),
  );
  const edges = source === undefined ? shown.flatMap((made) => edgeLines(made, { from, to })) : [];
  const leaves = shown.map((made) => [`leaves/${made.number}.bin`, Buffer.concat(made.leaves)] as const);
  return {
    head: { ...HEAD, kind: 'period', from, to, ...(source && { source }), versions: own.length },
    versions: own.map(versionLine),
    checkpoints: sharing.map(checkpointLine),
    proofs: own.flatMap((one) => proofLine(one, { log, paths: false })),
    others: Object.fromEntries([...leaves, ['edges.jsonl', linesFile(edges)]]),
  };
}

export const linesFile = (lines: readonly string[]): Buffer =>
  Buffer.from(lines.map((line) => `${line}\n`).join(''));

/** The files of a pack but for the manifest; `pieces` splits and packs those of versions. */
export function filesOf(parts: Parts, { pieces = 0 } = {}): readonly File[] {
  const single: File[] = [['versions.jsonl', linesFile(parts.versions)]];
  const split: File[] = Array.from({ length: pieces }, (_, place) => {
    const size = Math.ceil(parts.versions.length / pieces);
    const lines = parts.versions.slice(place * size, (place + 1) * size);
    return [`versions-${String(place + 1).padStart(6, '0')}.jsonl.gz`, gzipSync(linesFile(lines))];
  });
  return [
    ...(pieces === 0 ? single : split),
    ['checkpoints.jsonl', linesFile(parts.checkpoints)],
    ['proofs.jsonl', linesFile(parts.proofs)],
    ...Object.entries(parts.others),
  ];
}

export const manifestOf = (head: Parts['head'], files: readonly File[]): string =>
  canonical({
    ...head,
    files: files.map(([name, data]) => ({ name, bytes: data.length, sha256: sha256(data) })),
  });

/** A pack, sealed with the key. */
export function seal(parts: Parts, key: Key, how: { readonly pieces?: number } = {}): Buffer {
  const files = filesOf(parts, how);
  const manifest = manifestOf(parts.head, files);
  return zip([
    ...files,
    ['manifest.json', Buffer.from(manifest)],
    ['manifest.jws', Buffer.from(signed(manifest, 'heed-manifest', key))],
  ]);
}
