import { isObject } from '../objects.ts';
import { bytesOf, hex, leafHash, rootBy, sha256, utf8 } from './digests.ts';
import { listTexts } from './list-texts.ts';
import type { Keys } from './public-keys.ts';
import { type Checked, type Checkpoint, checkedAll } from './verify-checkpoints.ts';
import { miscounted, type ProvenCount } from './verify-counts.ts';

/** One version with what proves it. */
export interface Proven {
  readonly version: number;
  /** As it was stored. */
  readonly document?: string;
  readonly digest?: string;
  readonly proof: {
    readonly checkpoint: number;
    readonly index: number;
    readonly path: readonly string[];
  } | null;
}

export interface Evidence {
  readonly subject: string;
  /** In any order. */
  readonly versions: readonly Proven[];
  readonly checkpoints: readonly { readonly number: number; readonly jws: string }[];
  /** The number of the newest version there is said to be. */
  readonly newest: number;
  /** What that checkpoint is said to count. */
  readonly counts?: readonly ProvenCount[] | undefined;
  /** The newest checkpoint there was when the first of the versions was read; 0 where there was none. */
  readonly newestCheckpoint: number;
  /** When they were asked for, by the clock of whoever checks them. */
  readonly askedAt: string;
  /** Whose signatures are believed. */
  readonly keys: Keys;
}

export interface Finding {
  /** The first thing that is wrong; undefined: all of it is valid. */
  readonly fault?: { readonly version?: number; readonly checkpoint?: number; readonly why: string };
  readonly versions: number;
  /** How many of them are in a signed checkpoint. */
  readonly covered: number;
  /** `at` of the newest checkpoint that holds one of them. */
  readonly provenUpTo?: string;
  /** None that was in a checkpoint by then is missing at the end; without it only the chain of digests shows that. */
  readonly countedUpTo?: string;
}

const why = listTexts.proofs.faults;

/**
 * Judges a subject's versions by nothing but their bytes: that none is missing or out of place, that each has its digest and
 * names its predecessor's, that its leaf is in the tree whose root a checkpoint signed. `tell` hears how many were looked at.
 */
export async function verify(
  evidence: Evidence,
  tell: (done: number) => void = () => undefined,
): Promise<Finding> {
  const rising = [...evidence.versions].sort((a, b) => a.version - b.version);
  const checkpoints = await checkedAll(evidence.checkpoints, evidence.keys);
  const last = Math.max(evidence.newest, rising.length);
  let before = FIRST;
  let sum: Finding = { versions: rising.length, covered: 0 };
  for (let version = 1; version <= last; version += 1) {
    const seen = await seenIn(rising[version - 1], {
      subject: evidence.subject,
      version,
      before,
      checkpoints,
      newestCheckpoint: evidence.newestCheckpoint,
      askedAt: evidence.askedAt,
    });
    if ('fault' in seen) return { ...sum, fault: seen.fault };
    before = seen.kept;
    const { at } = seen;
    if (at !== undefined) sum = { ...sum, covered: sum.covered + 1, provenUpTo: at };
    if (version % 200 === 0) tell(version);
  }
  return ended(sum, { ...evidence, checked: checkpoints });
}

/** What is to be said of all of them, once each was found to be what it was. */
async function ended(sum: Finding, evidence: Evidence & { readonly checked: Checkpoints }): Promise<Finding> {
  const { subject, versions, counts = [], newestCheckpoint, checked } = evidence;
  const newest = payloadOf(checked.get(newestCheckpoint));
  const held = versions.flatMap(({ version, proof }) => (proof ? [{ version, by: proof.checkpoint }] : []));
  const fault =
    forgedIn(checked) ??
    (await miscounted({ subject, counts, checkpoint: newest, held })) ??
    cutOff(newest, evidence.askedAt);
  if (fault) return { ...sum, fault };
  return newest?.counts ? { ...sum, countedUpTo: newest.counts.to } : sum;
}

/** The end of a log of which nothing newer is shown, though a checkpoint is made each day at least. */
const cutOff = (newest: Checkpoint | undefined, askedAt: string): Finding['fault'] =>
  newest && Date.parse(newest.to) < Date.parse(askedAt) - QUIET
    ? { checkpoint: newest.number + 1, why: why.cutOff }
    : undefined;

const payloadOf = (checked: Checked | undefined): Checkpoint | undefined =>
  checked && 'payload' in checked ? checked.payload : undefined;

type Checkpoints = ReadonlyMap<number, Checked>;

/** A checkpoint that holds nothing of this subject must hold all the same. */
function forgedIn(checkpoints: Checkpoints): Finding['fault'] {
  for (const [checkpoint, checked] of checkpoints)
    if ('why' in checked) return { checkpoint, why: checked.why };
  return undefined;
}

