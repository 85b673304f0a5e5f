import * as z from 'zod';
import { BrokenVersionError } from '../domain/broken-version.ts';
import { sha256 } from '../domain/digest.ts';
import type { About } from '../domain/event.ts';
import { Facts, factsOf } from '../domain/facts.ts';
import { isLate } from '../domain/late.ts';
import { isRecordingTime } from '../domain/time.ts';
import type { Version } from '../domain/vocabulary.ts';
import type { Findable, Recorded, Stored, StoredRaw } from '../ports.ts';
import { type Image, type Item, padded, subjectKey, subjectOf, text, textIn, textOf } from './item.ts';

/** Partitions that one minute (or one day of expiry) is spread over: each takes a thousand writes a second. */
export const SHARDS = 8;

const VERSION = 'V#';

export const versionKey = (subject: string, version: number): Item => ({
  pk: text(subjectKey(subject)),
  sk: text(`${VERSION}${padded(version)}`),
});

const shardOf = (subject: string): number => Number.parseInt(sha256(subject).slice(0, 2), 16) % SHARDS;

export const minuteKey = (iso: string, shard: number): string => `${iso.slice(0, 16)}#${shard}`;
export const dayKey = (iso: string, shard: number): string => `${iso.slice(0, 10)}#${shard}`;

/** A version as one item: the record, its history and its outbox. */
export function versionItem(stored: Stored, { about, expiresAt }: Findable): Item {
  const { subject, version, recordedAt, previous } = stored.version;
  const shard = shardOf(subject);
  return {
    ...versionKey(subject, version),
    document: text(stored.document),
    digest: text(stored.digest),
    ...(previous !== null && { previous: text(previous) }),
    ...(stored.remembered.length > 0 && { remembered: text(stored.remembered.join(' ')) }),
    recordedAt: text(recordedAt),
    minute: text(minuteKey(recordedAt, shard)),
    at: text(`${recordedAt}#${subject}#${version}`),
    about: text(JSON.stringify(about)),
    facts: text(JSON.stringify(factsOf(stored.version))),
    ...(isLate(stored.version) && { late: text(stored.version.change.evidence.occurredAt) }),
    ...(expiresAt !== undefined && {
      expiryDay: text(dayKey(expiresAt, shard)),
      expiresAt: text(expiresAt),
    }),
  };
}

/** True for the items that are versions: what a stream of the table must be asked before `storedOf`. */
export const isVersionItem = (image: Image): boolean => textIn(image, 'sk')?.startsWith(VERSION) ?? false;

/** What `storedOf` needs of an item: the rest, for the indexes, need not travel. */
export const STORED_ATTRIBUTES = 'pk, sk, document, digest, remembered';
/** What `storedRawOf` needs. */
export const RAW_ATTRIBUTES = `${STORED_ATTRIBUTES}, recordedAt`;

/**
 * Reads a version item, from the table or its stream. Throws a BrokenVersionError where the document is not what its
 * digest says, or stands in another version's place.
 */
export function storedOf(image: Image): Stored {
  const stored = reliable(image);
  if (stored === undefined) throw brokenOf(image);
  return stored;
}

function reliable(image: Image): Stored | undefined {
  const document = textIn(image, 'document');
  const digest = textIn(image, 'digest');
  if (document === undefined || digest === undefined || sha256(document) !== digest) return undefined;
  const version = parsed(document);
  if (!isVersion(version) || !isInItsPlace(version, image)) return undefined;
  return { version, document, digest, remembered: textIn(image, 'remembered')?.split(' ') ?? [] };
}

const isInItsPlace = ({ subject, version }: Version, image: Image): boolean =>
  subject === subjectOf(textOf(image, 'pk')) && version === versionNumberOf(image);

function brokenOf(image: Image): BrokenVersionError {
  return new BrokenVersionError(
    subjectOf(textOf(image, 'pk')),
    versionNumberOf(image),
    textIn(image, 'digest') ?? null,
  );
}

/** The number of a version, by its key. */
export const versionNumberOf = (image: Image): number => Number(textOf(image, 'sk').slice(VERSION.length));

/** The same, for whoever must see what cannot be relied on as well. */
export function storedRawOf(image: Image): StoredRaw {
  const stored = reliable(image);
  const document = textIn(image, 'document');
  const digest = textIn(image, 'digest');
  const recordedAt = stored?.version.recordedAt ?? textIn(image, 'recordedAt');
  return {
    version: versionNumberOf(image),
    ...(recordedAt !== undefined && { recordedAt }),
    ...(document !== undefined && { document }),
    ...(digest !== undefined && { digest }),
    broken: stored === undefined,
    ...(stored && { stored }),
  };
}

/**
 * The document is our own and its digest has been checked: its outline tells it from anything else. Whoever writes the table can
 * make a digest that fits; of a time that is none, or the last there is, no later one could be reckoned, and nobody could say stop
 * any more.
 */
const isVersion = (value: unknown): value is Version =>
  typeof value === 'object' &&
  value !== null &&
  'subject' in value &&
  typeof value.subject === 'string' &&
  'version' in value &&
  typeof value.version === 'number' &&
  'recordedAt' in value &&
  typeof value.recordedAt === 'string' &&
  isRecordingTime(value.recordedAt) &&
  'change' in value &&
  'record' in value;

const strings = z.array(z.string()).readonly();
const ABOUT = z.object({
  topics: strings,
  channels: strings,
  preferences: strings,
  identifiersChanged: strings,
});

/** What a version is about; undefined where its item does not say so as Heed writes it. */
export function aboutOfItem(image: Image): Findable['about'] | undefined {
  const about = ABOUT.safeParse(parsed(textIn(image, 'about')));
  return about.success ? about.data : undefined;
}

/** Reads an entry of the index by time. Its keys say which version it is, whatever became of the rest. */
export function recordedOf(image: Image): Recorded {
  const [recordedAt = ''] = textOf(image, 'at').split('#');
  const about = ABOUT.safeParse(parsed(textIn(image, 'about')));
  return {
    subject: subjectOf(textOf(image, 'pk')),
    version: versionNumberOf(image),
    recordedAt,
    about: about.success ? about.data : NOTHING,
    ...digestOf(image),
    ...(about.success && factsIn(image)),
  };
}

/** Of a version whose item does not say what it is about. */
const NOTHING: About = { topics: [], channels: [], preferences: [], identifiersChanged: [] };

/** Whoever spoils it spoils no delivery: what is proved misses it, and says so. */
function digestOf(image: Image): Pick<Recorded, 'digest'> {
  const digest = textIn(image, 'digest');
  return digest === undefined ? {} : { digest };
}

/** Given with what the version is about or not at all: without them whoever searches reads the version itself. */
function factsIn(image: Image): Pick<Recorded, 'facts'> {
  const facts = Facts.safeParse(parsed(textIn(image, 'facts')));
  return facts.success ? { facts: facts.data } : {};
}

function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Reads an entry of the index by expiry. */
export const expiringOf = (image: Image) => ({
  subject: subjectOf(textOf(image, 'pk')),
  expiresAt: textOf(image, 'expiresAt'),
});
