import { keywordWords } from './keyword-words.ts';
import { wordsOf } from './keywords/spelling.ts';
import type { KeywordWords } from './keywords/words.ts';
import type { Language } from './language.ts';

/** What a text message asks for, and the language to answer it in. */
export interface Keyword {
  readonly kind: 'stop' | 'start' | 'help';
  readonly language: Language;
}

/** Longest text that is read, characters: ten messages of SMS put together. */
const MOST = 1600;
/** Words of the longest phrase. */
const LONGEST = 6;
/** A message of so few words that begins with a likely stop is one. */
const SHORT = 5;
/** A message of so few words with a firm stop in it is one. */
const SHORTEST = 3;
/** A message that says no firm stop is not read as saying little else beyond so many words. */
const FEW = 8;

/**
 * Reads keywords in some languages. A stop in doubt is a stop: it may begin a message, or be all that it says, in whatever
 * words stand around it. A start or a cry for help that is in doubt is none: whoever reads the messages sees to it. English
 * is understood whatever the languages are, for its words are those of the law; the answer is in one of the languages.
 */
export function keywordReader(languages: readonly Language[]): (text: string) => Keyword | undefined {
  const vocabulary = vocabularyOf([...new Set([...languages, 'en' as const])]);
  const words = new Map(languages.map((language) => [language, wordsIn(keywordWords[language])]));
  return (text) => {
    const kind = kindOf(text.slice(0, MOST), vocabulary);
    const said = wordsOf(text.slice(0, MOST));
    const known = (language: Language): number =>
      said.filter((word) => words.get(language)?.has(word)).length;
    const [first = 'en'] = languages;
    return (
      kind && {
        kind,
        language: languages.reduce((best, one) => (known(one) > known(best) ? one : best), first),
      }
    );
  };
}

type Phrases = ReadonlySet<string>;
type Vocabulary = Readonly<Record<keyof KeywordWords, Phrases>>;

const spelt = (phrases: readonly string[]): readonly string[] =>
  phrases.map((phrase) => wordsOf(phrase).join(' '));

const wordsIn = (all: KeywordWords): Phrases => new Set(Object.values(all).flat().flatMap(wordsOf));

function vocabularyOf(languages: readonly Language[]): Vocabulary {
  const all = (name: keyof KeywordWords): Phrases =>
    new Set(spelt(languages.flatMap((language) => keywordWords[language][name])));
  return {
    ...{ firm: all('firm'), likely: all('likely'), bare: all('bare'), demands: all('demands') },
    ...{ starts: all('starts'), helps: all('helps'), negations: all('negations') },
    ...{ polite: all('polite'), around: all('around') },
  };
}

/** Courtesies aside. A sentence by itself may say stop where the whole message says something else as well. */
function kindOf(text: string, vocabulary: Vocabulary): Keyword['kind'] | undefined {
  const words = without(wordsOf(text), vocabulary.polite);
  if (words.length === 0) return undefined;
  const sentences = text.split(/[.,;:!?\n…،؛؟]+/u).map((one) => without(wordsOf(one), vocabulary.polite));
  if (isStop(words, vocabulary) || sentences.some((one) => saysOnlyStop(one, vocabulary))) return 'stop';
  if (isRepeated(words, vocabulary.starts)) return 'start';
  return isHelp(words, vocabulary) ? 'help' : undefined;
}

/** Length of the longest phrase that begins at a word; 0 where none does. */
function lengthAt(words: readonly string[], at: number, phrases: Phrases): number {
  for (let length = Math.min(LONGEST, words.length - at); length > 0; length--)
    if (phrases.has(words.slice(at, at + length).join(' '))) return length;
  return 0;
}

const begins = (words: readonly string[], at: number, ...kinds: readonly Phrases[]): boolean =>
  kinds.some((phrases) => lengthAt(words, at, phrases) > 0);

function without(words: readonly string[], phrases: Phrases): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; ) {
    const length = lengthAt(words, at, phrases);
    if (length === 0) kept.push(...words.slice(at, at + 1));
    at += Math.max(1, length);
  }
  return kept;
}

/** Where a message comes to its point: after words that may stand around anything. */
function pointOf(words: readonly string[], { firm, likely, demands, negations, around }: Vocabulary): number {
  const passes = (word: string, at: number): boolean =>
    around.has(word) && !begins(words, at, firm, likely, demands, negations);
  const at = words.findIndex((word, i) => !passes(word, i));
  return at < 0 ? words.length : at;
}

function isStop(words: readonly string[], vocabulary: Vocabulary): boolean {
  const { firm, likely, demands } = vocabulary;
  const point = pointOf(words, vocabulary);
  if (begins(words, point, demands)) return true;
  if (isDenied(words, vocabulary)) return false;
  if (begins(words, point, firm)) return true;
  if (words.length <= SHORT && begins(words, point, likely)) return true;
  if (words.some((_, at) => begins(words, at, demands))) return true;
  const shortest = words.length <= SHORTEST && words.some((_, at) => begins(words, at, firm));
  return shortest || saysOnlyStop(words, vocabulary);
}

/** `don't stop`: its point is that something is not to be. */
const isDenied = (words: readonly string[], vocabulary: Vocabulary): boolean =>
  begins(words, pointOf(words, vocabulary), vocabulary.negations);

/** Nothing but a stop, and what may stand around one. */
function saysOnlyStop(words: readonly string[], vocabulary: Vocabulary): boolean {
  const { firm, likely, bare, demands, around, helps } = vocabulary;
  if (begins(words, pointOf(words, vocabulary), demands) || isRepeated(words, bare)) return true;
  if (isDenied(words, vocabulary)) return false;
  const rest = without(without(words, new Set([...demands, ...firm])), likely);
  const some = rest.length < words.length;
  const hasFirm = words.some((_, at) => begins(words, at, firm));
  const little = hasFirm || words.length <= FEW;
  return (
    some && little && rest.every((word) => around.has(word) || helps.has(word) || /^\p{N}+$/u.test(word))
  );
}

/** One phrase, however often. */
const isRepeated = (words: readonly string[], phrases: Phrases): boolean =>
  words.length > 0 && without(words, phrases).length === 0;

function isHelp(words: readonly string[], vocabulary: Vocabulary): boolean {
  const { helps, around } = vocabulary;
  const point = pointOf(words, vocabulary);
  if (isDenied(words, vocabulary) || words.length > SHORT) return false;
  const rest = without(words, helps);
  return (
    begins(words, point, helps) || (rest.length < words.length && rest.every((word) => around.has(word)))
  );
}
