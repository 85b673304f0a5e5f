import { approveAuditGrant, revokeAuditGrant } from '../lib/flow/audit-grants.ts';
import { auditLog, clock, grants as grantCases, onLambda, tokens } from './app.ts';
import { deciding, type GrantsApp, listing, proposing } from './middleware/audit-grants.ts';
import { type Call, perRoute } from './middleware/method.ts';

/** Leave to audit for a while: proposed by one, approved by another, revoked by anybody who may do either. */
export const grants = (app: GrantsApp): Call =>
  perRoute({
    'GET /v1/grants': listing(app),
    'POST /v1/grants': proposing(app),
    'POST /v1/grants/{grant}/approval': deciding(app, 'approve-grant', approveAuditGrant(app)),
    'POST /v1/grants/{grant}/revocation': deciding(app, 'revoke-grant', revokeAuditGrant(app)),
  });

export const handler = onLambda(() =>
  grants({ clock, tokens: tokens(), grants: grantCases(), auditLog: auditLog() }),
);
