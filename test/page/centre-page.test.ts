import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../lib/domain/language.ts';
import { type CentrePage, centrePage } from '../../lib/page/centre-page.ts';
import { voiceOf } from '../../lib/page/say.ts';
import { postOf, skeletonOf, tagsOf, unescaped } from './markup.ts';
import { model, page, rewritten } from './page.fixture.ts';

const drawn = (more: Partial<CentrePage> = {}): Promise<string> => centrePage(page(more));

/** The text between the tag that has this attribute and the end of its element. */
const textAt = (html: string, attribute: string): string =>
  unescaped(new RegExp(`${attribute}[^>]*>([^<]*)<`).exec(html)?.[1] ?? 'not there');

const errors = {
  'acme/newsletter email': 'Not here',
  'acme/newsletter.frequency': 'Choose one',
  language: 'Choose one of these',
  notice: 'Unknown text',
};

describe('the notice', () => {
  test.each([
    ['lines', 'One.\nTwo.\n\n  Three, indented.\n'],
    ['no end of line', 'One.'],
    ['an empty line first', '\n\nOne.'],
    ['markup', '<b>One</b> & "two" &amp; \'three\''],
    ['carriage returns', 'One.\r\nTwo.\r'],
    ['other scripts', 'نص\nÆØÅ 🙂 e\u0301'],
  ])('is shown byte for byte, and its digest is of what is shown: %s', async (_, text) => {
    const html = await drawn({ model: model(text) });
    const shown = textAt(html, 'data-notice="marketing/4/en"');
    expect(shown).toBe(text);
    expect(html).toContain(`data-sha256="${createHash('sha256').update(shown).digest('hex')}"`);
  });

  test('is named, and leads to where it stays retrievable', async () => {
    const html = await drawn();
    expect(html).toContain('href="/notices/marketing/4/en"');
    expect(html).toContain('data-id="marketing" data-version="4" data-language="en"');
    expect(html).toContain('>Version 4</a>');
  });
});

describe('the form', () => {
  test('posts to where it was told, and says what it shows', async () => {
    const html = await drawn();
    expect(tagsOf(html).find(({ name }) => name === 'form')?.attributes).toMatchObject({
      method: 'post',
      action: '/p/token?lang=en',
    });
    expect(postOf(html, 'none')).toEqual([
      ['version', '12'],
      ['notice', 'marketing/4/en'],
      ['on', 'acme/newsletter email'],
      ['shown', 'acme/newsletter email'],
      ['shown', 'acme/newsletter sms'],
      ['preference:acme/newsletter.frequency', 'weekly'],
      ['shown', 'acme/data-sharing *'],
      ['on', 'orbit/events email'],
      ['shown', 'orbit/events email'],
    ]);
  });

  test('has a button that stops everything and one for each brand, which take one press', async () => {
    const stops = postOf(await drawn(), 'stop').filter(([name]) => name === 'stop');
    expect(stops).toEqual([
      ['stop', '*'],
      ['stop', 'acme/*'],
      ['stop', 'orbit/*'],
    ]);
  });

  /** A browser presses the first button of a form where Enter is pressed in a field. */
  test('does not stop anything when Enter is pressed in a field', async () => {
    const [first] = tagsOf(await drawn()).filter(({ name }) => name === 'button');
    expect(first?.attributes['name']).toBe('save');
  });

  test('has a list for many values, which says nothing for her where she has said nothing', async () => {
    const html = await drawn();
    const at = html.indexOf('name="preference:language"');
    const options = tagsOf(html.slice(html.lastIndexOf('<', at), html.indexOf('</select>', at) + 9)).slice(1);
    expect(options[0]?.attributes).toMatchObject({ disabled: '', selected: '', value: '' });
    expect(options.slice(1).map(({ attributes }) => attributes['value'])).toEqual([...'abcdef']);
    expect(options.filter(({ attributes }) => 'selected' in attributes)).toHaveLength(1);
  });
});

describe('each control', () => {
  test('is a switch by its whole name, in the state that was committed', async () => {
    const switches = tagsOf(await drawn()).filter(({ attributes }) => attributes['role'] === 'switch');
    expect(
      switches.map(({ attributes: { 'aria-label': name, checked } }) => [name, checked !== undefined]),
    ).toEqual([
      ['acme/newsletter by email', true],
      ['acme/newsletter by sms', false],
      ['acme/data-sharing by *', false],
      ['orbit/events by email', true],
    ]);
  });

  test('is described by its note and by what is wrong with it', async () => {
    const html = await drawn({ errors });
    const [field] = tagsOf(html).filter(({ attributes }) => attributes['role'] === 'switch');
    expect(field?.attributes).toMatchObject({
      'aria-invalid': 'true',
      'aria-describedby': 'field:acme/newsletter:email:note field:acme/newsletter:email:error',
    });
    expect(textAt(html, 'id="field:acme/newsletter:email:error"')).toBe('Not here');
    expect(textAt(html, 'id="field:acme/newsletter.frequency:error"')).toBe('Choose one');
  });
});

