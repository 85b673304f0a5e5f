import { describe, expect, test } from 'vitest';
import { LANGUAGES, type Language } from '../../lib/domain/language.ts';
import { messagesIn } from '../../lib/page/languages.ts';
import type { Message, Sections } from '../../lib/page/messages.ts';

const others = LANGUAGES.filter((language) => language !== 'en');
const english: Sections = messagesIn('en');

/** `page.title` → message, for each message of a catalogue. */
const flat = (catalogue: Sections): ReadonlyMap<string, Message> =>
  new Map(
    Object.entries(catalogue).flatMap(([section, messages]) =>
      Object.entries(messages).map(([key, message]): [string, Message] => [`${section}.${key}`, message]),
    ),
  );

/** Keys of English that a catalogue lacks, and keys it has of its own. */
const strayKeys = (catalogue: Sections): readonly string[] => {
  const [own, wanted] = [flat(catalogue), flat(english)];
  return [
    ...[...wanted.keys()].filter((key) => !own.has(key)).map((key) => `lacks ${key}`),
    ...[...own.keys()].filter((key) => !wanted.has(key)).map((key) => `has ${key}`),
  ];
};

/** Every wording of a message: one, or one for each plural category. */
const wordings = (message: Message): readonly (readonly [category: string, text: string])[] =>
  typeof message === 'string' ? [['only', message]] : Object.entries(message);

const placeholders = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(/\{([a-zA-Z]+)\}/g)].map(([, name = '']) => name))].sort();

/** Categories that stand for one number alone, which words can say as well. */
const ONE_NUMBER = new Set(['zero', 'one', 'two']);

/** Placeholders that are not those of English. A wording for one number may leave the number out. */
const strayPlaceholders = (catalogue: Sections): readonly string[] =>
  [...flat(catalogue)].flatMap(([key, message]) => {
    const model = flat(english).get(key) ?? '';
    const wanted = placeholders(typeof model === 'string' ? model : model.other);
    return wordings(message).flatMap(([category, text]) => {
      const [own, needed] = [placeholders(text), ONE_NUMBER.has(category) ? drop(wanted) : wanted];
      const wrong = own.some((name) => !wanted.includes(name)) || needed.some((name) => !own.includes(name));
      return wrong ? [`${key} (${category}): ${own.join()} for ${wanted.join()}`] : [];
    });
  });

const drop = (names: readonly string[]): readonly string[] => names.filter((name) => name !== 'count');

/** Plurals that lack a category of the language, or have one that it never uses. */
const strayPlurals = (language: Language, catalogue: Sections): readonly string[] => {
  const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
  return [...flat(catalogue)].flatMap(([key, message]) => {
    if (typeof message === 'string') return [];
    const own = Object.keys(message).toSorted();
    return own.join() === categories.join() ? [] : [`${key}: ${own.join()} for ${categories.join()}`];
  });
};

/** Without what is filled in. */
const wordsOf = (text: string): string => text.replaceAll(/\{[a-zA-Z]+\}/g, '');

/** Texts left as they are in English, punctuation aside. */
const untranslated = (catalogue: Sections): readonly string[] =>
  [...flat(catalogue)].flatMap(([key, message]) => {
    const said = new Set(wordings(flat(english).get(key) ?? '').map(([, text]) => text));
    return wordings(message).flatMap(([, text]) =>
      said.has(text) && /\p{L}/u.test(wordsOf(text)) ? [`${key}: ${text}`] : [],
    );
  });

/** Words that another language has taken over as they are. */
const TAKEN_OVER = [
  'E-mail',
  'e-mail',
  'App',
  '{id}, version {version} ({language})',
  'Version {version}, {language}',
];

describe.each(LANGUAGES)('the catalogue of %s', (language) => {
  const catalogue = messagesIn(language);

  test('has exactly the keys of English', () => {
    expect(strayKeys(catalogue)).toEqual([]);
  });

  test('names in each text what is filled in there', () => {
    expect(strayPlaceholders(catalogue)).toEqual([]);
  });

  test('has a wording for each kind of number its language knows', () => {
    expect(strayPlurals(language, catalogue)).toEqual([]);
  });

  /** Who speaks to a switch says what she sees (WCAG 2.5.3). */
  test('labels each channel with a word of its name', () => {
    const unlike = Object.entries(catalogue.channels).filter(
      ([channel, label]) =>
        !new Map(Object.entries(catalogue.byChannel))
          .get(channel)
          ?.toLowerCase()
          .includes(label.toLowerCase()),
    );
    expect(unlike).toEqual([]);
  });

  test('says nothing that is empty, or begins or ends with a space', () => {
    const texts = [...flat(catalogue).values()].flatMap(wordings).map(([, text]) => text);
    expect(texts.filter((text) => text === '' || text !== text.trim())).toEqual([]);
  });
});

test.each(others)('the catalogue of %s leaves nothing in English', (language) => {
  const left = untranslated(messagesIn(language));
  expect(left.filter((one) => !TAKEN_OVER.some((word) => one.endsWith(`: ${word}`)))).toEqual([]);
});

test('Arabic is written in Arabic', () => {
  const latin = [...flat(messagesIn('ar'))].flatMap(([key, message]) =>
    wordings(message)
      .map(([, text]) => wordsOf(text))
      .filter((text) => /\p{L}/u.test(text) && !/\p{Script=Arabic}/u.test(text))
      .map((text) => `${key}: ${text}`),
  );
  expect(latin).toEqual([]);
});

describe('what is planted is found', () => {
  const { page, ...rest }: Sections = messagesIn('da');

  test('a missing key, and one too many', () => {
    const { title: _, ...lacking } = page ?? {};
    expect(strayKeys({ ...rest, page: lacking })).toEqual(['lacks page.title']);
    expect(strayKeys({ ...rest, page: { ...page, extra: 'x' } })).toEqual(['has page.extra']);
    // @ts-expect-error: the types find it too
    const typed: ReturnType<typeof messagesIn> = { ...messagesIn('da'), page: lacking };
    expect(strayKeys(typed)).toHaveLength(1);
  });

  test('a placeholder that is lost or misspelt, also in one wording of several', () => {
    const planted = { ...page, last: 'Sidst ændret.', on: '{waht} er slået til' };
    expect(strayPlaceholders({ page: planted })).toHaveLength(2);
    const saved = { one: 'Gemt: {count} valg.', other: 'Gemt.' };
    expect(strayPlaceholders({ page: { saved } })).toEqual(['page.saved (other):  for count']);
  });

  test('a plural without a category that Arabic has, and one with a category that Danish has not', () => {
    const saved = { one: 'x', other: 'y' };
    expect(strayPlurals('ar', { page: { saved } })).toHaveLength(1);
    expect(strayPlurals('da', { page: { saved: { ...saved, few: 'z' } } })).toHaveLength(1);
  });

  test('a text left in English', () => {
    expect(untranslated({ page: { save: 'Save', undo: 'Fortryd' } })).toEqual(['page.save: Save']);
  });
});
