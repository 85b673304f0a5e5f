import { gzipSync } from 'node:zlib';
import type { Signer } from '../../audit-ports.ts';
import { noticeName, shownText } from '../../domain/shown-text.ts';
import { toIso } from '../../domain/time.ts';
import { consentReceipts, consentRecords, type Processing } from './consent-records.ts';
import { type PackFile, placed } from './container.ts';
import { type Gathered, type GatherPorts, gather } from './gather.ts';
import { kantaraReceipts } from './kantara.ts';
import { checkpointLine, countLine, proofLine, versionLine } from './lines.ts';
import { closingOf, type PackFacts } from './manifest.ts';
import { readmeOf } from './readme.ts';

export interface SubjectPackPorts extends GatherPorts {
  readonly signer: Signer;
  readonly processing: Processing;
  /** `id/version/language` → text, exactly as it was shown. */
  readonly texts: Readonly<Record<string, string>>;
  /** Draws `index.html`. */
  readonly page: (gathered: Gathered, createdAt: string) => Promise<string>;
}

export interface Pack {
  readonly bytes: Buffer;
  readonly versions: number;
}

/** A function's answer may have 6 MB, and bytes go in base64. */
const MOST_ANSWERED = 4_500_000;
/** Files larger than this are gzipped. */
const LARGE = 256 * 1024;

/**
 * Everything about one person, in one file that proves itself. What is opened for it (identifiers, personal parts of the
 * evidence) is in the files for people; it is made for whoever asked and kept nowhere. Undefined where it is too large.
 */
export const makeSubjectPack =
  (ports: SubjectPackPorts) =>
  async (subject: string): Promise<Pack | undefined> => {
    const createdAt = toIso(ports.clock.now());
    const gathered = await gather(ports, subject);
    if (!gathered) return undefined;
    const facts = factsOf(gathered, createdAt);
    const files = [
      { name: 'README.txt', content: Buffer.from(readmeOf(facts)) },
      ...(await readable(ports, gathered, createdAt)),
      json('keys.json', { keys: await ports.signer.keys() }),
      ...proving(gathered),
    ].map(smaller);
    const { entries, bytes, at } = placed(files, 0);
    const closing = await closingOf(ports.signer, { facts, entries, at });
    const whole = Buffer.concat([bytes, closing]);
    return whole.length > MOST_ANSWERED ? undefined : { bytes: whole, versions: facts.versions };
  };

function factsOf({ subject, versions }: Gathered, createdAt: string): PackFacts {
  const newest = versions.at(-1);
  const kind = 'subject' as const;
  return {
    ...{ kind, createdAt, subject, versions: versions.length },
    ...(newest && { newest: { version: newest.version, digest: newest.digest ?? '' } }),
  };
}

const json = (name: string, value: object): PackFile => ({
  name,
  content: Buffer.from(`${JSON.stringify(value, null, 2)}\n`),
});

const text = (name: string, words: string): PackFile => ({ name, content: Buffer.from(words) });

/** For people and other programs. */
async function readable(
  { page, texts, processing }: SubjectPackPorts,
  gathered: Gathered,
  createdAt: string,
): Promise<readonly PackFile[]> {
  const { subject, reliable, record, history, deliveries, told, recipients, certificate } = gathered;
  const records = consentRecords(subject, reliable, processing);
  return [
    text('index.html', await page(gathered, createdAt)),
    json('record.json', record),
    json('history.json', { subject, versions: history }),
    json('deliveries.json', { ...deliveries, versions: told }),
    json('recipients.json', { subject, recipients }),
    ...shownIn(gathered, texts),
    ...(processing.controllers
      ? [
          json('consent-record.json', records),
          json('consent-receipts.json', consentReceipts(records, processing)),
          json('kantara-receipts.json', kantaraReceipts(subject, reliable, processing)),
        ]
      : []),
    ...(certificate === undefined ? [] : [text('erasure.jws', certificate)]),
  ];
}

/** The texts that were shown, as far as Heed keeps them. */
function shownIn({ reliable }: Gathered, texts: SubjectPackPorts['texts']): readonly PackFile[] {
  const shown = new Map<string, string>();
  for (const { version } of reliable) {
    const { notice } = version.change.evidence;
    const words = notice && shownText(notice, texts);
    if (notice && words !== undefined) shown.set(noticeName(notice), words);
  }
  const names = [...shown].filter(([name]) => NAME.test(name)).sort();
  return names.map(([name, words]) => text(`notices/${name}.txt`, words));
}

/** What a file in a pack may be called. */
const NAME = /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/;

/** What a verifier reads. */
function proving({ subject, versions, proofs, checkpoints, counts }: Gathered): readonly PackFile[] {
  const placedAt = versions.flatMap(({ version }, i) => {
    const proved = proofs[i];
    return proved ? [proofLine({ subject, version }, proved)] : [];
  });
  return [
    text('versions.jsonl', versions.map((raw) => versionLine(subject, raw)).join('')),
    text('checkpoints.jsonl', checkpoints.map(checkpointLine).join('')),
    text('proofs.jsonl', placedAt.join('')),
    ...(counts.length > 0 ? [text('counts.jsonl', counts.map(countLine).join(''))] : []),
  ];
}

/** Gzip at its own settings, without a time: the same bytes each time. */
const smaller = ({ name, content }: PackFile): PackFile =>
  content.length > LARGE ? { name: `${name}.gz`, content: gzipSync(content) } : { name, content };
