import { isObject } from '../objects.ts';
import { bytesOf, hex, sha256, signatureHolds } from './digests.ts';
import { listTexts } from './list-texts.ts';
import type { Keys } from './public-keys.ts';

/** What a checkpoint says. */
export interface Checkpoint {
  readonly number: number;
  readonly from: string;
  readonly to: string;
  readonly at: string;
  readonly size: number;
  readonly root: string;
  readonly previous: string | null;
  /** How many versions each subject has in the checkpoints up to one. */
  readonly counts?: Counts;
}

export interface Counts {
  readonly root: string;
  readonly size: number;
  readonly to: string;
  readonly upTo: number;
}

/** A checkpoint that its signature vouches for, or why none does. */
export type Checked = { readonly payload: Checkpoint; readonly digest: string } | { readonly why: string };

const why = listTexts.proofs.faults;

/** Checks every signature, and of neighbours that the later one names the earlier one's digest. */
export async function checkedAll(
  checkpoints: readonly { readonly number: number; readonly jws: string }[],
  keys: Keys,
): Promise<ReadonlyMap<number, Checked>> {
  const all = new Map<number, Checked>();
  const rising = [...checkpoints].sort((a, b) => a.number - b.number);
  let upTo = 0;
  for (const { number, jws } of rising) {
    const checked = following(await checkedOne(jws, { number, keys }), { before: all.get(number - 1), upTo });
    if ('payload' in checked) upTo = checked.payload.counts?.upTo ?? 0;
    all.set(number, checked);
  }
  return all;
}

interface Before {
  /** Its neighbour, where that is there. */
  readonly before: Checked | undefined;
  /** What those before it count goes up to this one. */
  readonly upTo: number;
}

function following(checked: Checked, { before, upTo }: Before): Checked {
  if (!('payload' in checked)) return checked;
  const { previous, counts } = checked.payload;
  if (before && 'payload' in before && previous !== before.digest) return { why: why.chain };
  return (counts?.upTo ?? 0) < upTo ? { why: why.uncounting } : checked;
}

interface Expected {
  readonly number: number;
  readonly keys: Keys;
}

async function checkedOne(jws: string, { number, keys }: Expected): Promise<Checked> {
  const [head = '', body = '', seal = '', ...rest] = jws.split('.');
  const [header, payload, signature] = [jsonOf(head), jsonOf(body), bytesOf(seal)];
  if (!isObject(header) || !isCheckpoint(payload) || !signature || rest.length > 0)
    return { why: why.forged };
  if (header['alg'] !== 'ES256' || header['typ'] !== 'heed-checkpoint') return { why: why.forged };
  const key = keys.get(String(header['kid']));
  if (!key) return { why: why.unknownKey };
  if (!(await signatureHolds({ text: `${head}.${body}`, signature, key }))) return { why: why.forged };
  if (payload.number !== number) return { why: why.number };
  return { payload, digest: hex(await sha256(bytesOf(body) ?? new Uint8Array())) };
}

function jsonOf(part: string): unknown {
  const bytes = bytesOf(part);
  try {
    return bytes && JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

const isCheckpoint = (value: unknown): value is Checkpoint =>
  isObject(value) &&
  value['format'] === 'heed-checkpoint/1' &&
  ['number', 'size'].every((name) => typeof value[name] === 'number') &&
  ['from', 'to', 'at', 'root'].every((name) => typeof value[name] === 'string') &&
  (value['previous'] === null || typeof value['previous'] === 'string') &&
  (value['counts'] === undefined || isCounts(value['counts']));

const isCounts = (value: unknown): value is Counts =>
  isObject(value) &&
  ['size', 'upTo'].every((name) => typeof value[name] === 'number') &&
  ['root', 'to'].every((name) => typeof value[name] === 'string');
