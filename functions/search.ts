import { everTold } from '../lib/flow/ever-told.ts';
import type { LaneFacts } from '../lib/flow/lane.ts';
import { type Told, toldIn } from '../lib/flow/read-deliveries.ts';
import { indexedUpTo, type SearchPorts, searchVersions } from '../lib/flow/search.ts';
import { askedBy } from '../lib/flow/search-asked.ts';
import { rowOf } from '../lib/flow/search-row.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import { placeCursor, SearchQuery } from '../lib/http/search-schemas.ts';
import {
  auditLog,
  catalogue,
  clock,
  grants,
  indexMarks,
  ledger,
  log,
  marks,
  onLambda,
  recorded,
  records,
  searchIndex,
  tokens,
  trails,
} from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { type AuditorApp, auditor } from './middleware/auditor.ts';
import type { WriteLine } from './middleware/line.ts';
import { query } from './middleware/parameters.ts';

export interface SearchApp extends AuditorApp, SearchPorts {
  readonly destinations: readonly Told[];
  readonly line?: WriteLine;
}

/** Searches versions across all subjects. */
export const search = (app: SearchApp): ApiHandler =>
  api('search', app.line)
    .use(auditor(app, 'search'))
    .use(query(SearchQuery))
    .handler<HttpEvent, HttpResponse>(async ({ query: wanted, looked }) => {
      const asked = askedBy(wanted, await everTold(app, wanted.destination));
      if ('path' in asked) return problem('invalid-query', { errors: [asked] });
      const upTo = await indexedUpTo(app);
      const { hits, next, searchedBy } = await searchVersions(app)(asked);
      looked({ rows: hits.length });
      const page = next === undefined ? {} : { next: placeCursor(next) };
      const versions = hits.map((hit) => rowOf(asked.sought, hit));
      return json(200, { versions, ...page, indexedUpTo: upTo, searchedBy });
    });

/** What the stack deploys, with what it must know of the lanes. */
export const handlerWith = (lanes: readonly LaneFacts[]) =>
  onLambda(() =>
    search({
      ...{ catalogue, clock, tokens: tokens(), grants: grants(), auditLog: auditLog() },
      ...{ index: searchIndex(), indexMarks: indexMarks(), records: records(), recorded: recorded() },
      ...{ ledger: ledger(), log: log(), marks: marks(), trails: trails(), destinations: toldIn(lanes) },
    }),
  );
