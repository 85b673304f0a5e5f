import type { Greeting } from './greeting.ts';

/** By language; the build fills them in from the catalogues of messages. */
declare const FIRST_WORDS: Readonly<Record<string, Greeting>> & { readonly en: Greeting };

/** In the first of these languages that Heed speaks. */
export function greetingIn(languages: readonly string[]): Greeting {
  const [found] = languages.flatMap((tag) => {
    const words = FIRST_WORDS[tag.toLowerCase().split('-')[0] ?? ''];
    return words ? [words] : [];
  });
  return found ?? FIRST_WORDS.en;
}
