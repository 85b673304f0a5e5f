import { reliable } from '../domain/broken-version.ts';
import { OWN_SOURCE } from '../domain/own-source.ts';
import type { HeedRecord } from '../domain/vocabulary.ts';
import type { Records, Seals, Stored } from '../ports.ts';
import { type InForcePorts, inForce } from './in-force.ts';
import { forHerself as withoutStaff } from './provenance.ts';
import { maskAll, openAll } from './read.ts';
import {
  type BrokenView,
  type HistoryPorts,
  isBroken,
  readHistory,
  type VersionView,
} from './read-history.ts';

export interface PagePorts extends InForcePorts {
  readonly seals: Pick<Seals, 'open'>;
}

/** What a page shows one person of, as it is now. */
export interface PageRecord {
  /** 0 for a person nobody has spoken of. */
  readonly version: number;
  readonly record: HeedRecord;
  /** By kind, masked. */
  readonly identifiers: Readonly<Record<string, string>>;
  /** ms */
  readonly at: number;
}

/** Where the newest version is broken, all is off: what the page shows is what a repair would leave. */
export const readPage =
  (ports: PagePorts) =>
  async (subject: string): Promise<PageRecord> => {
    const { record, version } = await inForce(ports, subject);
    const identifiers = maskAll(await openAll(ports.seals, subject, record.identifiers));
    return { version, record, identifiers, at: ports.clock.now() };
  };

/** One page makes two versions at most, unless it is very long. */
const MOST_OF_ONE = 4;

/** The versions that one sending of a page made, up to this one: they are of one moment. None for any other's version. */
export async function savedTogether(
  records: Pick<Records, 'version'>,
  subject: string,
  version: number,
): Promise<readonly Stored[]> {
  const found: Stored[] = [];
  for (let next = version; next > 0 && found.length < MOST_OF_ONE; next--) {
    const stored = await reliable(records.version(subject, next));
    if (!stored || !isOfPage(stored, found[0])) break;
    found.unshift(stored);
  }
  return found;
}

function isOfPage({ version: { change } }: Stored, other: Stored | undefined): boolean {
  const { source, method, occurredAt } = change.evidence;
  const known = other?.version.change.evidence.occurredAt ?? occurredAt;
  return source === OWN_SOURCE && method === 'form' && occurredAt === known;
}

/** Versions of one step of a download. */
const STEP = 200;
/** A function's answer may have 6 MB. */
const MOST_BYTES = 4_000_000;

export interface OwnHistory {
  readonly versions: readonly (VersionView | BrokenView)[];
  /** The version below which the rest begins; only where all of it together is too much for one answer. */
  readonly next?: number;
}

/** Everything that was recorded of a person, for herself: who of the staff spoke for her, and from where, is not hers. */
export const readOwnHistory =
  (ports: HistoryPorts) =>
  async (subject: string, below?: number): Promise<OwnHistory> => {
    const versions: (VersionView | BrokenView)[] = [];
    let from = below;
    let bytes = 0;
    do {
      const page = await readHistory(ports)({ subject, limit: STEP, below: from });
      versions.push(...page.versions.map((view) => (isBroken(view) ? view : forHerself(view))));
      bytes += JSON.stringify(page.versions).length;
      from = page.next;
    } while (from !== undefined && bytes < MOST_BYTES);
    return { versions, ...(from !== undefined && { next: from }) };
  };

export function forHerself(view: VersionView): VersionView {
  const { personal, ...evidence } = withoutStaff(view.evidence);
  const hers = evidence.actor.kind === 'subject' && personal !== undefined;
  return { ...view, evidence: { ...evidence, ...(hers && { personal }) } };
}
