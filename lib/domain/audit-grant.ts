import { toIso, toMs } from './time.ts';

/** Who did something about an audit grant, and when. */
export interface GrantAct {
  readonly at: string;
  /** Issuer and person of a token, else its client (`lib/http/person.ts`). */
  readonly by: string;
}

/** Leave to audit for a while, with everything that became of it. */
export interface AuditGrantCase {
  /** Sorts by when it was proposed. */
  readonly id: string;
  /** Who may audit by it. */
  readonly person: string;
  /** A code. */
  readonly purpose: string;
  /** What it goes by elsewhere: a code too. */
  readonly reference?: string;
  /** Where it is for one subject alone. */
  readonly subject?: string;
  readonly until: string;
  readonly proposed: GrantAct;
  readonly approved?: GrantAct;
  readonly revoked?: GrantAct;
}

/** Longest that an audit grant lasts, ms. */
export const LONGEST_AUDIT = 30 * 86_400_000;

export type AuditGrantState = 'proposed' | 'standing' | 'expired' | 'revoked';

/** What an audit grant is at that moment (ms). Nothing runs when it expires: it is compared whenever it is used. */
export function auditGrantState(grant: AuditGrantCase, at: number): AuditGrantState {
  if (grant.revoked) return 'revoked';
  if (at >= endOf(grant)) return 'expired';
  return grant.approved ? 'standing' : 'proposed';
}

/** Whatever was asked for, it ends thirty days after it was approved. */
function endOf({ until, approved }: AuditGrantCase): number {
  const end = toMs(until);
  return approved ? Math.min(end, toMs(approved.at) + LONGEST_AUDIT) : end;
}

/** When it ends. */
export const auditGrantEnd = (grant: AuditGrantCase): string => toIso(endOf(grant));

export type ApprovalRefusal = 'proposer' | 'grantee' | Exclude<AuditGrantState, 'proposed'>;

/** Why this person may not approve it now, if they may not: it takes a second person, who does not gain by it. */
export function approvalRefusal(grant: AuditGrantCase, { by, at }: GrantAct): ApprovalRefusal | undefined {
  const state = auditGrantState(grant, toMs(at));
  if (state !== 'proposed') return state;
  if (by === grant.proposed.by) return 'proposer';
  return by === grant.person ? 'grantee' : undefined;
}
