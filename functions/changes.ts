import { ChangeBody, stopsNow } from '../lib/domain/change.ts';
import { attemptOf } from '../lib/domain/idempotency.ts';
import { type AcceptPorts, accept } from '../lib/flow/accept.ts';
import { readAccepted } from '../lib/flow/read-accepted.ts';
import { salvage } from '../lib/flow/salvage.ts';
import { etag, type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { refused } from '../lib/http/problem.ts';
import { callerOf, clientOf, spokenBy } from '../lib/http/speaker.ts';
import type { Tokens } from '../lib/http/tokens.ts';
import { acceptPorts, auditLog, onLambda, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { notingStaff } from './middleware/auditor.ts';
import { authenticate } from './middleware/authenticate.ts';
import { conditions } from './middleware/conditions.ts';
import { consentStrings } from './middleware/consent-strings.ts';
import { jsonBody } from './middleware/json-body.ts';
import type { WriteLine } from './middleware/line.ts';
import { type Recording, TAKEN_ALL_THE_SAME } from './middleware/on-record.ts';
import { subjectOfPath } from './middleware/parameters.ts';

export interface ChangesApp extends AcceptPorts, Pick<Recording, 'auditLog'> {
  readonly tokens: Tokens;
  readonly line?: WriteLine;
}

/** Takes one change of one subject. Its answer shows the record: that staff saw it is noted. */
export const changes = (app: ChangesApp): ApiHandler =>
  api('changes', app.line)
    .use(authenticate(app.tokens, { scope: 'preferences:write', purposes: ['preferences'] }))
    .use(subjectOfPath())
    .use(notingStaff(app, { operation: 'changes', otherwise: TAKEN_ALL_THE_SAME }))
    .use(jsonBody({ schema: ChangeBody, misfit: 'invalid-change', salvage }))
    .use(consentStrings())
    .use(conditions())
    .handler<HttpEvent, HttpResponse>(async ({ bearer, subject, json: body, conditions, looked }) => {
      const { idempotencyKey: key, ...rest } = conditions;
      const attempt = key === undefined ? {} : { attempt: attemptOf(clientOf(bearer), key, body) };
      const spoken = spokenBy(bearer, body, app.clock.now());
      const accepted = await accept(app)({
        subject,
        body: spoken,
        caller: callerOf(bearer),
        saidNow: bearer.kind !== 'client' || stopsNow(body),
        ...rest,
        ...attempt,
      });
      if (accepted.kind === 'refused') return refused(accepted.refusal);
      const view = await readAccepted(app)(subject, accepted);
      looked?.({ rows: view.record.choices.length });
      const status = accepted.kind === 'recorded' ? 201 : 200;
      const location = view.recordedAt === null ? '' : `?knownAt=${view.recordedAt}`;
      return json(status, view, { etag: etag(view.version), location: `/v1/subjects/${subject}${location}` });
    });

export const handler = onLambda(() => changes({ ...acceptPorts(), auditLog: auditLog(), tokens: tokens() }));