describe('what became of a form', () => {
  test('stands on top, takes the focus and leads to the fields', async () => {
    const html = await drawn({ status: { kind: 'error', text: 'Something is wrong' }, errors });
    const said = tagsOf(html).find(({ attributes }) => 'data-said' in attributes);
    expect(said?.attributes).toMatchObject({ autofocus: '', tabindex: '-1', role: 'alert' });
    expect(html.indexOf('data-said')).toBeLessThan(html.indexOf('<h1'));
    expect(html).toContain('<title>Something is wrong – ');
    for (const key of ['acme/newsletter:email', 'acme/newsletter.frequency', 'language'])
      expect(html).toContain(`<a href="#field:${key}">`);
    expect(html).toContain('<li>Unknown text</li>');
  });

  test('leads to what is asked again, which is marked where it stands', async () => {
    const asked = [{ topic: 'acme/newsletter', channel: 'sms' }];
    const html = await drawn({ status: { kind: 'asked', text: 'Stopped elsewhere' }, asked });
    expect(html).toContain('<a href="#field:acme/newsletter:sms">acme/newsletter by sms</a>');
    const marked = tagsOf(html).filter(({ attributes }) => 'data-asked' in attributes);
    expect(marked.map(({ attributes }) => attributes['data-control'])).toEqual(['acme/newsletter sms']);
  });

  test('is missing where none was sent', async () => {
    expect(await drawn()).not.toContain('data-said');
  });
});

describe('the document', () => {
  const states: Readonly<Record<string, Partial<CentrePage>>> = {
    plain: {},
    saved: { status: { kind: 'saved', text: 'Saved' } },
    wrong: { status: { kind: 'error', text: 'Wrong' }, errors },
  };

  test.each(LANGUAGES.flatMap((language) => Object.keys(states).map((state) => [language, state] as const)))(
    'points only to what is there, has nothing twice, and one first heading: %s, %s',
    async (language, state) => {
      const html = await drawn({
        ...states[state],
        voice: voiceOf(language),
        model: model('Text', language),
      });
      const tags = tagsOf(html);
      const ids = tags.flatMap(({ attributes: { id } }) => id ?? []);
      const pointed = tags.flatMap(({ attributes }) =>
        ['for', 'aria-labelledby', 'aria-describedby'].flatMap((name) => attributes[name]?.split(' ') ?? []),
      );
      const jumps = tags.flatMap(({ attributes: { href } }) =>
        href?.startsWith('#') ? [href.slice(1)] : [],
      );
      expect(new Set(ids).size).toBe(ids.length);
      expect([...pointed, ...jumps].filter((id) => !ids.includes(id))).toEqual([]);
      expect(tags.filter(({ name }) => name === 'h1')).toHaveLength(1);
      expect(tags[0]?.attributes).toEqual({ lang: language, dir: language === 'ar' ? 'rtl' : 'ltr' });
    },
  );

  test('holds no style and no script of its own, and asks nobody else for anything', async () => {
    const tags = tagsOf(await drawn());
    expect(tags.filter(({ name, attributes }) => name === 'style' || 'style' in attributes)).toEqual([]);
    expect(
      tags.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => /^on./.test(name)),
    ).toEqual([]);
    const loaded = tags.flatMap(({ name, attributes: { src, href } }) =>
      ['script', 'link', 'img'].includes(name) ? (src ?? href ?? []) : [],
    );
    expect(loaded).toEqual(['data:,', '/assets/page-0.css', '/assets/page-0.js']);
  });

  test('leads to her history, in the language she reads', async () => {
    expect(await drawn()).toContain('href="/p/token/history?lang=en"');
    expect(await drawn({ address: '/p/token' })).toContain('href="/p/token/history"');
  });
});

describe('what others have written', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '"><script>alert(1)</script>',
      "' onfocus='x",
      '</title><h1>',
      '<!--',
      '&lt;b&gt;',
      ']]>',
    ),
  );

  test('never becomes markup', async () => {
    const expected = skeletonOf(await drawn());
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const written = rewritten(model(), (old) => `${old}${text}`);
        expect(skeletonOf(await drawn({ model: written }))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('would be found if it did', async () => {
    const html = await drawn();
    const planted = html.replace('>Acme<', '><b onclick="x">Acme</b><');
    expect(skeletonOf(planted)).not.toEqual(skeletonOf(html));
    expect(() => tagsOf(html.replace('>Acme<', '>Acme <script<'))).toThrow('stray markup');
  });
});
