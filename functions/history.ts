import { type HistoryPorts, readHistory } from '../lib/flow/read-history.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { cursorOf, HistoryQuery } from '../lib/http/requests.ts';
import type { Tokens } from '../lib/http/tokens.ts';
import { onLambda, records, seals, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { authenticate } from './middleware/authenticate.ts';
import type { WriteLine } from './middleware/line.ts';
import { query, subjectOfPath } from './middleware/parameters.ts';

export interface HistoryApp extends HistoryPorts {
  readonly tokens: Tokens;
  readonly line?: WriteLine;
}

/** Shows one subject's versions, newest first. */
export const history = (app: HistoryApp): ApiHandler =>
  api('history', app.line)
    .use(authenticate(app.tokens, { scope: 'audit:read' }))
    .use(subjectOfPath())
    .use(query(HistoryQuery))
    .handler<HttpEvent, HttpResponse>(async ({ subject, query: { cursor: below, limit } }) => {
      const { next, ...page } = await readHistory(app)({ subject, limit, below });
      return json(200, next === undefined ? page : { ...page, next: cursorOf(next) });
    });

export const handler = onLambda(() => history({ records: records(), seals: seals(), tokens: tokens() }));
