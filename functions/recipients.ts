import config from '../heed.config.ts';
import type { LaneFacts } from '../lib/flow/lane.ts';
import { type RecipientsPorts, recipientsOf, registerOf } from '../lib/flow/recipients.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { auditLog, clock, grants, ledger, onLambda, tokens, trails } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { type AuditorApp, auditor } from './middleware/auditor.ts';
import type { WriteLine } from './middleware/line.ts';
import { type Call, perRoute } from './middleware/method.ts';
import { noQuery, subjectOfPath } from './middleware/parameters.ts';

export interface RecipientsApp extends RecipientsPorts, AuditorApp {
  readonly line?: WriteLine;
}

/** Who has been told of one person, and who may be told at all. */
export const recipients = (app: RecipientsApp): Call =>
  perRoute({
    'GET /v1/subjects/{subject}/recipients': ofPerson(app),
    'GET /v1/recipients': ofAll(app),
  });

const ofPerson = (app: RecipientsApp): ApiHandler =>
  api('recipients', app.line)
    .use(auditor(app, 'recipients'))
    .use(subjectOfPath())
    .use(noQuery())
    .handler<HttpEvent, HttpResponse>(async ({ subject, looked }) => {
      const rows = await recipientsOf(app)(subject);
      looked({ rows: rows.length });
      return json(200, { subject, recipients: rows });
    });

const ofAll = (app: RecipientsApp): ApiHandler =>
  api('recipients', app.line)
    .use(auditor(app, 'register', 'nobody'))
    .use(noQuery())
    .handler<HttpEvent, HttpResponse>(async ({ looked }) => {
      looked({ rows: app.register.length });
      return json(200, { recipients: app.register });
    });

/** What the stack deploys, with what it must know of the lanes. */
export const handlerWith = (lanes: readonly LaneFacts[]) =>
  onLambda(() =>
    recipients({
      ...{ clock, tokens: tokens(), grants: grants(), auditLog: auditLog() },
      ...{ ledger: ledger(), trails: trails(), register: registerOf(config, lanes) },
    }),
  );
