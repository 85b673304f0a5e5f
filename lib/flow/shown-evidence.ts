import type { Catalogue } from '../domain/catalogue.ts';
import { declared } from '../domain/catalogue.ts';
import type { EvidenceBody } from '../domain/change.ts';
import { OWN_SOURCE } from '../domain/own-source.ts';
import type { PageChange, PageFault } from '../domain/page-change.ts';
import { toIso } from '../domain/time.ts';

/** What is recorded with every choice made on the pages, as the configuration says. */
export interface SaveSettings {
  readonly notice: { readonly id: string };
  readonly legalBasis: NonNullable<EvidenceBody['legalBasis']>;
  readonly jurisdiction?: string;
}

export interface Said extends SaveSettings {
  /** ms */
  readonly now: number;
}

type ShownNotice = PageChange['notice'];

/** The notice of the pages, in any version that is kept: she may have had the page open while it was replaced. */
export function noticeFaults(
  { id, version, language }: ShownNotice,
  { notices }: Pick<Catalogue, 'notices'>,
  { notice }: Pick<SaveSettings, 'notice'>,
): readonly PageFault[] {
  const kept = declared(notices, `${id}/${version}/${language}`) !== undefined;
  return kept && id === notice.id ? [] : [{ field: 'notice', code: 'notice' }];
}

/** Her own word, on a page, now. What was shown stands beside it. */
export function stopEvidence({ notice }: PageChange, { jurisdiction, now }: Said): EvidenceBody {
  return {
    actor: { kind: 'subject' },
    method: 'form',
    occurredAt: toIso(now),
    ...(jurisdiction !== undefined && { jurisdiction }),
    notice,
  };
}

export const grantEvidence = (change: PageChange, said: Said): EvidenceBody => ({
  ...stopEvidence(change, said),
  source: OWN_SOURCE,
  legalBasis: said.legalBasis,
});
