import { OWN_SOURCE } from '../lib/domain/own-source.ts';
import type { AcceptPorts } from '../lib/flow/accept.ts';
import { honourSignal } from '../lib/flow/signal.ts';
import { etag, type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { refused } from '../lib/http/problem.ts';
import { SignalBody } from '../lib/http/requests.ts';
import { callerOf } from '../lib/http/speaker.ts';
import type { Bearer, Tokens } from '../lib/http/tokens.ts';
import { acceptPorts, auditLog, onLambda, signalTopics, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { notingStaff } from './middleware/auditor.ts';
import { authenticate } from './middleware/authenticate.ts';
import { jsonBody } from './middleware/json-body.ts';
import type { WriteLine } from './middleware/line.ts';
import { type Recording, TAKEN_ALL_THE_SAME } from './middleware/on-record.ts';
import { subjectOfPath } from './middleware/parameters.ts';

export interface SignalsApp extends AcceptPorts, Pick<Recording, 'auditLog'> {
  readonly tokens: Tokens;
  /** What a browser's opt-out signal withdraws. */
  readonly signalTopics: readonly string[];
  readonly line?: WriteLine;
}

/** Takes an opt-out signal that a site has read in a known person's browser. Where staff pass one on, that is noted. */
export const signals = (app: SignalsApp): ApiHandler =>
  api('signals', app.line)
    .use(authenticate(app.tokens, { scope: 'preferences:write', purposes: ['preferences'] }))
    .use(subjectOfPath())
    .use(notingStaff(app, { operation: 'signals', otherwise: TAKEN_ALL_THE_SAME }))
    .use(jsonBody({ schema: SignalBody, misfit: 'invalid-request' }))
    .handler<HttpEvent, HttpResponse>(async ({ bearer, subject, json: { evidence }, looked }) => {
      const source = sourceOf(bearer, evidence?.source);
      const honoured = await honourSignal(app)({
        ...{ subject, topics: app.signalTopics, caller: callerOf(bearer) },
        ...(source !== undefined && { source }),
      });
      if (honoured.kind === 'refused') return refused(honoured.refusal);
      const { version, withdrawn } = honoured;
      looked?.({ rows: withdrawn.length });
      const answer = { subject, version, withdrawn };
      return json(withdrawn.length > 0 ? 201 : 200, answer, { etag: etag(version) });
    });

const sourceOf = ({ kind }: Bearer, named: string | undefined): string | undefined =>
  kind === 'client' ? named : OWN_SOURCE;

export const handler = onLambda(() =>
  signals({ ...acceptPorts(), auditLog: auditLog(), tokens: tokens(), signalTopics }),
);
