import { type ReadPorts, readRecord } from '../lib/flow/read.ts';
import { etag, type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { RecordQuery } from '../lib/http/requests.ts';
import type { Bearer } from '../lib/http/tokens.ts';
import { auditLog, catalogue, clock, grants, onLambda, records, seals, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { type AuditorApp, authenticateOrAudit } from './middleware/auditor.ts';
import type { WriteLine } from './middleware/line.ts';
import { query, subjectOfPath } from './middleware/parameters.ts';

export interface RecordApp extends ReadPorts, AuditorApp {
  readonly line?: WriteLine;
}

const SCOPE = 'preferences:read';

/** Addresses in clear are for systems that write to people: she knows hers, and auditors need not learn them. */
const mayRead = (bearer: Bearer): boolean => bearer.kind === 'client' && bearer.scopes.includes(SCOPE);

/** Shows one subject's record, now or at a past moment. */
export const record = (app: RecordApp): ApiHandler =>
  api('record', app.line)
    .use(authenticateOrAudit(app, 'record', { scope: SCOPE, purposes: ['preferences'] }))
    .use(subjectOfPath())
    .use(query(RecordQuery))
    .handler<HttpEvent, HttpResponse>(async ({ bearer, looked, subject, query: moment }) => {
      const view = await readRecord(app)({ subject, masked: !mayRead(bearer), ...moment });
      looked?.({ rows: view.choices.length });
      const current = moment.validAt === undefined && moment.knownAt === undefined;
      return json(200, view, current ? { etag: etag(view.version) } : {});
    });

export const handler = onLambda(() =>
  record({
    ...{ catalogue, clock, records: records(), seals: seals() },
    ...{ tokens: tokens(), grants: grants(), auditLog: auditLog() },
  }),
);
