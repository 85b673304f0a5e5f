import { type ReadPorts, readRecord } from '../lib/flow/read.ts';
import { etag, type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { RecordQuery } from '../lib/http/requests.ts';
import type { Tokens } from '../lib/http/tokens.ts';
import { catalogue, clock, onLambda, records, seals, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { authenticate } from './middleware/authenticate.ts';
import type { WriteLine } from './middleware/line.ts';
import { query, subjectOfPath } from './middleware/parameters.ts';

export interface RecordApp extends ReadPorts {
  readonly tokens: Tokens;
  readonly line?: WriteLine;
}

/** Shows one subject's record, now or at a past moment. */
export const record = (app: RecordApp): ApiHandler =>
  api('record', app.line)
    .use(authenticate(app.tokens, { scope: 'preferences:read', purposes: ['preferences'] }))
    .use(subjectOfPath())
    .use(query(RecordQuery))
    .handler<HttpEvent, HttpResponse>(async ({ bearer, subject, query: moment }) => {
      const view = await readRecord(app)({ subject, masked: bearer.kind !== 'client', ...moment });
      const current = moment.validAt === undefined && moment.knownAt === undefined;
      return json(200, view, current ? { etag: etag(view.version) } : {});
    });

export const handler = onLambda(() =>
  record({ catalogue, clock, records: records(), seals: seals(), tokens: tokens() }),
);
