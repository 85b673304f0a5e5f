import * as z from 'zod';
import type { Catalogue } from '../domain/catalogue.ts';
import type { AnswerChange, Choice, ChoiceOutcome, Preference } from '../domain/vocabulary.ts';
import type { Records, Seals, Stored, StoredRaw } from '../ports.ts';
import { type ReadEvidence, readEvidence } from './provenance.ts';

export interface HistoryPorts {
  readonly records: Pick<Records, 'raw'>;
  readonly seals: Pick<Seals, 'open'>;
  readonly catalogue: Pick<Catalogue, 'notices'>;
}

export interface HistoryQuery {
  readonly subject: string;
  readonly limit: number;
  /** Only versions below this one. */
  readonly below?: number | undefined;
}

/** One version as an auditor reads it. */
export interface VersionView {
  readonly version: number;
  readonly recordedAt: string;
  readonly change: {
    readonly choices: readonly Choice[];
    readonly preferences: readonly Preference[];
    /** Kinds of identifier that changed; values are in the record. */
    readonly identifiers: readonly { readonly kind: string; readonly removed: boolean }[];
    readonly restricted?: boolean;
  };
  readonly evidence: ReadEvidence & { readonly personal?: Readonly<Record<string, string>> };
  readonly outcomes: readonly ChoiceOutcome[];
  readonly changed: readonly AnswerChange[];
  readonly digest: string;
  readonly previous: string | null;
}

/** A version that is not what its digest says, or has none: nothing in it can be relied on. */
export interface BrokenView {
  readonly version: number;
  readonly broken: true;
  /** The digest it is stored with. */
  readonly digest: string | null;
}

export interface HistoryView {
  readonly subject: string;
  readonly versions: readonly (VersionView | BrokenView)[];
  /** The version below which the next page starts; missing on the last page. */
  readonly next?: number;
}

/** A function's answer may have 6 MB; a page of large versions ends sooner than asked. */
const PAGE_BYTES = 4_000_000;

/** Versions, newest first, with their evidence and outcomes. One that is broken is named, and hides no other. */
export const readHistory =
  (ports: HistoryPorts) =>
  async ({ subject, limit, below }: HistoryQuery): Promise<HistoryView> => {
    const page = await ports.records.raw(subject, { limit, ...(below !== undefined && { below }) });
    const versions: (VersionView | BrokenView)[] = [];
    let bytes = 0;
    for (const raw of page) {
      const view = await viewOf(ports, raw);
      bytes += Buffer.byteLength(JSON.stringify(view));
      if (bytes > PAGE_BYTES && versions.length > 0) break;
      versions.push(view);
    }
    const last = versions.at(-1)?.version ?? 1;
    return { subject, versions, ...(last > 1 && { next: last }) };
  };

const viewOf = async (ports: HistoryPorts, raw: StoredRaw): Promise<VersionView | BrokenView> =>
  raw.stored ? versionView(ports, raw.stored) : brokenView(raw);

export const isBroken = (view: VersionView | BrokenView): view is BrokenView => 'broken' in view;

const brokenView = ({ version, digest }: StoredRaw): BrokenView => ({
  version,
  broken: true,
  digest: digest ?? null,
});

async function versionView(
  { seals, catalogue }: HistoryPorts,
  { version, digest }: Stored,
): Promise<VersionView> {
  const { choices, preferences, identifiers, evidence, restricted } = version.change;
  const { personal: sealed } = evidence;
  const personal = sealed === undefined ? undefined : await openPersonal(seals, version.subject, sealed);
  const open = readEvidence(evidence, catalogue);
  return {
    version: version.version,
    recordedAt: version.recordedAt,
    change: {
      choices,
      preferences,
      identifiers: identifiers.map(({ kind, hash }) => ({ kind, removed: hash === null })),
      ...(restricted !== undefined && { restricted }),
    },
    evidence: personal ? { ...open, personal } : open,
    outcomes: version.outcomes,
    changed: version.changed,
    digest,
    previous: version.previous,
  };
}

const Personal = z.record(z.string(), z.string());

async function openPersonal(
  seals: Pick<Seals, 'open'>,
  subject: string,
  sealed: string,
): Promise<Readonly<Record<string, string>> | undefined> {
  const text = await seals.open(subject, sealed);
  return text === undefined ? undefined : Personal.parse(JSON.parse(text));
}
