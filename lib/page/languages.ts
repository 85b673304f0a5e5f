import type { Language } from '../domain/language.ts';
import { en, type Messages } from './languages/en.ts';

/** The catalogue of messages of each language. */
const catalogues: Readonly<Record<Language, Messages>> = { en, da: en, de: en, es: en, fr: en, ar: en };

export const messagesIn = (language: Language): Messages => catalogues[language];
