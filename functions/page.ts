import { savedTogether } from '../lib/flow/read-page.ts';
import type { HttpEvent, HttpResponse } from '../lib/http/message.ts';
import { readPageForm } from '../lib/http/page-form.ts';
import type { AssetNames } from '../lib/page/assets.ts';
import { statusWords } from '../lib/page/status.ts';
import { acceptPorts, centre, onLambda, tokens } from './app.ts';
import type { ApiHandler } from './middleware/api.ts';
import { becameOf, type CentreApp, look, send } from './middleware/centre.ts';
import type { WriteLine } from './middleware/line.ts';
import { failedPage, type LinkApp, linkFor } from './middleware/link.ts';
import { html, page, seeOther } from './middleware/page.ts';
import { savedAt, savedQuery } from './middleware/page-address.ts';
import { drawn, refusedStatus } from './middleware/page-drawing.ts';

export interface PreferencePageApp extends CentreApp, LinkApp {
  readonly line?: WriteLine;
}

/** The preference centre of whoever the link was made for. `GET` shows it, `POST` saves its form. */
export const preferencePage = (app: PreferencePageApp): ApiHandler =>
  page('page', (event) => failedPage(app, event), app.line)
    .use(linkFor(app, 'preferences'))
    .handler<HttpEvent, HttpResponse>((event) =>
      event.routeKey.startsWith('POST ')
        ? save(app, event, event.link.subject)
        : show(app, event, event.link.subject),
    );

async function show(app: PreferencePageApp, event: HttpEvent, subject: string): Promise<HttpResponse> {
  const looked = await look(app, event, subject);
  if (looked === 'busy') return failedPage(app, event, 503);
  const saved = savedAt(event, looked.state.version);
  const versions = saved ? await savedTogether(app.records, subject, saved.version) : [];
  const told = saved && (versions.length > 0 || saved.version === 0);
  const text = told && statusWords(looked, becameOf({ versions, asked: [], left: saved.left }));
  return html(200, await drawn(app, event, { ...looked, ...(text && { status: { kind: 'saved', text } }) }));
}

async function save(app: PreferencePageApp, event: HttpEvent, subject: string): Promise<HttpResponse> {
  const sent = await send(app, event, { subject, ...readPageForm(event) });
  if (sent === 'busy') return failedPage(app, event, 503);
  const { versions, asked, faults, left } = sent.saved;
  if (faults.length > 0) return html(422, await drawn(app, event, { ...sent, status: refusedStatus(sent) }));
  if (asked.length === 0) return seeOther(savedQuery(event, versions.at(-1)?.version.version ?? 0, left));
  const status = { kind: 'asked', text: statusWords(sent, becameOf(sent.saved)) } as const;
  return html(409, await drawn(app, event, { ...sent, status }));
}

/** What the stack deploys, with the names of what the page loads. */
export const handlerWith = (assets: AssetNames) =>
  onLambda(() => preferencePage({ ...acceptPorts(), tokens: tokens(), centre: centre(), assets }));
