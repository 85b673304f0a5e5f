import type * as z from 'zod';
import type { Fault } from '../lib/domain/refusal.ts';
import type { LaneFacts } from '../lib/flow/lane.ts';
import { type Told, toldIn } from '../lib/flow/read-deliveries.ts';
import { type Asked, indexedUpTo, type SearchPorts, searchVersions } from '../lib/flow/search.ts';
import { isListed } from '../lib/flow/search-stuck.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import { isAnswerPlace, placeCursor, SearchQuery } from '../lib/http/search-schemas.ts';
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
      const { hits, next, searchedBy } = await searchVersions(app)(asked);
      looked({ rows: hits.length });
      const page = next === undefined ? {} : { next: placeCursor(next) };
      return json(200, { versions: hits, ...page, indexedUpTo: await indexedUpTo(app), searchedBy });
    });

/** What is asked, in the words of this deployment; or what of it does not fit. */
function askedBy(wanted: z.output<typeof SearchQuery>, destinations: readonly Told[]): Asked | Fault {
  const { cursor: after, limit, destination, outcome, ...sought } = wanted;
  const told = destinations.find(({ id }) => id === destination);
  if (destination !== undefined && !told) return { path: 'destination', message: 'holds no copy here' };
  const byAnswer = outcome !== undefined && isListed(outcome);
  if (after !== undefined && isAnswerPlace(after) !== byAnswer)
    return { path: 'cursor', message: 'was given for another search' };
  return {
    ...{ sought, limit },
    ...(told && { at: { told, ...(outcome !== undefined && { outcome }) } }),
    ...(after !== undefined && { after }),
  };
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
