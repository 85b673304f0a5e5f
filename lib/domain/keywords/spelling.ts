/** What the same letter is also written as. Letters with marks need no entry: their marks are taken away. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', ø: 'o', œ: 'oe', ı: 'i', ł: 'l', đ: 'd' },
  ...{ ى: 'ي', ی: 'ي', ة: 'ه', ک: 'ك', ٱ: 'ا', ء: '', ـ: '' },
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu');

/** Signs that say stop in every language. */
const STOP_SIGNS = /[\u{1f6d1}\u{1f6ab}\u{26d4}\u{270b}]/gu;

/** `don't` is one word, whatever stands for the apostrophe; `s'il` is two. */
const NOT = /n['’‘ʼ`]t\b/giu;

/** A letter that somebody leaned on: `stooop`. */
const LEANED_ON = /(\p{L})\1{2,}/gu;

/** Letters that stand alone, three or more in a row with the same sign between them: `s.t.o.p`. */
const SPELT_OUT = /(?<!\p{L})\p{L}([ .*_·-])\p{L}(?:\1\p{L})+(?!\p{L})/gu;

/**
 * The words of a text in one spelling: no case, no marks, no punctuation, no emoji, no invisible characters, full-width
 * letters as narrow ones, and one form of each Arabic letter.
 */
export function wordsOf(text: string): readonly string[] {
  const letters = text
    .replaceAll(STOP_SIGNS, ' stop ')
    .replaceAll('´', "'")
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(NOT, 'nt')
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(LETTER, (letter) => LETTERS[letter] ?? letter)
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(SPELT_OUT, (row) => row.replaceAll(/\P{L}/gu, ''))
    .replaceAll(LEANED_ON, '$1');
  return letters.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
}
