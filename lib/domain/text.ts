/** Words for people: the same in every language (a name), or by language tag. */
export type Text = string | Readonly<Record<string, string>>;

/** The words in a language; where there are none, those of the first language given. */
export function textIn(text: Text, language: string): string {
  if (typeof text === 'string') return text;
  return (Object.hasOwn(text, language) ? text[language] : Object.values(text)[0]) ?? '';
}

/** Languages of those wanted in which there are no words. */
export const lackingIn = (text: Text, languages: readonly string[]): readonly string[] =>
  typeof text === 'string' ? [] : languages.filter((language) => !Object.hasOwn(text, language));
