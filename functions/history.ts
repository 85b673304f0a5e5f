import { type HistoryPorts, readHistory } from '../lib/flow/read-history.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { cursorOf, HistoryQuery } from '../lib/http/requests.ts';
import { auditLog, catalogue, clock, grants, onLambda, records, seals, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { type AuditorApp, auditor } from './middleware/auditor.ts';
import type { WriteLine } from './middleware/line.ts';
import { query, subjectOfPath } from './middleware/parameters.ts';

export interface HistoryApp extends HistoryPorts, AuditorApp {
  readonly line?: WriteLine;
}

/** Shows one subject's versions, newest first. */
export const history = (app: HistoryApp): ApiHandler =>
  api('history', app.line)
    .use(auditor(app, 'history'))
    .use(subjectOfPath())
    .use(query(HistoryQuery))
    .handler<HttpEvent, HttpResponse>(async ({ subject, looked, query: { cursor: below, limit } }) => {
      const { next, ...page } = await readHistory(app)({ subject, limit, below });
      looked({ rows: page.versions.length });
      return json(200, next === undefined ? page : { ...page, next: cursorOf(next) });
    });

export const handler = onLambda(() =>
  history({
    ...{ catalogue, clock, records: records(), seals: seals() },
    ...{ tokens: tokens(), grants: grants(), auditLog: auditLog() },
  }),
);
