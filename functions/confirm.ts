import { OWN_SOURCE } from '../lib/domain/own-source.ts';
import type { AcceptPorts } from '../lib/flow/accept.ts';
import { type Confirmed, confirm as confirmOne, type Standing, standingOf } from '../lib/flow/confirm.ts';
import type { HttpEvent, HttpResponse } from '../lib/http/message.ts';
import type { AssetNames } from '../lib/page/assets.ts';
import { type Confirmable, confirmedPage, confirmPage, gonePage } from '../lib/page/confirm-page.ts';
import { acceptPorts, centre, onLambda, tokens } from './app.ts';
import type { ApiHandler } from './middleware/api.ts';
import type { WriteLine } from './middleware/line.ts';
import { failedPage, type LinkApp, linkFor, voiceFor } from './middleware/link.ts';
import { html, page } from './middleware/page.ts';
import { languageLinks } from './middleware/page-address.ts';

export interface ConfirmApp extends AcceptPorts, LinkApp {
  readonly line?: WriteLine;
}

/**
 * The link of a message that asks for a confirmation. `GET` shows a button and writes nothing: programs that look for harm
 * in messages fetch every link. `POST` grants what is still awaited, once; the link reads nothing else and leads nowhere.
 */
export function confirm(app: ConfirmApp): ApiHandler {
  const press = confirmOne(app);
  const look = standingOf(app);
  return page('confirm', (event) => failedPage(app, event), app.line)
    .use(linkFor(app, 'confirm'))
    .handler<HttpEvent, HttpResponse>(async (event) => {
      const { topic, channel } = event.link;
      const { help } = app.centre.settings;
      const voice = voiceFor(app.centre, event);
      const languages = languageLinks(app.centre, voice);
      const shown: Confirmable = { ...app, voice, topic, channel, help, languages };
      const isLook = event.routeKey.startsWith('GET ');
      const standing = isLook ? await look(event.link) : await press(event.link, OWN_SOURCE);
      return standing === 'busy' ? failedPage(app, event, 503) : answer(standing, shown);
    });
}

async function answer(standing: Standing | Confirmed, shown: Confirmable): Promise<HttpResponse> {
  if (standing === 'awaited') return html(200, await confirmPage(shown));
  if (standing === 'confirmed') return html(200, await confirmedPage(shown));
  return html(410, await gonePage(shown));
}

/** What the stack deploys, with the names of what the page loads. */
export const handlerWith = (assets: AssetNames) =>
  onLambda(() => confirm({ ...acceptPorts(), tokens: tokens(), centre: centre(), assets }));
