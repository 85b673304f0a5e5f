import { type Sought, saysSo } from '../lib/domain/searching.ts';
import type { LaneFacts } from '../lib/flow/lane.ts';
import { type Told, toldIn } from '../lib/flow/read-deliveries.ts';
import { type Hit, indexedUpTo, type SearchPorts, searchVersions } from '../lib/flow/search.ts';
import { askedBy } from '../lib/flow/search-asked.ts';
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
      const asked = askedBy(wanted, app.destinations);
      if ('path' in asked) return problem('invalid-query', { errors: [asked] });
      const upTo = await indexedUpTo(app);
      const { hits, next, searchedBy } = await searchVersions(app)(asked);
      looked({ rows: hits.length });
      const page = next === undefined ? {} : { next: placeCursor(next) };
      const versions = hits.map((hit) => rowOf(asked.sought, hit));
      return json(200, { versions, ...page, indexedUpTo: upTo, searchedBy });
    });

/** Choices that a row shows: there may be two hundred, and a thousand rows. */
const SHOWN = 50;

/** A row as it is answered: what is sought of its choices comes first. */
function rowOf(sought: Sought, { said, further: _, ...hit }: Hit) {
  if (!said) return hit;
  const isSought = saysSo(sought);
  const rows = [...said.filter(isSought), ...said.filter((one) => !isSought(one))].slice(0, SHOWN);
  return { ...hit, said: rows.map(([topic, channel, state]) => ({ topic, channel, state })) };
}

/** What the stack deploys, with what it must know of the lanes. */
export const handlerWith = (lanes: readonly LaneFacts[]) =>
  onLambda(() =>
    search({
      ...{ catalogue, clock, tokens: tokens(), grants: grants(), auditLog: auditLog() },
      ...{ index: searchIndex(), indexMarks: indexMarks(), records: records(), recorded: recorded() },
      ...{ ledger: ledger(), log: log(), marks: marks(), trails: trails(), destinations: toldIn(lanes) },
    }),
  );
