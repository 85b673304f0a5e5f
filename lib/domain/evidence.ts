import type { Catalogue } from './catalogue.ts';
import { type ChangeBody, type EvidenceBody, onlyWithdraws } from './change.ts';
import type { Fault } from './refusal.ts';
import { type CheckContext, checkRights } from './rights.ts';
import { LAST_MOMENT, MINUTE, toIso, toMs } from './time.ts';
import type { ActorKind, ConsentStrings, Evidence, Notice } from './vocabulary.ts';

const FUTURE_LIMIT = 5 * MINUTE;

/** Times outside these have no four-digit year, or lie before anybody kept consents; a claim is clamped to them. */
const FIRST_MOMENT = 0;

const PERSON_FIRST: readonly ActorKind[] = ['subject', 'agent', 'system', 'import'];
const SYSTEM_FIRST: readonly ActorKind[] = ['system', 'import', 'agent', 'subject'];

/** A change that asks for a permission, now or after confirmation: it needs its evidence. */
const asks = (body: ChangeBody): boolean => (body.choices ?? []).some(({ state }) => state !== 'withdrawn');

/**
 * Whose words these are, where the change does not say: the first source and actor that the caller has the right to
 * use for it. A stop is the person's own word if any of them may pass that on, and gets through in any case.
 */
export function attribute(body: ChangeBody, context: CheckContext): EvidenceBody {
  const stated = body.evidence ?? {};
  const ways = actorsFor(body).flatMap((actor) =>
    sourcesFor(body, context).map((source) => ({ ...stated, actor, source })),
  );
  return ways.find((way) => checkRights(body, way, context).length === 0) ?? ways[0] ?? stated;
}

function actorsFor(body: ChangeBody): readonly EvidenceBody['actor'][] {
  const stated = body.evidence?.actor;
  if (stated || asks(body)) return [stated];
  const withdraws = (body.choices ?? []).length > 0;
  return (withdraws ? PERSON_FIRST : SYSTEM_FIRST).map((kind) => ({ kind }));
}

/** A caller with one source need not repeat it; a stop takes any that the caller has. */
function sourcesFor(body: ChangeBody, { caller }: CheckContext): readonly EvidenceBody['source'][] {
  const stated = body.evidence?.source;
  if (stated) return [stated];
  const own = caller.sources.filter((source) => source !== '*');
  if (onlyWithdraws(body)) return [...own, 'heed'];
  return own.length === 1 && caller.sources.length === 1 ? own : [undefined];
}

const GRANT_FIELDS = ['source', 'actor', 'method', 'occurredAt', 'legalBasis', 'notice'] as const;

/** What is missing or wrong in the evidence. A change that asks for nothing needs no more than its source. */
export function checkEvidence(
  body: ChangeBody,
  evidence: EvidenceBody,
  { catalogue, now }: CheckContext,
): readonly Fault[] {
  if (!asks(body)) {
    const message = 'say for which source this is';
    return evidence.source === undefined ? [{ path: 'evidence.source', message }] : [];
  }
  const missing = GRANT_FIELDS.filter((field) => evidence[field] === undefined).map((field) => ({
    path: `evidence.${field}`,
    message: 'a grant needs this as evidence',
  }));
  const future = evidence.occurredAt !== undefined && toMs(evidence.occurredAt) > now + FUTURE_LIMIT;
  return [
    ...missing,
    ...(future
      ? [{ path: 'evidence.occurredAt', message: 'lies more than five minutes in the future' }]
      : []),
    ...(evidence.notice ? checkNotice(evidence.notice, catalogue) : []),
  ];
}

type NoticeBody = NonNullable<EvidenceBody['notice']>;

const kept = (notice: NoticeBody, catalogue: Catalogue): string | undefined =>
  catalogue.notices[`${notice.id}/${notice.version}/${notice.language}`];

function checkNotice(notice: NoticeBody, catalogue: Catalogue): readonly Fault[] {
  const path = 'evidence.notice.sha256';
  const digest = kept(notice, catalogue);
  if (!digest && !notice.sha256)
    return [{ path, message: 'Heed does not keep this notice: give the SHA-256 of the text shown' }];
  if (digest && notice.sha256 && notice.sha256 !== digest)
    return [{ path, message: 'differs from the digest of the text that Heed keeps' }];
  return [];
}

/** A notice that a stop names wrongly is left out rather than kept as false evidence. */
function noticeOf(notice: NoticeBody | undefined, catalogue: Catalogue): Notice | undefined {
  if (!notice) return undefined;
  const sha256 = kept(notice, catalogue) ?? notice.sha256;
  if (!sha256 || (notice.sha256 && notice.sha256 !== sha256)) return undefined;
  const { id, version, language } = notice;
  return { id, version, language, sha256 };
}

/** A claimed time (ms) as evidence keeps it: never after the time of receipt, and nothing that is no time at all. */
export function clamped(claimed: number, now: number): Pick<Evidence, 'occurredAt' | 'claimedAt'> {
  const known = Number.isNaN(claimed) ? now : Math.min(claimed, LAST_MOMENT);
  return {
    occurredAt: toIso(Math.max(FIRST_MOMENT, Math.min(known, now))),
    ...(known > now && { claimedAt: toIso(known) }),
  };
}

/** Evidence as it is kept: times in one form, a future time clamped to the time of receipt with the claim beside it. */
export function completeEvidence(
  evidence: EvidenceBody,
  { catalogue, now }: CheckContext,
): Omit<Evidence, 'personal'> {
  const { source = 'heed', actor = { kind: 'system' }, method = 'api' } = evidence;
  const { legalBasis, jurisdiction, consentStrings } = evidence;
  const claimed = evidence.occurredAt === undefined ? now : toMs(evidence.occurredAt);
  const notice = noticeOf(evidence.notice, catalogue);
  return {
    source,
    actor:
      actor.id === undefined || actor.kind === 'subject'
        ? { kind: actor.kind }
        : { kind: actor.kind, id: actor.id },
    method,
    ...clamped(claimed, now),
    ...(legalBasis && { legalBasis }),
    ...(jurisdiction && { jurisdiction }),
    ...(notice && { notice }),
    ...(consentStrings && { consentStrings: consentStringsOf(consentStrings) }),
  };
}

const consentStringsOf = ({ tcf, gpp }: NonNullable<EvidenceBody['consentStrings']>): ConsentStrings => ({
  ...(tcf !== undefined && { tcf }),
  ...(gpp !== undefined && { gpp }),
});

/**
 * Personal parts of the evidence: those that the configuration keeps (the others are dropped here), and what the person
 * herself is called where she acts. Of whoever else acts the id stays in clear: it says on whose word the record rests.
 */
export const personalOf = (evidence: EvidenceBody, catalogue: Catalogue): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...catalogue.personalEvidence.flatMap((field) => {
      const value = evidence[field];
      return value === undefined ? [] : [[field, value]];
    }),
    ...(evidence.actor?.kind === 'subject' && evidence.actor.id !== undefined
      ? [['actor', evidence.actor.id]]
      : []),
  ]);
