import { html } from 'hono/html';
import { directionOf } from '../domain/language.ts';
import type { AssetNames } from './assets.ts';
import type { Voice } from './say.ts';

/** Markup in which everything that was filled in is escaped. */
export type Markup = ReturnType<typeof html>;

/** The same page in another language, or in this one. */
export interface LanguageLink {
  readonly code: string;
  /** What its speakers call it. */
  readonly name: string;
  readonly href: string;
  readonly current: boolean;
}

export interface Shell {
  readonly voice: Voice;
  readonly title: string;
  readonly assets: AssetNames;
  readonly main: Markup;
  readonly languages?: readonly LanguageLink[];
  /** Where a person finds help: in the same place on every page. */
  readonly help?: string | undefined;
  /** Pages that only say something need no script. */
  readonly script?: boolean;
  /** Where the link leads that skips what stands on every page. Left out: there is nothing to skip. */
  readonly skipTo?: string;
}

/** A whole document. Every page a person sees stands in it. */
export const documentOf = async (shell: Shell): Promise<string> =>
  String(
    await html`<!doctype html>
<html lang="${shell.voice.language}" dir="${directionOf(shell.voice.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${shell.title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${shell.assets.style}">
${shell.script && html`<script type="module" src="${shell.assets.script}"></script>`}
</head>
<body>
${top(shell)}
<main>
${shell.main}
</main>
${bottom(shell)}
</body>
</html>
`,
  );

function top({ voice, languages = [], skipTo }: Shell): Markup {
  const { say, messages } = voice;
  const several = languages.length > 1;
  if (!several && !skipTo) return html``;
  return html`<header class="top">
${skipTo && html`<a class="skip" href="${skipTo}">${say(messages.page.skip)}</a>`}
${several && html`<nav class="languages" aria-label="${say(messages.page.language)}"><ul>${languages.map(languageLink)}</ul></nav>`}
</header>`;
}

const languageLink = ({ code, name, href, current }: LanguageLink): Markup =>
  html`<li><a href="${href}" lang="${code}" hreflang="${code}"${current && html` aria-current="true"`}>${name}</a></li>`;

const bottom = ({ voice, help }: Shell): Markup =>
  help
    ? html`<footer class="bottom"><a href="${help}" rel="noreferrer">${voice.say(voice.messages.page.help)}</a></footer>`
    : html``;
