import { randomUUID } from 'node:crypto';
import type { GrantAct } from '../../lib/domain/audit-grant.ts';
import {
  type AuditGrantView,
  type Decided,
  type GrantPorts,
  listAuditGrants,
  proposeAuditGrant,
} from '../../lib/flow/audit-grants.ts';
import { GRANT_ID, GrantBody, GrantsQuery, untilFaults } from '../../lib/http/grant-schemas.ts';
import { type HttpEvent, type HttpResponse, json } from '../../lib/http/message.ts';
import { namedBy, personName } from '../../lib/http/person.ts';
import { problem } from '../../lib/http/problem.ts';
import type { Bearer } from '../../lib/http/tokens.ts';
import { type ApiHandler, api, type Step } from './api.ts';
import { type AuditorApp, notingActs, notingClients } from './auditor.ts';
import { authenticate } from './authenticate.ts';
import { jsonBody } from './json-body.ts';
import type { WriteLine } from './line.ts';
import { query } from './parameters.ts';

export interface GrantsApp extends Omit<AuditorApp, 'grants'>, GrantPorts {
  readonly line?: WriteLine;
}

const whoActs = (bearer: Bearer): string =>
  bearer.kind === 'client' ? personName(bearer.issuer, bearer.person ?? bearer.client) : bearer.subject;

/** Two clients may be one person's: who cannot be told from another is neither the first of two nor the second. */
function nameless(bearer: Bearer): HttpResponse | undefined {
  if (bearer.kind !== 'client' || (bearer.person !== undefined && bearer.signsIn)) return undefined;
  const detail =
    bearer.person === undefined
      ? 'The token names a client and no person: a person proposes, and another approves.'
      : 'People do not sign in with the client of this token: it may be a second one of somebody’s.';
  return problem('second-person', { detail });
}

export const listing = (app: GrantsApp): ApiHandler =>
  api('grants', app.line)
    .use(authenticate(app.tokens, { scope: 'grants:write', orScope: 'audit:read' }))
    .use(notingClients(app, { operation: 'grants' }))
    .use(query(GrantsQuery))
    .handler<HttpEvent, HttpResponse>(async ({ query: { cursor, limit }, looked }) => {
      const page = await listAuditGrants(app)({ below: cursor, limit });
      looked?.({ rows: page.grants.length });
      return json(200, { ...page, grants: page.grants.map(shown) });
    });

export const proposing = (app: GrantsApp): ApiHandler =>
  api('grants', app.line)
    .use(authenticate(app.tokens, { scope: 'grants:write' }))
    .use(jsonBody({ schema: GrantBody, misfit: 'invalid-request' }))
    .use(notingActs(app, 'propose-grant'))
    .handler<HttpEvent, HttpResponse>(async ({ json: { issuer, ...body }, bearer, looked }) => {
      const refusal = nameless(bearer);
      if (refusal) return refusal;
      const errors = untilFaults(body.until, app.clock.now());
      if (errors.length > 0) return problem('invalid-request', { detail: 'Nothing was proposed.', errors });
      const id = newId(app.clock.now());
      const by = whoActs(bearer);
      const person = personName(issuer ?? namedBy(by).issuer, body.person);
      const grant = await proposeAuditGrant(app)({ id, ...body, person }, by);
      looked?.({ rows: 1, query: { grant: id } });
      return json(201, shown(grant), { location: `/v1/grants/${id}` });
    });

const shownAct = ({ at, by }: GrantAct) => ({ at, by: namedBy(by).sub, issuer: namedBy(by).issuer });

const shown = ({ person, proposed, approved, revoked, ...grant }: AuditGrantView) => ({
  ...{ ...grant, person: namedBy(person).sub, issuer: namedBy(person).issuer },
  proposed: shownAct(proposed),
  ...(approved && { approved: shownAct(approved) }),
  ...(revoked && { revoked: shownAct(revoked) }),
});

/** Sorts by time, and cannot be guessed. */
const newId = (now: number): string =>
  `${now.toString(36).padStart(9, '0')}${randomUUID().replaceAll('-', '').slice(0, 16)}`;

const grantOfPath = (): Step<{ readonly grant: string }> => ({
  before: function readGrant({ event }) {
    const grant = event.pathParameters?.['grant'] ?? '';
    if (!GRANT_ID.test(grant)) return problem('not-found');
    Object.assign(event, { grant });
    return undefined;
  },
});

export const deciding = (
  app: GrantsApp,
  operation: 'approve-grant' | 'revoke-grant',
  decide: (id: string, by: string) => Promise<Decided>,
): ApiHandler =>
  api('grants', app.line)
    .use(authenticate(app.tokens, { scope: 'grants:write' }))
    .use(grantOfPath())
    .use(notingActs(app, operation))
    .handler<HttpEvent, HttpResponse>(async ({ grant: id, bearer, looked }) => {
      looked?.({ rows: 1, query: { grant: id } });
      const refusal = operation === 'approve-grant' ? nameless(bearer) : undefined;
      if (refusal) return refusal;
      return answerTo(await decide(id, whoActs(bearer)));
    });

function answerTo(decided: Decided): HttpResponse {
  if (decided.kind === 'done') return json(200, shown(decided.grant));
  if (decided.kind === 'unknown') return problem('not-found');
  if (decided.kind === 'busy') return problem('busy');
  const { because } = decided;
  if (because === 'proposer' || because === 'grantee')
    return problem('second-person', {
      detail: `Whoever ${because === 'proposer' ? 'proposed it' : 'would audit by it'} cannot approve it.`,
    });
  return problem('grant-decided', { detail: DECIDED[because] });
}

const DECIDED = {
  standing: 'It was approved already.',
  expired: 'It has ended.',
  revoked: 'It was revoked.',
} as const;
