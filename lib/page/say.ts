import { directionOf, LANGUAGES, type Language } from '../domain/language.ts';
import { messagesIn } from './languages.ts';
import type { Message, Messages } from './messages.ts';

export type Values = Readonly<Record<string, string | number>>;

/** The texts of one language, and how it writes numbers, dates and lists. */
export interface Voice {
  readonly language: Language;
  readonly messages: Messages;
  /** Fills in a text; one with plurals is chosen by `count`. What is filled in is plain text, never markup. */
  readonly say: (message: Message, values?: Values) => string;
  /** `3 May 2026` */
  readonly date: (iso: string) => string;
  /** `3 May 2026 at 14:05 UTC` */
  readonly moment: (iso: string) => string;
  readonly list: (items: readonly string[]) => string;
}

const voices = new Map<Language, Voice>();

/** The voice of a language; made once. */
export function voiceOf(language: Language): Voice {
  const known = voices.get(language);
  if (known) return known;
  const voice = make(language);
  voices.set(language, voice);
  return voice;
}

/** What `Intl` is asked for: British English, where a date is read as it is in most of the world. */
const LOCALES: Readonly<Partial<Record<Language, string>>> = { en: 'en-GB' };

const DAY = { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' } as const;
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' } as const;

function make(language: Language): Voice {
  const locale = LOCALES[language] ?? language;
  const dates = new Intl.DateTimeFormat(locale, DAY);
  const moments = new Intl.DateTimeFormat(locale, { ...DAY, ...CLOCK });
  const lists = new Intl.ListFormat(locale);
  const isolated = isolating(language);
  return {
    language,
    messages: messagesIn(language),
    say: saying(locale, isolated),
    date: (iso) => dates.format(new Date(iso)),
    moment: (iso) => moments.format(new Date(iso)),
    list: (items) => lists.format(items.map(isolated)),
  };
}

function saying(locale: string, isolated: (value: string) => string): Voice['say'] {
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const chosen = (message: Message, count: unknown): string => {
    if (typeof message === 'string') return message;
    return (typeof count === 'number' && message[plurals.select(count)]) || message.other;
  };
  /** A name nobody gave a value for stays as it is: it is seen, not hidden. */
  const filled = (value: string | number | undefined, name: string): string => {
    if (typeof value === 'number') return numbers.format(value);
    return value === undefined ? name : isolated(value);
  };
  return (message, values = {}) => {
    const given = new Map(Object.entries(values));
    return chosen(message, given.get('count')).replaceAll(/\{([a-zA-Z]+)\}/g, (whole, name: string) =>
      filled(given.get(name), whole),
    );
  };
}

/** Letters of scripts that are written from right to left. */
const FROM_RIGHT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;
/** All other letters, and digits: a telephone number has no letter to tell its direction by. */
const FROM_LEFT = /[^\P{L}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]|\d/u;

/**
 * Sets a value that runs against its sentence apart (U+2068 … U+2069), so that an address or a name does not tear the words
 * around it out of their order: https://www.w3.org/International/questions/qa-bidi-unicode-controls
 */
function isolating(language: Language): (value: string) => string {
  const against = directionOf(language) === 'rtl' ? FROM_LEFT : FROM_RIGHT;
  return (value) => (against.test(value) ? `\u2068${value}\u2069` : value);
}

/** Whether this is a language Heed speaks. */
export const isLanguage = (tag: string): tag is Language => LANGUAGES.some((language) => language === tag);
