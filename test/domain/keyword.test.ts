import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Keyword, keywordReader } from '../../lib/domain/keyword.ts';
import { keywordWords } from '../../lib/domain/keyword-words.ts';
import { wordsOf } from '../../lib/domain/keywords/spelling.ts';
import { LANGUAGES } from '../../lib/domain/language.ts';
import { table } from './keyword.table.ts';
import { holds, isCaught, type Rule } from './property.ts';

const read = keywordReader(LANGUAGES);
const rowsOf = (kind: string): readonly string[] =>
  table.flatMap((row) => (row.kind === kind ? [row.text] : []));

describe('a text message', () => {
  test.each(table.map(({ language, text, kind }) => [kind, text, language] as const))(
    'says %s: %j (%s)',
    (kind, text) => {
      expect(read(text)?.kind ?? 'none').toBe(kind);
    },
  );

  test('of any length and any characters is read in no time', () => {
    const long = 'please stop by '.repeat(100_000);
    const started = performance.now();
    for (const text of [long, 'a'.repeat(1_000_000), '\u0301'.repeat(100_000), 'don’t '.repeat(100_000)])
      read(text);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('a keyword is answered', () => {
  test.each([
    ['Stop bitte', 'de'],
    ['Afmeld', 'da'],
    ['stop tak', 'da'],
    ['Désabonner', 'fr'],
    ['baja', 'es'],
    ['مساعدة', 'ar'],
    ['unsubscribe', 'en'],
    ['STOP', 'en'],
  ] as const)('%j in the language it is in: %s', (text, language) => {
    expect(read(text)?.language).toBe(language);
  });

  test('in the first of the languages declared, where it is a word of several', () => {
    expect(keywordReader(['da', 'en'])('STOP')).toEqual({ kind: 'stop', language: 'da' });
    expect(keywordReader(['fr', 'da'])('INFO')).toEqual({ kind: 'help', language: 'fr' });
  });

  test('in one of the languages declared, although English is always understood', () => {
    expect(keywordReader(['de'])('unsubscribe')).toEqual({ kind: 'stop', language: 'de' });
  });
});

test('words of a language that is not declared are not keywords', () => {
  expect(keywordReader(['en'])('afmeld')).toBeUndefined();
  expect(keywordReader(['en', 'da'])('afmeld')?.kind).toBe('stop');
});

type Read = (text: string) => Keyword | undefined;

const polite = Object.values(keywordWords).flatMap((words) => words.polite);

/** What changes nothing about what is said. */
const noises: readonly ((text: string) => string)[] = [
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  (text) => `  ${text.replaceAll(' ', ' \t ')}\n`,
  (text) => `“${text}”!!!`,
  (text) => `${text}…`,
  (text) => `*${text}*`,
  (text) => `🙏 ${text} 😡`,
  (text) => text.normalize('NFD'),
  (text) => [...text].join('\u200b'),
  (text) => `\u202b${text}\u202c`,
  (text) => text.replaceAll(/[a-z]/gi, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  (text) => text.replaceAll('ا', 'أ').replaceAll('ة', 'ه'),
];

const noise = fc.oneof(
  fc.constantFrom(...noises),
  fc.constantFrom(...polite).map((word) => (text: string) => `${word} ${text}`),
  fc.constantFrom(...polite).map((word) => (text: string) => `${text}, ${word}`),
);

const staysAStop: Rule<Read> = (reader) =>
  fc.property(
    fc.constantFrom(...rowsOf('stop')),
    fc.array(noise, { minLength: 1, maxLength: 5 }),
    (text, some) => reader(some.reduce((said, add) => add(said), text))?.kind === 'stop',
  );

/** Phrases that stop, as they are listed. */
const stopWords = Object.values(keywordWords).flatMap(({ firm, likely, bare }) => [
  ...firm,
  ...likely,
  ...bare,
]);
const anything = fc.oneof(
  fc.constantFrom(...Object.values(keywordWords).flatMap(({ starts }) => starts)),
  fc.constantFrom(...polite),
  fc.constantFrom(
    ...Object.values(keywordWords).flatMap(({ around, negations }) => [...around, ...negations]),
  ),
  fc.string({ maxLength: 12 }),
);

const neverStarts: Rule<Read> = (reader) =>
  fc.property(
    fc.constantFrom(...stopWords),
    fc.array(anything, { maxLength: 4 }),
    fc.array(anything, { maxLength: 4 }),
    (stop, before, after) => reader([...before, stop, ...after].join(' '))?.kind !== 'start',
  );

describe('whatever stands around it', () => {
  test('a stop stays a stop', () => {
    holds(staysAStop, read, 2_000);
  });

  test('a text with a stop in it never starts anything', () => {
    holds(neverStarts, read, 2_000);
    expect(stopWords.filter((word) => read(word)?.kind !== 'stop')).toEqual([]);
  });

  test('a reader that compares whole texts, or looks for a start anywhere, breaks these rules', () => {
    const exact: Read = (text) => (text.trim().toLowerCase() === 'stop' ? read('stop') : undefined);
    const eager: Read = (text) => (wordsOf(text).includes('start') ? read('start') : read(text));
    isCaught(staysAStop, exact);
    isCaught(neverStarts, eager);
  });
});

test('no courtesy, and no way to start, holds a word that stops', () => {
  const stops = new Set(stopWords.map((phrase) => wordsOf(phrase).join(' ')));
  const starts = Object.values(keywordWords).flatMap((words) => [...words.starts, ...words.polite]);
  expect(starts.filter((phrase) => wordsOf(phrase).some((word) => stops.has(word)))).toEqual([]);
});
