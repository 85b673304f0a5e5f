import type { Clock, Records, Seals, Stored, StoredRaw } from '../../ports.ts';
import type { ProvenCount } from '../count-pages.ts';
import type { RecordView } from '../read.ts';
import type { DeliveriesView } from '../read-deliveries.ts';
import type { RecipientView } from '../recipients.ts';
import type { ToldView } from '../told.ts';
import type { CheckpointFile, Proofs, Proved } from './proofs.ts';

/** What is known of one person, read in an order in which it fits together. */
export interface Gathered {
  readonly subject: string;
  /** 1 to the newest. */
  readonly versions: readonly StoredRaw[];
  /** Those of them that can be relied on. */
  readonly reliable: readonly Stored[];
  readonly record: RecordView;
  /** Newest first, as the API shows it: personal parts opened where their key still is. */
  readonly history: readonly object[];
  readonly deliveries: DeliveriesView;
  /** What became of each version at each destination; of a long history the newest. */
  readonly told: readonly ToldView[];
  readonly recipients: readonly RecipientView[];
  /** In the order of `versions`. */
  readonly proofs: readonly (Proved | undefined)[];
  readonly checkpoints: readonly CheckpointFile[];
  /** How many versions the newest of them counts. */
  readonly counts: readonly ProvenCount[];
  /** Signed certificate of her erasure. */
  readonly certificate: string | undefined;
}

/** Views that the API has of a person, composed by whoever makes packs. */
export interface Views {
  readonly record: (subject: string) => Promise<RecordView>;
  readonly history: (query: {
    readonly subject: string;
    readonly limit: number;
    readonly below?: number | undefined;
  }) => Promise<{ readonly versions: readonly object[]; readonly next?: number }>;
  readonly deliveries: (subject: string) => Promise<DeliveriesView>;
  readonly told: (
    subject: string,
    page: { readonly below: number; readonly limit: number },
  ) => Promise<readonly ToldView[]>;
  readonly recipients: (subject: string) => Promise<readonly RecipientView[]>;
  readonly certificate: (subject: string) => Promise<string | undefined>;
}

export interface GatherPorts {
  readonly records: Pick<Records, 'raw'>;
  readonly seals: Pick<Seals, 'open'>;
  readonly proofs: Proofs;
  readonly views: Views;
  readonly clock: Pick<Clock, 'now'>;
}

/** A pack of more versions is made in bulk: all of them are in memory at once. */
export const MOST_AT_ONCE = 20_000;
/** The same by the length of what is stored of them. */
const MOST_LENGTH = 64 * 1024 * 1024;
const PAGE = 500;

/** An answer may take half a minute: what took longer than this is not read a second time, ms. */
const LONGEST_TRY = 10_000;

/**
 * Undefined where there is too much for one answer. What was recorded while it was read is read as well, once more from the
 * beginning: where she goes on speaking, or that took long, a pack would say two things of her, and is made in bulk. A record that
 * still knows more than the same versions is no haste: versions are missing, and that is for the pack to show.
 */
export async function gather(ports: GatherPorts, subject: string): Promise<Gathered | undefined> {
  const begun = ports.clock.now();
  const first = await gatherOnce(ports, subject);
  if (!first || first.record.version <= newestIn(first)) return first;
  if (ports.clock.now() - begun > LONGEST_TRY) return undefined;
  const second = await gatherOnce(ports, subject);
  if (!second) return undefined;
  const newest = newestIn(second);
  return second.record.version <= newest || newest === newestIn(first) ? second : undefined;
}

const newestIn = ({ versions }: Gathered): number => versions.at(-1)?.version ?? 0;

async function gatherOnce(ports: GatherPorts, subject: string): Promise<Gathered | undefined> {
  const newest = await ports.proofs.newest();
  const versions = await everyVersion(ports.records, subject);
  if (!versions) return undefined;
  const { views } = ports;
  const [record, history, deliveries, recipients, certificate] = await Promise.all([
    views.record(subject),
    wholeHistory(views, subject, versions.at(-1)?.version ?? 0),
    views.deliveries(subject),
    views.recipients(subject),
    views.certificate(subject),
  ]);
  const below = (versions.at(-1)?.version ?? 0) + 1;
  const told = await views.told(subject, { below, limit: MOST_TOLD });
  return {
    subject,
    versions,
    reliable: versions.flatMap(({ stored }) => (stored ? [stored] : [])),
    ...{ record, history, deliveries, told, recipients, certificate },
    ...(await provedBy(ports.proofs, { subject, versions, newest })),
  };
}

async function everyVersion(
  records: GatherPorts['records'],
  subject: string,
): Promise<readonly StoredRaw[] | undefined> {
  const found: StoredRaw[] = [];
  let below: number | undefined;
  let length = 0;
  do {
    const page = await records.raw(subject, { limit: PAGE, ...(below !== undefined && { below }) });
    length += page.reduce((sum, { document = '' }) => sum + document.length, 0);
    if ((page[0]?.version ?? 0) > MOST_AT_ONCE || length > MOST_LENGTH) return undefined;
    found.push(...page);
    below = page.length < PAGE ? 1 : page.at(-1)?.version;
  } while (below !== undefined && below > 1);
  return found.reverse();
}

/** Up to the newest that was read: what comes meanwhile is not in the pack. */
async function wholeHistory(views: Views, subject: string, newest: number): Promise<readonly object[]> {
  const found: object[] = [];
  let below: number | undefined = newest + 1;
  while (below !== undefined && below > 1) {
    const page: Awaited<ReturnType<Views['history']>> = await views.history({ subject, limit: 200, below });
    found.push(...page.versions);
    below = page.next;
  }
  return found;
}

/** Versions of which is said, one by one, who was told of them. */
const MOST_TOLD = 100;

interface ToProve {
  readonly subject: string;
  readonly versions: readonly StoredRaw[];
  /** Checkpoints after this one came too late for this pack. */
  readonly newest: number;
}

async function provedBy(proofs: Proofs, { subject, versions, newest }: ToProve) {
  const asked = versions.map(({ version, recordedAt = '' }) => ({ subject, version, recordedAt }));
  const found = (await proofs.of(asked)).map((proved) =>
    proved && proved.checkpoint <= newest ? proved : undefined,
  );
  const numbers = new Set(found.flatMap((proved) => (proved ? [proved.checkpoint] : [])));
  /** The first says when the log began: what is older cannot be in it. */
  if (newest > 0) numbers.add(1).add(newest);
  const rising = [...numbers].sort((a, b) => a - b);
  const counts = await proofs.counts(newest, subject);
  return { proofs: found, checkpoints: await proofs.checkpoints(rising), counts };
}
