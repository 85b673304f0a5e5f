import { RectificationBody } from '../../lib/domain/change.ts';
import { exportOf } from '../../lib/flow/portability.ts';
import { readAccepted } from '../../lib/flow/read-accepted.ts';
import { rectify } from '../../lib/flow/rectify.ts';
import { restrict } from '../../lib/flow/restrict.ts';
import { etag, type HttpEvent, type HttpResponse, json } from '../../lib/http/message.ts';
import { refused } from '../../lib/http/problem.ts';
import { ExportQuery, RestrictionBody } from '../../lib/http/rights-schemas.ts';
import { callerOf } from '../../lib/http/speaker.ts';
import { type ApiHandler, api } from '../middleware/api.ts';
import { authenticateOrAudit } from '../middleware/auditor.ts';
import { query, subjectOfPath } from '../middleware/parameters.ts';
import { acting, noted, type RightsApp } from './acting.ts';

export const restricting = (app: RightsApp): ApiHandler =>
  acting(app, 'restrict', { schema: RestrictionBody, misfit: 'invalid-request' }).handler<
    HttpEvent,
    HttpResponse
  >(async ({ subject, json: { restricted, ...codes }, looked }) => {
    noted(looked, { restricted, ...codes });
    const view = await restrict(app)({ subject, restricted });
    return 'refusal' in view ? refused(view.refusal) : json(200, view);
  });

export const rectifying = (app: RightsApp): ApiHandler =>
  acting(app, 'rectify', { schema: RectificationBody, misfit: 'invalid-change' }).handler<
    HttpEvent,
    HttpResponse
  >(async ({ subject, bearer, json: { corrects, ...body }, looked }) => {
    noted(looked, { corrects });
    const accepted = await rectify(app)({ subject, body, caller: callerOf(bearer), corrects });
    if (accepted.kind === 'refused') return refused(accepted.refusal);
    const view = await readAccepted(app)(subject, accepted);
    return json(accepted.kind === 'recorded' ? 201 : 200, view, { etag: etag(view.version) });
  });

export const exporting = (app: RightsApp): ApiHandler =>
  api('rights', app.line)
    .use(authenticateOrAudit(app, 'export', { scope: 'audit:read', purposes: ['preferences'] }))
    .use(subjectOfPath())
    .use(query(ExportQuery))
    .handler<HttpEvent, HttpResponse>(async ({ subject, bearer, looked, query: { below } }) => {
      const view = await exportOf(app)({ subject, masked: bearer.kind !== 'client', below });
      looked?.({ rows: view.history.length });
      return json(200, view);
    });
