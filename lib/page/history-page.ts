import { html, raw } from 'hono/html';
import { directionOf } from '../domain/language.ts';
import type { AssetNames } from './assets.ts';
import type { HistoryEntry, HistoryModel } from './model.ts';
import type { Voice } from './say.ts';
import { documentOf, type Markup } from './shell.ts';

export interface HistoryPage {
  readonly voice: Voice;
  readonly assets: AssetNames;
  readonly model: HistoryModel;
  /** This page's own path, with `?lang=` where one was asked for. */
  readonly address: string;
  readonly help?: string | undefined;
}

/** A person's history, a page of it at a time, with the whole of it to download. */
export const historyPage = ({ voice, assets, model, address, help }: HistoryPage): Promise<string> => {
  const { say, messages } = voice;
  const title = say(messages.page.history);
  const at = (change: (path: string) => string): string => pathed(address, change);
  return documentOf({
    ...{ voice, assets, title, help },
    main: html`<div class="history">
<p class="back"><a href="${at((path) => path.replace(/\/history$/, ''))}">${say(messages.history.back)}</a></p>
<h1>${title}</h1>
<p class="intro">${say(messages.history.intro)}</p>
<p class="downloads"><a class="quiet" href="${at((path) => `${path}.html`)}" download>${say(messages.history.asPage)}</a>
<a class="quiet" href="${at((path) => `${path}.json`)}" download>${say(messages.history.asData)}</a></p>
${entriesMarkup(model, voice)}
${model.older && html`<p class="older"><a class="quiet" href="${withCursor(address, model.older)}">${say(messages.history.older)}</a></p>`}
</div>`,
  });
};

/** The whole history as a file of its own: it needs nothing else, not even a connection. */
export const historyFile = async ({
  voice,
  model,
}: Pick<HistoryPage, 'voice' | 'model'>): Promise<string> => {
  const { say, messages, language } = voice;
  const title = say(messages.page.history);
  const unlinked = { ...model, entries: model.entries.map(withoutLink) };
  return String(
    await html`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${raw(FILE_STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${say(messages.history.intro)}</p>
${entriesMarkup(unlinked, voice)}
${model.older && html`<p>${say(messages.history.more)}</p>`}
</main>
</body>
</html>
`,
  );
};

/** Where the file lies there is nothing that a path of this site leads to. */
const withoutLink = ({ notice, ...entry }: HistoryEntry): HistoryEntry => ({
  ...entry,
  ...(notice && { notice: { label: notice.label } }),
});

const FILE_STYLE = `:root{color-scheme:light dark;background:Canvas;color:CanvasText}body{font:1rem/1.6 system-ui,sans-serif;margin:0 auto;padding:2rem 1.25rem;max-inline-size:42rem;overflow-wrap:break-word}
h1{line-height:1.2}ol{list-style:none;padding:0}li li{list-style:disc;margin-inline-start:1.25rem}.entry{border-block-start:1px solid #8888;padding-block:1rem}
.entry h2{font-size:1rem;margin:0}.entry ul{margin:.25rem 0;padding:0}.entry p{margin:0;opacity:.8}@media print{.entry{break-inside:avoid}}`;

const entriesMarkup = ({ entries }: HistoryModel, voice: Voice): Markup =>
  entries.length === 0
    ? html`<p>${voice.say(voice.messages.history.empty)}</p>`
    : html`<ol class="entries card">${entries.map((entry) => entryMarkup(entry, voice))}</ol>`;

const entryMarkup = ({ version, at, when, lines, from, notice }: HistoryEntry, voice: Voice): Markup => html`
<li class="entry" data-version="${version}">
<h2><time datetime="${at}">${when}</time></h2>
<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>
<p>${from}</p>
${notice && noticeMarkup(notice, voice)}
</li>`;

/** The words around it are hers; its name is a link, where that leads anywhere. */
function noticeMarkup(
  { label, href }: NonNullable<HistoryEntry['notice']>,
  { say, messages }: Voice,
): Markup {
  const [before = '', after = ''] = say(messages.history.shown).split('{notice}');
  return html`<p>${before}${href === undefined ? label : html`<a href="${href}">${label}</a>`}${after}</p>`;
}

const pathed = (address: string, change: (path: string) => string): string => {
  const [path = '', query] = address.split('?', 2);
  return query === undefined ? change(path) : `${change(path)}?${query}`;
};

const withCursor = (address: string, cursor: string): string => {
  const [path, query] = address.split('?', 2);
  const asked = new URLSearchParams(query);
  asked.set('cursor', cursor);
  return `${path}?${asked}`;
};
