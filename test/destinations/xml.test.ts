import { describe, expect, test } from 'vitest';
import { contentsOf, escaped, textOf } from '../../lib/destinations/xml.ts';

describe('a text in XML', () => {
  test.each([
    ['a & b', 'a &#38; b'],
    ['<Status>"x"\'', '&#60;Status&#62;&#34;x&#34;&#39;'],
    ['\u0000plain\u001F\uFFFE\n', 'plain\n'],
    ["o'hara+news@example.com", 'o&#39;hara+news@example.com'],
    ['Søren, +45 20 12 34 56', 'Søren, +45 20 12 34 56'],
  ])('%j is written as %j', (text, expected) => {
    expect(escaped(text)).toBe(expected);
  });

  test.each<[string, string, string | undefined]>([
    ['plain', '<a><Code>7</Code></a>', '7'],
    ['with a prefix and attributes', '<s:a><p1:Code x="y" z=">">7</p1:Code></s:a>', '">7'],
    ['between lines', '<Code\n a="b">\n  7\n</Code>', '7'],
    ['escaped', '<Code>&lt;7&#62; &amp; &quot;x&apos; &unknown;</Code>', '<7> & "x\' &unknown;'],
    ['after a longer name', '<ErrorCode>1</ErrorCode><CodeX>2</CodeX><Code>3</Code>', '3'],
    ['after one that holds others', '<Code><b>1</b></Code><Code>2</Code>', '2'],
    ['after a text that looks like it', '<m>x:Code>9</m><Code>3</Code>', '3'],
    ['missing', '<a>Code</a>', undefined],
    ['cut off', '<a><Code>7', undefined],
    ['empty', '<Code></Code>', ''],
  ])('is found %s', (_name, xml, expected) => {
    expect(textOf(xml, 'Code')).toBe(expected);
  });

  test.each<[string, string, readonly string[]]>([
    ['none', '<a/>', []],
    ['each, with what is in it', '<R><b>1</b></R><x:R t="R">2</x:R>', ['<b>1</b>', '2']],
    ['none of a longer name', '<RS>1</RS><R>2</R>', ['2']],
    ['none that does not end', '<R>1</R><R>2', ['1']],
  ])('has elements: %s', (_name, xml, expected) => {
    expect(contentsOf(xml, 'R')).toEqual(expected);
  });
});
