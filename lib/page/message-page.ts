import { html } from 'hono/html';
import type { AssetNames } from './assets.ts';
import type { Voice } from './say.ts';
import { documentOf, type LanguageLink } from './shell.ts';

/** A page that says one thing, and perhaps asks for one tap. */
export interface MessagePage {
  readonly voice: Voice;
  readonly assets: AssetNames;
  readonly title: string;
  /** Paragraphs. */
  readonly text: readonly string[];
  /** A form that posts to the page's own address. */
  readonly button?: { readonly label: string; readonly fields?: Readonly<Record<string, string>> };
  readonly link?: { readonly label: string; readonly href: string };
  readonly languages?: readonly LanguageLink[];
  readonly help?: string | undefined;
}

export const messagePage = (page: MessagePage): Promise<string> => {
  const { voice, assets, title, text, button, link, languages = [], help } = page;
  return documentOf({
    ...{ voice, assets, title, languages, help },
    main: html`<div class="message card">
<h1>${title}</h1>
${text.map((one) => html`<p>${one}</p>`)}
${
  button &&
  html`<form method="post">
${Object.entries(button.fields ?? {}).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button class="primary">${button.label}</button>
</form>`
}
${link && html`<p><a href="${link.href}">${link.label}</a></p>`}
</div>`,
  });
};
