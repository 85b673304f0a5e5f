import { html } from 'hono/html';
import type { Mail } from '../flow/mail.ts';
import type { AssetNames } from './assets.ts';
import { voiceOf } from './say.ts';
import { documentOf, type Markup } from './shell.ts';

/** A message that was kept instead of being sent. */
export interface Kept extends Mail {
  readonly id: string;
  /** ISO 8601 */
  readonly at: string;
}

/** Where the outbox of the local engine is; below it each message by its id. */
export const OUTBOX = '/local/outbox';

/** A tool of one's own machine: it speaks English, as all that is printed there. */
const voice = voiceOf('en');

const pageOf = (assets: AssetNames, title: string, main: Markup): Promise<string> =>
  documentOf({ voice, assets, title, main });

/** All that was kept, as it is given. `most`: how many are. */
export const outboxPage = (assets: AssetNames, all: readonly Kept[], most: number): Promise<string> =>
  pageOf(
    assets,
    'Outbox',
    html`<div class="message card">
<h1>Outbox</h1>
<p>Messages that Heed would have mailed, newest first. On this machine nothing is sent: they are kept in memory, the latest
${most}, and a restart empties it.</p>
${all.length === 0 ? html`<p>There is none yet.</p>` : html`<ul>${all.map(itemOf)}</ul>`}
</div>`,
  );

const itemOf = ({ id, subject, to, at }: Kept): Markup =>
  html`<li><p><a href="${OUTBOX}/${id}">${subject}</a><br>to ${to}, ${voice.moment(at)}</p></li>`;

const back = html`<p class="back"><a href="${OUTBOX}">Outbox</a></p>`;

/** In a frame links open the whole page: the pages they lead to may not be framed. */
const framed = (document: string): string => document.replace('<head>', '<head>\n<base target="_top">');

/** One message: as text, and as the document it is, in a frame in which nothing can act but a link that is followed. */
export const keptPage = (assets: AssetNames, { subject, to, at, text, html: body }: Kept): Promise<string> =>
  pageOf(
    assets,
    subject,
    html`${back}
<article class="message card">
<h1 dir="auto">${subject}</h1>
<p>To ${to}, ${voice.moment(at)}</p>
<div class="text" dir="auto">${text.split(ADDRESS).map(linked)}</div>
<h2>The same as HTML</h2>
<iframe title="The message as HTML" sandbox="allow-top-navigation-by-user-activation" srcdoc="${framed(body)}" width="100%" height="320"></iframe>
</article>`,
  );

/** Splits a text around its addresses, which stay. */
const ADDRESS = /(https?:\/\/\S+)/;

const linked = (part: string, i: number): Markup | string =>
  i % 2 === 1 ? html`<a href="${part}">${part}</a>` : part;

/** An id that stands for nothing. */
export const noMessagePage = (assets: AssetNames): Promise<string> =>
  pageOf(
    assets,
    'No such message',
    html`${back}
<h1>No such message</h1>
<p>The outbox is kept in memory: a restart empties it.</p>`,
  );
