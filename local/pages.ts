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
import { problem } from '../lib/http/problem.ts';
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
  const shown = (make: (of: PageApp) => Call): Call =>
    centre ? make({ ...app, line, centre, assets: built.names }) : notThere;
  return {
    assets: assets({ files: built.files, line }),
    'notice-text': noticeText({ texts, digests: app.catalogue.notices, assets: built.names, line }),
    page: shown((of) => waking(preferencePage(of), wake)),
    'page-history': shown(pageHistory),
    preferences: shown((of) => waking(preferences(of), wake)),
    signals: waking(signals({ ...app, signalTopics: centre?.settings.signal ?? [], line }), wake),
    gpc: gpc({ settings: centre?.settings, line }),
    confirm: shown((of) => waking(confirm(of), wake)),
    unsubscribe: shown((of) => waking(unsubscribe(of), wake)),
  };
}

/** Where the configuration declares no preference centre there are no pages. */
const notThere: Call = async () => problem('not-found');
