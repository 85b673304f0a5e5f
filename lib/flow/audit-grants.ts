import type { AuditGrants } from '../audit-ports.ts';
import {
  type ApprovalRefusal,
  type AuditGrantCase,
  type AuditGrantState,
  approvalRefusal,
  auditGrantState,
  type GrantAct,
} from '../domain/audit-grant.ts';
import { toIso, toMs } from '../domain/time.ts';
import type { Clock } from '../ports.ts';

/** Audit grants as they are kept. */
export interface AuditGrantCases extends AuditGrants {
  readonly propose: (grant: AuditGrantCase) => Promise<void>;
  readonly read: (id: string) => Promise<AuditGrantCase | undefined>;
  /** False: it was approved or revoked meanwhile. */
  readonly approve: (grant: AuditGrantCase, act: GrantAct) => Promise<boolean>;
  /** False: it was revoked already. */
  readonly revoke: (grant: AuditGrantCase, act: GrantAct) => Promise<boolean>;
  /** Newest first, those proposed before `below` (an id). */
  readonly list: (page: {
    readonly below?: string | undefined;
    readonly limit: number;
  }) => Promise<readonly AuditGrantCase[]>;
}

export interface GrantPorts {
  readonly grants: AuditGrantCases;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Proposal {
  readonly id: string;
  readonly person: string;
  readonly purpose: string;
  readonly reference?: string | undefined;
  readonly subject?: string | undefined;
  /** ms */
  readonly until: number;
}

export type AuditGrantView = AuditGrantCase & { readonly state: AuditGrantState };

export type Decided =
  | { readonly kind: 'done'; readonly grant: AuditGrantView }
  | { readonly kind: 'unknown' }
  /** Others kept being quicker. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'refused'; readonly because: ApprovalRefusal };

const viewAt = (grant: AuditGrantCase, at: number): AuditGrantView => ({
  ...grant,
  state: auditGrantState(grant, at),
});

/** Proposes that somebody may audit for a while. Nobody may by that alone. */
export const proposeAuditGrant =
  ({ grants, clock }: GrantPorts) =>
  async ({ subject, reference, until, ...proposal }: Proposal, by: string): Promise<AuditGrantView> => {
    const now = clock.now();
    const grant: AuditGrantCase = {
      ...proposal,
      ...(subject !== undefined && { subject }),
      ...(reference !== undefined && { reference }),
      ...{ until: toIso(until), proposed: { at: toIso(now), by } },
    };
    await grants.propose(grant);
    return viewAt(grant, now);
  };

/** Others who act on the same audit grant at the same time are looked at again so often. */
const ROUNDS = 5;

type Act = (grant: AuditGrantCase, act: GrantAct) => Promise<Decided | undefined>;

/** Reads it and acts on what was read, anew where somebody was quicker. */
async function decided(
  { grants, clock }: GrantPorts,
  { id, by }: { readonly id: string; readonly by: string },
  act: Act,
): Promise<Decided> {
  for (let round = 0; round < ROUNDS; round++) {
    const grant = await grants.read(id);
    if (!grant) return { kind: 'unknown' };
    const done = await act(grant, { at: toIso(clock.now()), by });
    if (done) return done;
  }
  return { kind: 'busy' };
}

/** It stands from now on, if this is a second person and nobody was quicker. */
export const approveAuditGrant =
  (ports: GrantPorts) =>
  (id: string, by: string): Promise<Decided> =>
    decided(ports, { id, by }, async (grant, act) => {
      const because = approvalRefusal(grant, act);
      if (because) return { kind: 'refused', because };
      return (await ports.grants.approve(grant, act)) ? done({ ...grant, approved: act }, act) : undefined;
    });

/** It stands no more, from this moment. Revoking twice changes nothing. */
export const revokeAuditGrant =
  (ports: GrantPorts) =>
  (id: string, by: string): Promise<Decided> =>
    decided(ports, { id, by }, async (grant, act) => {
      if (grant.revoked) return done(grant, act);
      return (await ports.grants.revoke(grant, act)) ? done({ ...grant, revoked: act }, act) : undefined;
    });

const done = (grant: AuditGrantCase, { at }: GrantAct): Decided => ({
  kind: 'done',
  grant: viewAt(grant, toMs(at)),
});

export const listAuditGrants =
  ({ grants, clock }: GrantPorts) =>
  async (page: { readonly below?: string | undefined; readonly limit: number }) => {
    const now = clock.now();
    const found = await grants.list(page);
    const last = found.at(-1);
    return {
      grants: found.map((grant) => viewAt(grant, now)),
      ...(last && found.length === page.limit && { next: last.id }),
    };
  };
