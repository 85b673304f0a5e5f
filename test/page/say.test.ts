import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../lib/domain/language.ts';
import { lackingIn, textIn } from '../../lib/domain/text.ts';
import { languageFor } from '../../lib/page/language.ts';
import { isLanguage, voiceOf } from '../../lib/page/say.ts';

const plain = (text: string): string => text.replaceAll(/[\u2068\u2069]/g, '');

describe('a voice', () => {
  const counted = { one: 'one of {count}', two: 'two', few: 'few: {count}', many: 'many', other: '{count}' };

  test('fills in what it is given, numbers as its language writes them', () => {
    expect(voiceOf('en').say('{a} and {b}', { a: 'x', b: 1234.5 })).toBe('x and 1,234.5');
    expect(voiceOf('de').say('{b}', { b: 1234.5 })).toBe('1.234,5');
  });

  test('leaves a name that nobody gave a value for where it is seen', () => {
    const { say } = voiceOf('en');
    expect(say('{a} and {missing}', { a: 'x' })).toBe('x and {missing}');
    expect(say('{constructor} {toString}')).toBe('{constructor} {toString}');
  });

  test('fills in nothing twice, and takes nothing in a value for a pattern', () => {
    expect(voiceOf('en').say('{a} {b}', { a: '{b}', b: '$& $1' })).toBe('{b} $& $1');
  });

  test.each([
    ['en', 1, 'one of 1'],
    ['en', 0, '0'],
    ['en', 2, '2'],
    ['ar', 2, 'two'],
    ['ar', 3, 'few: 3'],
    ['ar', 11, 'many'],
    ['ar', 100, '100'],
    ['fr', 0, 'one of 0'],
  ] as const)('in %s chooses the wording for %d', (language, count, text) => {
    expect(voiceOf(language).say(counted, { count })).toBe(text);
  });

  test('says the general wording where there is no number', () => {
    expect(voiceOf('ar').say(counted, {})).toBe('{count}');
  });

  test.each([
    ['en', '3 May 2026', '3 May 2026 at 23:05 UTC'],
    ['da', '3. maj 2026', '3. maj 2026 kl. 23.05 UTC'],
    ['de', '3. Mai 2026', '3. Mai 2026 um 23:05 UTC'],
    ['es', '3 de mayo de 2026', '3 de mayo de 2026 a las 23:05 UTC'],
    ['fr', '3 mai 2026', '3 mai 2026 à 23:05 UTC'],
    ['ar', '3 مايو 2026', '3 مايو 2026 في 23:05 UTC'],
  ] as const)('in %s dates are those of UTC, whatever the machine’s clock', (language, date, moment) => {
    const voice = voiceOf(language);
    expect(voice.date('2026-05-03T23:05:59Z')).toBe(date);
    expect(voice.moment('2026-05-03T23:05:59Z')).toBe(moment);
  });

  test.each([
    ['en', 'a, b and c'],
    ['da', 'a, b og c'],
    ['es', 'a, b y c'],
    ['ar', 'a وb وc'],
  ] as const)('in %s joins a list as one does there', (language, text) => {
    expect(plain(voiceOf(language).list(['a', 'b', 'c']))).toBe(text);
  });

  test('in Arabic sets apart what runs from the left, so that it does not tear the sentence', () => {
    const { say, list } = voiceOf('ar');
    const address = '\u2068a•••@acme.example\u2069';
    expect(say('بياناتك: {list}', { list: 'a•••@acme.example' })).toBe(`بياناتك: ${address}`);
    expect(say('{phone}', { phone: '+45 •••• 78' })).toBe('\u2068+45 •••• 78\u2069');
    expect(say('{topic}', { topic: 'النشرة الإخبارية' })).toBe('النشرة الإخبارية');
    expect(list(['a•••@acme.example', 'الهاتف'])).toContain(address);
  });

  test('in English sets apart what runs from the right, and nothing else', () => {
    const { say } = voiceOf('en');
    expect(say('{brand} wrote', { brand: 'أكمي' })).toBe('\u2068أكمي\u2069 wrote');
    expect(say('{brand} wrote', { brand: 'Ørbit +45 12' })).toBe('Ørbit +45 12 wrote');
  });

  test('is made once for each language', () => {
    for (const language of LANGUAGES) {
      expect(voiceOf(language)).toBe(voiceOf(language));
      expect(voiceOf(language).language).toBe(language);
    }
  });

  test('is there for the languages Heed speaks, and no other', () => {
    expect(['da', 'nb', 'DA', ''].map(isLanguage)).toEqual([true, false, false, false]);
  });
});

describe('the language that is spoken', () => {
  const offered = ['en', 'da', 'de'] as const;

  test('is the one asked for, before what she prefers, before what her browser accepts', () => {
    const [preferred, accepted] = ['da', 'en'];
    expect(languageFor(offered, { asked: 'de', preferred, accepted })).toBe('de');
    expect(languageFor(offered, { asked: 'xx', preferred, accepted })).toBe('da');
    expect(languageFor(offered, { asked: 'fr', preferred: 'ar', accepted: 'de' })).toBe('de');
  });

  test.each([
    ['da-DK', 'da'],
    ['DA', 'da'],
    ['en-US;q=0.1, da', 'da'],
    ['en-US;q=0.1, da;q=0.2', 'da'],
    ['nb,no;q=0.9,de;q=0.5', 'de'],
    ['de-AT, de;q=0.9, en;q=0.8', 'de'],
    ['da;q=0', 'en'],
    ['da;q=0, de;q=0.3', 'de'],
    ['*', 'en'],
    ['fr, *;q=0.1', 'en'],
    ['', 'en'],
    ['zz', 'en'],
    [';;;q=, ,x;', 'en'],
    ['../../etc/passwd', 'en'],
  ])('of %s is %s', (accepted, language) => {
    expect(languageFor(offered, { accepted })).toBe(language);
  });

  test('is the first where nothing is wished for', () => {
    expect(languageFor(['da', 'en'], {})).toBe('da');
  });

  test('is read from the beginning of a header that is far too long, quickly', () => {
    /** To read it to its end takes five seconds. */
    const accepted = `da, ${'x-y;q=0.5,'.repeat(1_000_000)}`;
    const before = performance.now();
    expect(languageFor(offered, { accepted })).toBe('da');
    expect(languageFor(offered, { accepted: `de;q=0.${'1'.repeat(600)}` })).toBe('en');
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  test('is not one whose weight was cut off', () => {
    const padding = 'x;q=0.1,'.repeat(61);
    const accepted = `${padding}de;q=0.9,da;q=0.01`;
    expect(accepted.length).toBeGreaterThan(500);
    expect(languageFor(offered, { accepted })).toBe('de');
  });
});

describe('words for people', () => {
  const text = { en: 'Offers', da: 'Tilbud' };

  test('are those of the language, else of the first', () => {
    expect([textIn(text, 'da'), textIn(text, 'fr'), textIn('Acme', 'fr')]).toEqual([
      'Tilbud',
      'Offers',
      'Acme',
    ]);
  });

  test('take no name of JavaScript’s own for a language', () => {
    expect(textIn(text, 'constructor')).toBe('Offers');
    expect(lackingIn(text, ['da', 'toString'])).toEqual(['toString']);
  });

  test('lack no language where they are one name for all', () => {
    expect(lackingIn('Acme', ['en', 'ar'])).toEqual([]);
    expect(lackingIn(text, ['en', 'ar'])).toEqual(['ar']);
  });
});
