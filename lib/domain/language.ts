/** Languages in which Heed speaks to people: each has a catalogue of messages in `lib/page/languages/`. */
export const LANGUAGES = ['en', 'da', 'de', 'es', 'fr', 'ar'] as const;

export type Language = (typeof LANGUAGES)[number];

/** Written from right to left. */
const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar']);

export const directionOf = (language: Language): 'ltr' | 'rtl' =>
  RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr';
