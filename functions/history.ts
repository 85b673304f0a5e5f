import * as z from 'zod';
import { type HistoryPorts, readHistory, versionOfCursor } from '../lib/flow/read-history.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import type { Tokens } from '../lib/http/tokens.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { authenticate } from './middleware/authenticate.ts';
import type { WriteLine } from './middleware/line.ts';
import { query, subjectOfPath } from './middleware/parameters.ts';

export interface HistoryApp extends HistoryPorts {
  readonly tokens: Tokens;
  readonly line?: WriteLine;
}

const Cursor = z.string().transform((cursor, { addIssue }) => {
  const version = versionOfCursor(cursor);
  if (version === undefined) addIssue('not a cursor of this API');
  return version;
});

const Limit = z
  .string()
  .regex(/^[1-9][0-9]{0,2}$/, 'a number from 1 to 200')
  .transform(Number)
  .refine((limit) => limit <= 200, 'a number from 1 to 200');

const Query = z.strictObject({ cursor: Cursor.optional(), limit: Limit.default(50) });

/** Shows one subject's versions, newest first. */
export const history = (app: HistoryApp): ApiHandler =>
  api('history', app.line)
    .use(authenticate(app.tokens, { scope: 'audit:read' }))
    .use(subjectOfPath())
    .use(query(Query))
    .handler<HttpEvent, HttpResponse>(async ({ subject, query: { cursor: below, limit } }) =>
      json(200, await readHistory(app)({ subject, limit, below })),
    );
