import { arabic } from './keywords/ar.ts';
import { danish } from './keywords/da.ts';
import { german } from './keywords/de.ts';
import { english } from './keywords/en.ts';
import { spanish } from './keywords/es.ts';
import { french } from './keywords/fr.ts';
import type { KeywordWords } from './keywords/words.ts';
import type { Language } from './language.ts';

export const keywordWords: Readonly<Record<Language, KeywordWords>> = {
  en: english,
  da: danish,
  de: german,
  es: spanish,
  fr: french,
  ar: arabic,
};
