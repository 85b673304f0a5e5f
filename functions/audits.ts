import type { AuditLog } from '../lib/audit-ports.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { AuditsQuery, placeCursor } from '../lib/http/search-schemas.ts';
import { auditLog, clock, grants, onLambda, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { type AuditorApp, auditor } from './middleware/auditor.ts';
import type { WriteLine } from './middleware/line.ts';
import { query } from './middleware/parameters.ts';

export interface AuditsApp extends AuditorApp {
  readonly auditLog: AuditLog;
  readonly line?: WriteLine;
}

/** Shows who has looked at what. Whoever looks at that is on record too. */
export const audits = (app: AuditsApp): ApiHandler =>
  api('audits', app.line)
    .use(auditor(app, 'audits'))
    .use(query(AuditsQuery))
    .handler<HttpEvent, HttpResponse>(async ({ query: { cursor: after, ...asked }, looked }) => {
      const { audits: found, next } = await app.auditLog.list({
        ...asked,
        ...(after !== undefined && { after }),
      });
      looked({ rows: found.length });
      return json(200, { audits: found, ...(next !== undefined && { next: placeCursor(next) }) });
    });

export const handler = onLambda(() =>
  audits({ clock, tokens: tokens(), grants: grants(), auditLog: auditLog() }),
);
