import type { WriteLine } from '../functions/middleware/line.ts';
import { html, page } from '../functions/middleware/page.ts';
import type { HttpEvent, HttpResponse } from '../lib/http/message.ts';
import type { AssetNames } from '../lib/page/assets.ts';
import { keptPage, noMessagePage, OUTBOX, outboxPage } from '../lib/page/outbox-page.ts';
import type { Call } from './call.ts';
import { MOST_KEPT, type Outbox } from './outbox.ts';

/** The list, and one message. */
export const OUTBOX_PATHS = [OUTBOX, `${OUTBOX}/{id}`] as const;

export interface OutboxApp {
  readonly outbox: Outbox;
  readonly assets: AssetNames;
  readonly line: WriteLine;
}

/** What would have been mailed, to be read and its links followed. */
export function outboxPages({ outbox, assets, line }: OutboxApp): Call {
  const failed = async () => html(500, await noMessagePage(assets));
  return page('outbox', failed, line).handler<HttpEvent, HttpResponse>(async ({ pathParameters }) => {
    const id = pathParameters?.['id'];
    if (id === undefined) return html(200, await outboxPage(assets, outbox.list(), MOST_KEPT));
    const kept = outbox.find(id);
    return kept ? html(200, await keptPage(assets, kept)) : html(404, await noMessagePage(assets));
  });
}
