import type { HeedConfig } from '../config.ts';
import { declared, expandTopics } from '../domain/catalogue.ts';
import type { Keyword } from '../domain/keyword.ts';
import { textIn } from '../domain/text.ts';
import { type Voice, voiceOf } from './say.ts';

export type KeywordConfig = Pick<HeedConfig, 'catalogue' | 'brands' | 'keywords' | 'preferenceCentre'>;

/** What a keyword is answered with. It is the same whoever asks: it tells nobody whether a number is known. */
export function keywordReplies(config: KeywordConfig): (keyword: Keyword) => string {
  const { brands, keywords, preferenceCentre } = config;
  const link = preferenceCentre?.help?.replace(/^mailto:/, '');
  return ({ kind, language }) => {
    const voice = voiceOf(language);
    const who = voice.list(Object.values(brands).map(({ title }) => textIn(title, language)));
    const topics = named(config, voice, kind === 'start' ? keywords?.starts?.topics : keywords?.stops);
    const text = voice.say(voice.messages.keywords[sentenceFor(kind, keywords)], { who, topics });
    return kind === 'stop' || link === undefined
      ? text
      : voice.say(voice.messages.keywords.link, { text, link });
  };
}

function sentenceFor(kind: Keyword['kind'], keywords: KeywordConfig['keywords']) {
  if (kind === 'help') return 'help';
  if (kind === 'start') return keywords?.starts ? 'started' : 'way';
  return keywords?.stops.includes('*') ? 'stoppedAll' : 'stopped';
}

/** Topics by what people call them. */
const named = (
  { catalogue }: KeywordConfig,
  { language, list }: Voice,
  patterns: readonly string[] = [],
): string =>
  list(
    [...new Set(patterns.flatMap((pattern) => expandTopics(catalogue, pattern)))].flatMap((topic) => {
      const title = declared(catalogue.topics, topic)?.title;
      return title === undefined ? [] : [textIn(title, language)];
    }),
  );
