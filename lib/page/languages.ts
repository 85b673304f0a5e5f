import type { Language } from '../domain/language.ts';
import { ar } from './languages/ar.ts';
import { da } from './languages/da.ts';
import { de } from './languages/de.ts';
import { en } from './languages/en.ts';
import { es } from './languages/es.ts';
import { fr } from './languages/fr.ts';
import type { Messages } from './messages.ts';

/** The catalogue of messages of each language. */
const catalogues: Readonly<Record<Language, Messages>> = { en, da, de, es, fr, ar };

export const messagesIn = (language: Language): Messages => catalogues[language];
