import { html } from 'hono/html';
import Negotiator from 'negotiator';
import { noticeName } from '../config/completed.ts';
import { declared } from '../domain/catalogue.ts';
import { LANGUAGES } from '../domain/language.ts';
import type { AssetNames } from './assets.ts';
import { languageFor } from './language.ts';
import type { ShownNotice } from './model.ts';
import { voiceOf } from './say.ts';
import { documentOf } from './shell.ts';

/** Every notice that was ever shown, by `id/version/language`. */
export interface KeptNotices {
  readonly texts: Readonly<Record<string, string>>;
  /** SHA-256 (hex) of each text. */
  readonly digests: Readonly<Record<string, string>>;
}

/** The notice kept under this name, if there is one. */
export function keptNotice(
  { texts, digests }: KeptNotices,
  named: Pick<ShownNotice, 'id' | 'version' | 'language'>,
): ShownNotice | undefined {
  const [text, sha256] = [texts, digests].map((all) => declared(all, noticeName(named)));
  return text === undefined || sha256 === undefined ? undefined : { ...named, sha256, text };
}

/** Whether whoever asks would rather see a page than be handed the text: a browser would, a program would not. */
export const wantsPage = (accept: string | undefined): boolean =>
  accept !== undefined &&
  new Negotiator({ headers: { accept: accept.slice(0, 500) } }).mediaType(['text/plain', 'text/html']) ===
    'text/html';

export interface NoticePage {
  readonly notice: ShownNotice;
  readonly assets: AssetNames;
  /** `Accept-Language`, for a notice in a language that the pages do not speak. */
  readonly accepted?: string | undefined;
}

/** The notice for people to read: around the text stands what proves that it is the one. */
export function noticePage({ notice, assets, accepted }: NoticePage): Promise<string> {
  const { id, version, language, sha256, text } = notice;
  const voice = voiceOf(languageFor(LANGUAGES, { asked: language, accepted }));
  const { say, messages } = voice;
  const title = say(messages.kept.title);
  return documentOf({
    ...{ voice, assets, title },
    main: html`<article class="message card">
<h1>${title}</h1>
<div class="text" lang="${language}" dir="auto" data-sha256="${sha256}">${text}</div>
<p class="source">${say(messages.kept.version, { name: `${id}/${version}/${language}` })}<br>
${say(messages.kept.proof)} <code dir="ltr">${sha256}</code></p>
<p><a href="?as=text">${say(messages.kept.alone)}</a></p>
</article>`,
  });
}