type Seen =
  | { readonly fault: NonNullable<Finding['fault']> }
  /** `at`: when the checkpoint was made that proves it. */
  | { readonly kept: Kept; readonly at: string | undefined };

/** Looks at one version: at itself, and at its proof if it has one. */
async function seenIn(one: Proven | undefined, place: Place & Until): Promise<Seen> {
  const { version, subject, checkpoints } = place;
  const kept = await keptIn(one, place);
  if ('why' in kept) return { fault: { version, why: kept.why } };
  const proof = one?.proof;
  if (!proof) {
    const fault = unheld(kept, place);
    return fault === undefined ? { kept, at: undefined } : { fault: { version, why: fault } };
  }
  const { checkpoint } = proof;
  const checked = checkpoints.get(checkpoint);
  if (!checked || 'why' in checked)
    return { fault: { version, checkpoint, why: checked?.why ?? why.noCheckpoint } };
  const { payload } = checked;
  const fault = await unproven({ ...proof, payload, kept, subject });
  return fault === undefined ? { kept, at: payload.at } : { fault: { version, checkpoint, why: fault } };
}

/** A version is in a checkpoint within minutes: so long after, one that is in none was held back, ms. */
const UNPROVED = 60 * 60_000;
/** So far the clock that a version is dated by may be ahead, ms. */
const AHEAD = 60 * 60_000;
/** Where nothing is recorded a checkpoint says so once a day, ms. */
const QUIET = 25 * 60 * 60_000;

interface Until extends Pick<Evidence, 'newestCheckpoint' | 'askedAt'> {
  readonly checkpoints: Checkpoints;
}

/** Without a proof a version is newer than the newest checkpoint, and not by much, or older than the first one. None is of a time to come. */
function unheld({ recordedAt }: Kept, { checkpoints, newestCheckpoint, askedAt }: Until): string | undefined {
  const [first, newest] = [checkpoints.get(1), checkpoints.get(newestCheckpoint)].map(payloadOf);
  if (first && recordedAt < first.from) return undefined;
  if (newest && recordedAt < newest.to) return why.unheld;
  const [at, asked] = [Date.parse(recordedAt), Date.parse(askedAt)];
  if (at < asked - UNPROVED) return why.heldBack;
  const latest = newest ? Math.max(asked, Date.parse(newest.to)) : asked;
  return at > latest + AHEAD ? why.datedForward : undefined;
}

/** What the next version must fit. */
interface Kept {
  readonly version: number;
  readonly digest: string | null;
  readonly recordedAt: string;
}

const FIRST: Kept = { version: 0, digest: null, recordedAt: '' };

interface Place {
  readonly subject: string;
  readonly version: number;
  readonly before: Kept;
}

type Fault = { readonly why: string };

/** What a version says of itself, where it is in its place and whole. */
async function keptIn(one: Proven | undefined, place: Place): Promise<Kept | Fault> {
  if (!one || one.version !== place.version) return { why: why.missing };
  const { document } = one;
  if (document === undefined) return { why: why.unreadable };
  const digest = hex(await sha256(utf8(document)));
  if (digest !== one.digest) return { why: why.digest };
  return fitting(parsed(document), { ...place, digest });
}

/** What a document says, where it says it of its own place. */
function fitting(
  said: Readonly<Record<string, unknown>> | undefined,
  { subject, version, before, digest }: Place & { readonly digest: string },
): Kept | Fault {
  const recordedAt = said?.['recordedAt'];
  if (!said || !isTime(recordedAt)) return { why: why.unreadable };
  if (said['subject'] !== subject || said['version'] !== version) return { why: why.place };
  if (said['previous'] !== before.digest) return { why: why.previous };
  return recordedAt > before.recordedAt ? { version, digest, recordedAt } : { why: why.time };
}

/** Times of this form are in the order of their texts. */
const isTime = (value: unknown): value is string =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString() === value;

interface Shown extends NonNullable<Proven['proof']> {
  readonly payload: Checkpoint;
  readonly kept: Kept;
  readonly subject: string;
}

/** What was shown late is in a checkpoint that begins within this time after it, ms. */
const LATEST = 15 * 60_000;

/** Why a proof proves nothing; undefined: it does. */
async function unproven({ payload, kept, subject, index, path }: Shown): Promise<string | undefined> {
  if (kept.recordedAt >= payload.to) return why.outside;
  if (Date.parse(kept.recordedAt) < Date.parse(payload.from) - LATEST) return why.datedBack;
  const { digest, recordedAt, version } = kept;
  const leaf = await leafHash(JSON.stringify({ digest, recordedAt, subject, version }));
  const nodes = path.flatMap((node) => bytesOf(node) ?? []);
  const whole = nodes.length === path.length;
  const made = whole ? await rootBy({ leaf, index, size: payload.size, path: nodes }) : undefined;
  return made && hex(made) === payload.root ? undefined : why.root;
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
