import { brandOf } from '../config/completed.ts';
import { declared } from '../domain/catalogue.ts';
import { textIn } from '../domain/text.ts';
import type { Choice } from '../domain/vocabulary.ts';
import type { AssetNames } from './assets.ts';
import type { Centre } from './centre.ts';
import { messagePage } from './message-page.ts';
import type { Voice } from './say.ts';

/** What the page's own button sends, so that it is told from a mail program's. */
export const PAGE_BUTTON = { name: 'from', value: 'page' } as const;

/** The list a link names. Nothing here is of the record: whoever holds the message may see it. */
export interface Named extends Pick<Choice, 'topic' | 'channel'> {
  readonly voice: Voice;
  readonly centre: Centre;
  readonly assets: AssetNames;
}

/** Asks whether this list is to be stopped. */
export function stopPage(named: Named): Promise<string> {
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
export function stoppedPage(named: Named): Promise<string> {
  const { say, messages } = named.voice;
  const { doneTitle, done, back } = messages.unsubscribe;
  const words = wordsFor(named);
  return messagePage({ ...named, title: say(doneTitle), text: [say(done, words), say(back)] });
}

/** In her language as far as it has words; what is no longer declared goes by its id. */
function wordsFor({ centre, voice, topic, channel }: Named) {
  const { language, messages, list } = voice;
  const brand = brandOf(topic);
  const channels = channel === '*' ? centre.catalogue.channels : [channel];
  return {
    brand: textIn(declared(centre.brands, brand)?.title ?? brand, language),
    topic: textIn(declared(centre.topics, topic)?.title ?? topic, language),
    channel: list(channels.map((one) => declared<string>(messages.byChannel, one) ?? one)),
  };
}
