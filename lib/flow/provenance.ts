import type { Answer } from '../domain/answer.ts';
import { type Catalogue, declared } from '../domain/catalogue.ts';
import type { Evidence, Notice } from '../domain/vocabulary.ts';
import type { InForce } from './in-force.ts';

/** `text`: where the text that was shown is kept, word for word; missing where Heed does not keep it. */
export type ShownNotice = Notice & { readonly text?: string };

/** Evidence as it is read: what is personal is opened apart, or left out. */
export interface ReadEvidence extends Omit<Evidence, 'personal' | 'notice'> {
  readonly notice?: ShownNotice;
}

/** Where an answer comes from. */
export interface Provenance {
  /** The version that brought the word that decided. */
  readonly change: { readonly version: number };
  readonly evidence: ReadEvidence;
}

type Notices = Pick<Catalogue, 'notices'>;

export function provenanceOf(
  { because, entry }: Answer,
  { record, origins }: Pick<InForce, 'record' | 'origins'>,
  catalogue: Notices,
): Provenance | undefined {
  const word = because === 'restricted' ? record.restriction : entry;
  const evidence = word && record.evidence[word.change];
  const version = word && origins[word.change];
  if (!evidence || version === undefined) return undefined;
  return { change: { version }, evidence: readEvidence(evidence, catalogue) };
}

export function readEvidence(evidence: Evidence, catalogue: Notices): ReadEvidence {
  const { personal: _, notice, ...open } = evidence;
  return { ...open, ...(notice && { notice: shownNotice(notice, catalogue) }) };
}

/** What a person is told of evidence of hers: who of the staff spoke for her is not hers to know. */
export const forHerself = <E extends Pick<Evidence, 'actor'>>(evidence: E): E => ({
  ...evidence,
  actor: { kind: evidence.actor.kind },
});

function shownNotice(notice: Notice, { notices }: Notices): ShownNotice {
  const name = `${notice.id}/${notice.version}/${notice.language}`;
  return declared(notices, name) === notice.sha256 ? { ...notice, text: `/notices/${name}` } : notice;
}
