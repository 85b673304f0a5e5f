import { buildBrowser } from '../browser/build.ts';
import { assets } from '../functions/assets.ts';
import { confirm } from '../functions/confirm.ts';
import { gpc } from '../functions/gpc.ts';
import type { WriteLine } from '../functions/middleware/line.ts';
import type { LinkApp } from '../functions/middleware/link.ts';
import { noticeText } from '../functions/notice-text.ts';
import { preferencePage } from '../functions/page.ts';
import { pageHistory } from '../functions/page-history.ts';
import { preferences } from '../functions/preferences.ts';
import { signals } from '../functions/signals.ts';
import { unsubscribe } from '../functions/unsubscribe.ts';
import texts from '../notices/texts.json' with { type: 'json' };
import type { App } from './app.ts';
import { type Call, waking } from './call.ts';

export interface PagesOptions {
  readonly line: WriteLine;
  readonly wake: () => void;
}

/** What a page's handler is made of. */
type PageApp = App & LinkApp & { readonly line: WriteLine };

/** The handlers of what people see, by the names of the registry. */
export function pagesOf(app: App, { line, wake }: PagesOptions): Readonly<Record<string, Call>> {
  const built = buildBrowser();
  const { centre } = app;
  return {
    ...(centre && ofOne({ ...app, line, centre, assets: built.names }, wake)),
    assets: assets({ files: built.files, line }),
    'notice-text': noticeText({ texts, digests: app.catalogue.notices, assets: built.names, line }),
    signals: waking(signals({ ...app, signalTopics: centre?.settings.signal ?? [], line }), wake),
    gpc: gpc({ settings: centre?.settings, line }),
  };
}

/** What shows one person's: where the configuration declares no preference centre there is none of it. */
const ofOne = (app: PageApp, wake: () => void): Readonly<Record<string, Call>> => ({
  page: waking(preferencePage(app), wake),
  'page-history': pageHistory(app),
  preferences: waking(preferences(app), wake),
  confirm: waking(confirm(app), wake),
  unsubscribe: waking(unsubscribe(app), wake),
});
