import { OWN_SOURCE } from '../lib/domain/own-source.ts';
import type { AcceptPorts } from '../lib/flow/accept.ts';
import { unsubscribe as stopOne, type Unsubscribed } from '../lib/flow/unsubscribe.ts';
import type { HttpEvent, HttpResponse } from '../lib/http/message.ts';
import type { AssetNames } from '../lib/page/assets.ts';
import { stopPage, stoppedPage } from '../lib/page/unsubscribe-page.ts';
import { acceptPorts, centre, onLambda, tokens } from './app.ts';
import type { ApiHandler } from './middleware/api.ts';
import type { WriteLine } from './middleware/line.ts';
import { failedPage, type LinkApp, linkFor, voiceFor } from './middleware/link.ts';
import { html, page } from './middleware/page.ts';
import { languageLinks } from './middleware/page-address.ts';
import { readPress } from './middleware/press.ts';

export interface UnsubscribeApp extends AcceptPorts, LinkApp {
  readonly line?: WriteLine;
}

/** What a mail program is told: it shows nobody the body. */
const DONE: HttpResponse = {
  statusCode: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'Unsubscribed.\n',
};

/**
 * One list, left. `GET` shows what would be stopped and writes nothing: programs that look for harm in messages fetch
 * every link. Any `POST` stops it, whatever its body says; none of them can do anything else.
 */
export function unsubscribe(app: UnsubscribeApp): ApiHandler {
  const stop = stopOne(app);
  return page('unsubscribe', (event) => failedPage(app, event), app.line)
    .use(linkFor(app, 'unsubscribe'))
    .handler<HttpEvent, HttpResponse>(async (event) => {
      const { subject, topic, channel } = event.link;
      const voice = voiceFor(app.centre, event);
      const { help } = app.centre.settings;
      const shown = { ...app, voice, topic, channel, help, languages: languageLinks(app.centre, voice) };
      if (event.routeKey.startsWith('GET ')) return html(200, await stopPage(shown));
      const { method, wantsPage } = await readPress(event);
      const became: Unsubscribed = await stop({ subject, topic, channel, method, source: OWN_SOURCE });
      if (became === 'refused') return failedPage(app, event, 503);
      return wantsPage ? html(200, await stoppedPage(shown)) : DONE;
    });
}

/** What the stack deploys, with the names of what the page loads. */
export const handlerWith = (assets: AssetNames) =>
  onLambda(() => unsubscribe({ ...acceptPorts(), tokens: tokens(), centre: centre(), assets }));
