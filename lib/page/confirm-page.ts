import type { AssetNames } from './assets.ts';
import { messagePage } from './message-page.ts';
import { type Named, wordsFor } from './named.ts';
import type { LanguageLink } from './shell.ts';

/** What a confirmation's link names. Nothing here is of the record: whoever holds the message may see it. */
export interface Confirmable extends Named {
  readonly assets: AssetNames;
  /** The question in other languages; what was done is told in hers. */
  readonly languages?: readonly LanguageLink[];
}

/** Asks for the one tap that grants. */
export function confirmPage(named: Confirmable): Promise<string> {
  const { say, messages } = named.voice;
  const { title, text, button, ignore } = messages.confirm;
  const words = wordsFor(named);
  return messagePage({
    ...named,
    title: say(title, words),
    text: [say(text, words), say(ignore)],
    button: { label: say(button) },
  });
}

/** Says that it is granted. */
export function confirmedPage(named: Confirmable): Promise<string> {
  const { say, messages } = named.voice;
  const { doneTitle, done } = messages.confirm;
  const text = [say(done, wordsFor(named))];
  return messagePage({ ...named, title: say(doneTitle), text, languages: [] });
}

/** Says that there is nothing to confirm, and not which of the reasons it was: the message may be in anybody's hands. */
export function gonePage({
  voice,
  assets,
  help,
}: Pick<Confirmable, 'voice' | 'assets' | 'help'>): Promise<string> {
  const { goneTitle, gone } = voice.messages.confirm;
  return messagePage({ voice, assets, help, title: voice.say(goneTitle), text: [voice.say(gone)] });
}
