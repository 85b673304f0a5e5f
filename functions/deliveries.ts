import type { LaneFacts } from '../lib/flow/lane.ts';
import { type DeliveriesPorts, readDeliveries, toldIn } from '../lib/flow/read-deliveries.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import type { Tokens } from '../lib/http/tokens.ts';
import { catalogue, ledger, onLambda, records, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { authenticate } from './middleware/authenticate.ts';
import type { WriteLine } from './middleware/line.ts';
import { subjectOfPath } from './middleware/parameters.ts';

export interface DeliveriesApp extends DeliveriesPorts {
  readonly tokens: Tokens;
  readonly line?: WriteLine;
}

/** Shows what each enabled destination has of one subject. */
export const deliveries = (app: DeliveriesApp): ApiHandler =>
  api('deliveries', app.line)
    .use(authenticate(app.tokens, { scope: 'audit:read' }))
    .use(subjectOfPath())
    .handler<HttpEvent, HttpResponse>(async ({ subject }) => json(200, await readDeliveries(app)(subject)));

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
