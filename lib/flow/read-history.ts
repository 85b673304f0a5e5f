import * as z from 'zod';
import type { AnswerChange, Choice, ChoiceOutcome, Evidence, Preference } from '../domain/vocabulary.ts';
import type { Records, Seals, Stored } from '../ports.ts';

export interface HistoryPorts {
  readonly records: Pick<Records, 'history'>;
  readonly seals: Pick<Seals, 'open'>;
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
  };
  readonly evidence: Omit<Evidence, 'personal'> & { readonly personal?: Readonly<Record<string, string>> };
  readonly outcomes: readonly ChoiceOutcome[];
  readonly changed: readonly AnswerChange[];
  readonly digest: string;
  readonly previous: string | null;
}

export interface HistoryView {
  readonly subject: string;
  readonly versions: readonly VersionView[];
  /** The version below which the next page starts; missing on the last page. */
  readonly next?: number;
}

/** A function's answer may have 6 MB; a page of large versions ends sooner than asked. */
const PAGE_BYTES = 4_000_000;

/** Versions, newest first, with their evidence and outcomes. */
export const readHistory =
  ({ records, seals }: HistoryPorts) =>
  async ({ subject, limit, below }: HistoryQuery): Promise<HistoryView> => {
    const page = await records.history(subject, { limit, ...(below !== undefined && { below }) });
    const versions: VersionView[] = [];
    let bytes = 0;
    for (const stored of page) {
      const view = await versionView(seals, stored);
      bytes += Buffer.byteLength(JSON.stringify(view));
      if (bytes > PAGE_BYTES && versions.length > 0) break;
      versions.push(view);
    }
    const last = versions.at(-1)?.version ?? 1;
    return { subject, versions, ...(last > 1 && { next: last }) };
  };

async function versionView(seals: Pick<Seals, 'open'>, { version, digest }: Stored): Promise<VersionView> {
  const { choices, preferences, identifiers, evidence } = version.change;
  const { personal: sealed, ...open } = evidence;
  const personal = sealed === undefined ? undefined : await openPersonal(seals, version.subject, sealed);
  return {
    version: version.version,
    recordedAt: version.recordedAt,
    change: {
      choices,
      preferences,
      identifiers: identifiers.map(({ kind, hash }) => ({ kind, removed: hash === null })),
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
