import { readPage } from '../lib/flow/read-page.ts';
import type { HttpEvent, HttpResponse } from '../lib/http/message.ts';
import { versionOfCursor } from '../lib/http/requests.ts';
import type { AssetNames } from '../lib/page/assets.ts';
import type { Clock } from '../lib/ports.ts';
import { centre, clock, onLambda, records, seals, tokens } from './app.ts';
import type { ApiHandler } from './middleware/api.ts';
import type { WriteLine } from './middleware/line.ts';
import { failedPage, type LinkApp, linkFor } from './middleware/link.ts';
import { historyAnswers, type OwnHistoryApp } from './middleware/own-history.ts';
import { page } from './middleware/page.ts';

export interface PageHistoryApp extends OwnHistoryApp, LinkApp {
  readonly clock: Pick<Clock, 'now'>;
  readonly line?: WriteLine;
}

/** Everything that was recorded of whoever the link was made for: a page at a time, or whole to keep. */
export const pageHistory = (app: PageHistoryApp): ApiHandler =>
  page('page-history', (event) => failedPage(app, event), app.line)
    .use(linkFor(app, 'preferences'))
    .handler<HttpEvent, HttpResponse>(async (event) => {
      const { subject } = event.link;
      const record = await readPage(app)(subject);
      const below = versionOfCursor(event.queryStringParameters?.['cursor'] ?? '');
      return historyAnswers[endingOf(event)](app, event, { subject, record, below });
    });

const endingOf = ({ routeKey }: HttpEvent): keyof typeof historyAnswers => {
  if (routeKey.endsWith('.json')) return 'json';
  return routeKey.endsWith('.html') ? 'html' : 'page';
};

/** What the stack deploys, with the names of what the page loads. */
export const handlerWith = (assets: AssetNames) =>
  onLambda(() =>
    pageHistory({
      ...{ records: records(), seals: seals(), clock, tokens: tokens(), centre: centre(), assets },
    }),
  );
