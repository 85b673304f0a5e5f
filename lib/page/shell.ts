import { html } from 'hono/html';
import { directionOf } from '../domain/language.ts';
import type { AssetNames } from './assets.ts';
import type { Voice } from './say.ts';

/** Markup in which everything that was filled in is escaped. */
export type Markup = ReturnType<typeof html>;

export interface Shell {
  readonly voice: Voice;
  readonly title: string;
  readonly assets: AssetNames;
  readonly main: Markup;
  /** Beside the skip link: the languages, help. */
  readonly header?: Markup;
  readonly footer?: Markup;
}

/** A whole document. Every page a person sees stands in it. */
export const documentOf = async ({ voice, title, assets, main, header, footer }: Shell): Promise<string> =>
  String(
    await html`<!doctype html>
<html lang="${voice.language}" dir="${directionOf(voice.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assets.style}">
<script type="module" src="${assets.script}"></script>
</head>
<body>
${header ?? ''}
<main id="main" tabindex="-1">
${main}
</main>
${footer ?? ''}
</body>
</html>
`,
  );
