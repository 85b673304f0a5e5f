import type { AssetNames } from './assets.ts';
import { messagePage } from './message-page.ts';
import { type Named, wordsFor } from './named.ts';
import type { LanguageLink } from './shell.ts';

/** What the page's own button sends, so that it is told from a mail program's. */
export const PAGE_BUTTON = { name: 'from', value: 'page' } as const;

/** The list a link names. Nothing here is of the record: whoever holds the message may see it. */
export interface Stoppable extends Named {
  readonly assets: AssetNames;
  /** The question in other languages; what was done is told in hers. */
  readonly languages?: readonly LanguageLink[];
}

/** Asks whether this list is to be stopped. */
export function stopPage(named: Stoppable): Promise<string> {
  const { say, messages } = named.voice;
  const { title, text, button } = messages.unsubscribe;
  const words = wordsFor(named);
  return messagePage({
    ...named,
    title: say(title, words),
    text: [say(text, words)],
    button: { label: say(button), fields: { [PAGE_BUTTON.name]: PAGE_BUTTON.value } },
  });
}

/** Says that it is. */
export function stoppedPage(named: Stoppable): Promise<string> {
  const { say, messages } = named.voice;
  const { doneTitle, done, back } = messages.unsubscribe;
  const words = wordsFor(named);
  const text = [say(done, words), say(back)];
  return messagePage({ ...named, title: say(doneTitle), text, languages: [] });
}
