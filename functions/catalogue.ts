import config from '../heed.config.ts';
import type { HeedConfig } from '../lib/config.ts';
import type { LaneFacts } from '../lib/flow/lane.ts';
import { type HttpEvent, type HttpResponse, json } from '../lib/http/message.ts';
import { catalogueView } from '../lib/page/catalogue.ts';
import { auditLog, clock, grants, onLambda, tokens } from './app.ts';
import { type ApiHandler, api } from './middleware/api.ts';
import { type AuditorApp, auditor } from './middleware/auditor.ts';
import type { WriteLine } from './middleware/line.ts';
import { noQuery } from './middleware/parameters.ts';

export interface CatalogueApp extends AuditorApp {
  readonly config: HeedConfig;
  /** Those that are enabled. */
  readonly laneList: readonly Pick<LaneFacts, 'destination'>[];
  readonly line?: WriteLine;
}

/** Says what may be asked for: topics, channels, sources, destinations and notices, with their titles. */
export const readCatalogue = (app: CatalogueApp): ApiHandler =>
  api('catalogue', app.line)
    .use(auditor(app, 'catalogue', 'nobody'))
    .use(noQuery())
    .handler<HttpEvent, HttpResponse>(async (event) => {
      const view = catalogueView(
        app.config,
        app.laneList.map(({ destination }) => destination),
      );
      event.looked({ rows: view.topics.length });
      return json(200, view);
    });

/** What the stack deploys, with what it must know of the lanes. */
export const handlerWith = (laneList: readonly LaneFacts[]) =>
  onLambda(() =>
    readCatalogue({ config, laneList, tokens: tokens(), grants: grants(), auditLog: auditLog(), clock }),
  );
