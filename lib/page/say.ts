import { LANGUAGES, type Language } from '../domain/language.ts';
import { messagesIn } from './languages.ts';
import type { Message, Messages } from './messages.ts';

export type Values = Readonly<Record<string, string | number>>;

/** The texts of one language, and how it writes numbers, dates and lists. */
export interface Voice {
  readonly language: Language;
  readonly messages: Messages;
  /** Fills in a text; one with plurals is chosen by `count`. */
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

function make(language: Language): Voice {
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  const dates = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
  const moments = new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'long',
    timeZone: 'UTC',
  });
  const lists = new Intl.ListFormat(language);
  return {
    language,
    messages: messagesIn(language),
    say: (message, values = {}) => {
      const count = values['count'];
      const text =
        typeof message === 'string'
          ? message
          : (message[plurals.select(typeof count === 'number' ? count : 0)] ?? message.other);
      return text.replaceAll(/\{([a-zA-Z]+)\}/g, (whole, name: string) => {
        const value = values[name];
        return typeof value === 'number' ? numbers.format(value) : (value ?? whole);
      });
    },
    date: (iso) => dates.format(new Date(iso)),
    moment: (iso) => moments.format(new Date(iso)),
    list: (items) => lists.format(items),
  };
}

/** Whether this is a language Heed speaks. */
export const isLanguage = (tag: string): tag is Language => LANGUAGES.some((language) => language === tag);
