import { type AuditGrantCase, auditGrantEnd, auditGrantState } from '../lib/domain/audit-grant.ts';
import type { AuditGrantCases } from '../lib/flow/audit-grants.ts';

/** Audit grants in memory. */
export function grantsInMemory(): AuditGrantCases {
  const cases = new Map<string, AuditGrantCase>();
  const change = (id: string, act: (grant: AuditGrantCase) => AuditGrantCase | undefined): boolean => {
    const grant = cases.get(id);
    const next = grant && act(grant);
    if (next) cases.set(id, next);
    return next !== undefined;
  };
  return {
    standing: async (person, at) =>
      [...cases.values()].flatMap((grant) => {
        const { id, purpose, subject, approved } = grant;
        if (grant.person !== person || !approved || auditGrantState(grant, at) !== 'standing') return [];
        const until = auditGrantEnd(grant);
        return [{ id, person, purpose, from: approved.at, until, ...(subject !== undefined && { subject }) }];
      }),
    propose: async (grant) => void cases.set(grant.id, grant),
    read: async (id) => cases.get(id),
    approve: async ({ id }, act) =>
      change(id, (grant) => (grant.approved || grant.revoked ? undefined : { ...grant, approved: act })),
    revoke: async ({ id }, act) =>
      change(id, (grant) => (grant.revoked ? undefined : { ...grant, revoked: act })),
    list: async ({ below, limit }) =>
      [...cases.values()]
        .filter(({ id }) => below === undefined || id < below)
        .sort((a, b) => (a.id < b.id ? 1 : -1))
        .slice(0, limit),
  };
}
