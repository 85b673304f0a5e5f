import type * as z from 'zod';
import type { Catalogue } from '../lib/domain/catalogue.ts';
import type { Fault } from '../lib/domain/refusal.ts';
import { type DecisionPorts, readDecision } from '../lib/flow/read-decision.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import { DecisionQuery } from '../lib/http/requests.ts';
import { auditLog, catalogue, clock, grants, onLambda, records, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { type AuditorApp, authenticateOrAudit } from './middleware/auditor.ts';
import type { WriteLine } from './middleware/line.ts';
import { query, subjectOfPath } from './middleware/parameters.ts';

export interface DecisionApp extends DecisionPorts, AuditorApp {
  readonly line?: WriteLine;
}

/** Says whether one subject may be told about one topic by one channel, now, or might have been at a past moment. */
export const decision = (app: DecisionApp): ApiHandler =>
  api('decision', app.line)
    .use(authenticateOrAudit(app, 'decision', { scope: 'preferences:read' }))
    .use(subjectOfPath())
    .use(query(DecisionQuery))
    .handler<HttpEvent, HttpResponse>(async ({ subject, looked, query: asked }) => {
      const errors = unknown(asked, app.catalogue);
      if (errors.length > 0) return problem('invalid-request', { errors });
      const view = await readDecision(app)({ subject, ...asked });
      looked?.({ rows: 1 });
      return json(200, view);
    });

const unknown = (
  { topic, channel }: z.infer<typeof DecisionQuery>,
  { topics, channels }: Catalogue,
): readonly Fault[] => [
  ...(Object.hasOwn(topics, topic) ? [] : [{ path: 'topic', message: 'no such topic in the catalogue' }]),
  ...(channels.includes(channel) ? [] : [{ path: 'channel', message: `one of ${channels.join(', ')}` }]),
];

export const handler = onLambda(() =>
  decision({
    ...{ catalogue, clock, records: records() },
    ...{ tokens: tokens(), grants: grants(), auditLog: auditLog() },
  }),
);
