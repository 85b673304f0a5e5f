import type * as z from 'zod';
import type { Catalogue } from '../lib/domain/catalogue.ts';
import type { Fault } from '../lib/domain/refusal.ts';
import { type DecisionPorts, readDecision } from '../lib/flow/read-decision.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import { DecisionQuery } from '../lib/http/requests.ts';
import type { Tokens } from '../lib/http/tokens.ts';
import { catalogue, clock, onLambda, records, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { authenticate } from './middleware/authenticate.ts';
import type { WriteLine } from './middleware/line.ts';
import { query, subjectOfPath } from './middleware/parameters.ts';

export interface DecisionApp extends DecisionPorts {
  readonly tokens: Tokens;
  readonly line?: WriteLine;
}

/** Says whether one subject may be told about one topic by one channel, now. */
export const decision = (app: DecisionApp): ApiHandler =>
  api('decision', app.line)
    .use(authenticate(app.tokens, { scope: 'preferences:read' }))
    .use(subjectOfPath())
    .use(query(DecisionQuery))
    .handler<HttpEvent, HttpResponse>(async ({ subject, query: asked }) => {
      const errors = unknown(asked, app.catalogue);
      if (errors.length > 0) return problem('invalid-request', { errors });
      return json(200, await readDecision(app)({ subject, ...asked }));
    });

const unknown = (
  { topic, channel }: z.infer<typeof DecisionQuery>,
  { topics, channels }: Catalogue,
): readonly Fault[] => [
  ...(Object.hasOwn(topics, topic) ? [] : [{ path: 'topic', message: 'no such topic in the catalogue' }]),
  ...(channels.includes(channel) ? [] : [{ path: 'channel', message: `one of ${channels.join(', ')}` }]),
];

export const handler = onLambda(() => decision({ catalogue, clock, records: records(), tokens: tokens() }));
