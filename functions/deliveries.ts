import { type DeliveriesAskedPorts, deliveriesAsked } from '../lib/flow/deliveries-asked.ts';
import type { LaneFacts } from '../lib/flow/lane.ts';
import { toldIn } from '../lib/flow/read-deliveries.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { problem } from '../lib/http/problem.ts';
import { DeliveriesQuery } from '../lib/http/requests.ts';
import {
  auditLog,
  catalogue,
  clock,
  grants,
  ledger,
  log,
  marks,
  onLambda,
  records,
  tokens,
  trails,
} from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { type AuditorApp, auditor } from './middleware/auditor.ts';
import type { WriteLine } from './middleware/line.ts';
import { query, subjectOfPath } from './middleware/parameters.ts';

export interface DeliveriesApp extends DeliveriesAskedPorts, AuditorApp {
  readonly line?: WriteLine;
}

/** Shows what each destination has of one subject, or the one that is asked for; of one version, or at a moment. */
export const deliveries = (app: DeliveriesApp): ApiHandler =>
  api('deliveries', app.line)
    .use(auditor(app, 'deliveries'))
    .use(subjectOfPath())
    .use(query(DeliveriesQuery))
    .handler<HttpEvent, HttpResponse>(async ({ subject, looked, query: asked }) => {
      if (asked.version !== undefined && asked.at !== undefined)
        return misasked('at', 'goes without a version');
      const answer = await deliveriesAsked(app)(subject, asked);
      if (answer === 'holds-no-copy') return misasked('destination', 'holds no copy here');
      if (answer === 'no-such-version') return misasked('version', 'the record has no such version');
      looked({ rows: answer.deliveries.length });
      return json(200, answer);
    });

const misasked = (path: string, message: string): HttpResponse =>
  problem('invalid-query', { errors: [{ path, message }] });

/** What the stack deploys, with what it must know of the lanes. */
export const handlerWith = (lanes: readonly LaneFacts[]) =>
  onLambda(() =>
    deliveries({
      ...{ clock, tokens: tokens(), grants: grants(), auditLog: auditLog() },
      ...{ ledger: ledger(), log: log(), trails: trails(), marks: marks() },
      ...{ catalogue, records: records(), destinations: toldIn(lanes) },
    }),
  );
