import { declared } from '../domain/catalogue.ts';
import type { ControlKey } from '../domain/page-change.ts';
import { textIn } from '../domain/text.ts';
import type { Choice, Evidence, Notice, Preference } from '../domain/vocabulary.ts';
import { type Centre, OWN_NAMES } from './centre.ts';
import { isLanguage, type Voice } from './say.ts';

/** Whose words are used for whose topics. */
export interface Telling {
  readonly centre: Centre;
  readonly voice: Voice;
}

/** `Newsletter`; of a prefix `Everything from Acme`. What is declared no more goes by its id. */
export function topicWords({ centre, voice }: Telling, topic: string): string {
  const { say, messages, language } = voice;
  if (topic === '*') return say(messages.history.everything);
  const brand = topic.endsWith('/*') ? declared(centre.brands, topic.slice(0, -2)) : undefined;
  if (brand) return say(messages.history.everythingFrom, { brand: textIn(brand.title, language) });
  const known = declared(centre.topics, topic);
  return known ? textIn(known.title, language) : topic;
}

/** `E-mail`; for all channels at once, that it is allowed. */
export function channelWords({ say, messages }: Voice, channel: string): string {
  if (channel === '*') return say(messages.page.everyChannel);
  return declared<string>(messages.channels, channel) ?? channel;
}

/** `Newsletter by e-mail`; of all channels at once only `Newsletter`. */
export function controlWords(telling: Telling, { topic, channel }: ControlKey): string {
  const { say, messages } = telling.voice;
  const title = topicWords(telling, topic);
  if (channel === '*') return title;
  const by = declared<string>(messages.byChannel, channel) ?? channel;
  return say(messages.page.by, { topic: title, channel: by });
}

/** `Newsletter by e-mail is on` */
export function choiceWords(telling: Telling, { state, ...key }: Choice): string {
  const { say, messages } = telling.voice;
  const what = controlWords(telling, key);
  const { on, off, mustConfirm } = messages.page;
  return say({ granted: on, withdrawn: off, pending: mustConfirm }[state], { what });
}

/** `How often: weekly` */
export function preferenceWords(telling: Telling, { key, value }: Preference): string {
  const { say, messages } = telling.voice;
  return say(messages.page.answer, {
    title: preferenceTitle(telling, key),
    value: valueWords(telling, key, value),
  });
}

export function preferenceTitle({ centre, voice }: Telling, key: string): string {
  const known = declared(centre.preferenceKeys, key);
  return known ? textIn(known.title, voice.language) : key;
}

/** Which of its texts was shown: `Version 4, English`. */
export function noticeTitle(
  { say, messages }: Voice,
  { version, language }: Pick<Notice, 'version' | 'language'>,
): string {
  const name = isLanguage(language) ? OWN_NAMES[language] : language;
  return say(messages.page.noticeVersion, { version, language: name });
}

/** A language goes by the name its speakers have for it. */
export function valueWords({ centre, voice }: Telling, key: string, value: string): string {
  const label = declared(declared(centre.preferenceKeys, key)?.labels ?? {}, value);
  if (label !== undefined) return textIn(label, voice.language);
  return key === centre.settings.languageKey && isLanguage(value) ? OWN_NAMES[value] : value;
}

/** Ways of saying something that need no name of a source. */
const WAYS = {
  signal: 'signal',
  'one-click': 'link',
  link: 'link',
  'double-opt-in': 'confirmation',
} as const;

/** Where something was said: the source, or the way where that tells her more. */
export function sourceWords({ centre, voice }: Telling, { source, method }: Evidence): string {
  const { say, messages, language } = voice;
  if (method === 'expiry') return say(messages.history.expiry);
  const way = declared<'signal' | 'link' | 'confirmation'>(WAYS, method);
  if (way) return say(messages.history[way]);
  const known = declared(centre.sources, source);
  return known ? textIn(known.title, language) : NAMELESS;
}

/** Heed's own word, or a source that is declared no more. */
const NAMELESS = 'Heed';
