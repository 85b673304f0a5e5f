import type { LaneFacts } from '../lib/flow/lane.ts';
import { type DeliveriesPorts, readDeliveries, toldIn } from '../lib/flow/read-deliveries.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import { DeliveriesQuery } from '../lib/http/requests.ts';
import type { Tokens } from '../lib/http/tokens.ts';
import { catalogue, ledger, onLambda, records, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { authenticate } from './middleware/authenticate.ts';
import type { WriteLine } from './middleware/line.ts';
import { query, subjectOfPath } from './middleware/parameters.ts';

export interface DeliveriesApp extends DeliveriesPorts {
  readonly tokens: Tokens;
  readonly line?: WriteLine;
}

/** Shows what each enabled destination has of one subject, or the one that is asked for. */
export const deliveries = (app: DeliveriesApp): ApiHandler =>
  api('deliveries', app.line)
    .use(authenticate(app.tokens, { scope: 'audit:read' }))
    .use(subjectOfPath())
    .use(query(DeliveriesQuery))
    .handler<HttpEvent, HttpResponse>(async ({ subject, query: { destination } }) => {
      const destinations = app.destinations.filter(
        ({ id }) => destination === undefined || id === destination,
      );
      if (destinations.length === 0 && destination !== undefined)
        return problem('invalid-query', { errors: [{ path: 'destination', message: 'holds no copy here' }] });
      return json(200, await readDeliveries({ ...app, destinations })(subject));
    });

/** What the stack deploys, with what it must know of the lanes. */
export const handlerWith = (lanes: readonly LaneFacts[]) =>
  onLambda(() =>
    deliveries({
      catalogue,
      records: records(),
      ledger: ledger(),
      destinations: toldIn(lanes),
      tokens: tokens(),
    }),
  );
