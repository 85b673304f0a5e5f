import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../lib/domain/language.ts';
import { historyFile, historyPage } from '../../lib/page/history-page.ts';
import { messagePage } from '../../lib/page/message-page.ts';
import type { HistoryModel } from '../../lib/page/model.ts';
import { voiceOf } from '../../lib/page/say.ts';
import { skeletonOf, tagsOf } from './markup.ts';
import { assets } from './page.fixture.ts';

const HOSTILE = '"><script>alert(1)</script>';

const model = (more: Partial<HistoryModel> = {}, said = ''): HistoryModel => ({
  ...{ language: 'en', direction: 'ltr' },
  entries: [2, 1].map((version) => ({
    ...{ version, at: '2026-05-03T10:00:00Z', when: `3 May 2026${said}`, from: `You${said}` },
    lines: [`Newsletter: on${said}`, `Offers: off${said}`],
    notice: { label: `marketing 4${said}`, href: '/notices/marketing/4/en' },
  })),
  ...more,
});

const voice = voiceOf('en');
const drawn = (more?: Partial<HistoryModel>, said?: string): Promise<string> =>
  historyPage({ voice, assets, model: model(more, said), address: '/p/token/history?lang=en' });

describe('the history', () => {
  test('leads back, to both downloads and to what is older, in the language she reads', async () => {
    const links = tagsOf(await drawn({ older: 'a b' })).filter(({ name }) => name === 'a');
    expect(links.map(({ attributes }) => attributes['href'])).toEqual([
      '/p/token?lang=en',
      '/p/token/history.html?lang=en',
      '/p/token/history.json?lang=en',
      '/notices/marketing/4/en',
      '/notices/marketing/4/en',
      '/p/token/history?lang=en&cursor=a+b',
    ]);
  });

  test('ends where there is nothing older, and says so where there is nothing', async () => {
    expect(await drawn()).not.toContain('cursor=');
    expect(await drawn({ entries: [] })).toContain('Nothing has been recorded yet.');
  });

  test('loads no script', async () => {
    expect(tagsOf(await drawn()).filter(({ name }) => name === 'script')).toEqual([]);
  });

  test.each(LANGUAGES)(
    'as a file needs nothing but itself, and no language leaves a gap: %s',
    async (language) => {
      const html = await historyFile({ voice: voiceOf(language), model: model({ language }) });
      const [, style = ''] = /<style>(.*?)<\/style>/s.exec(html) ?? [];
      const rest = tagsOf(html.replace(style, ''));
      expect(rest.filter(({ name }) => ['script', 'link', 'img', 'a'].includes(name))).toEqual([]);
      expect(style).not.toMatch(/url\(|@import/);
      expect(html).not.toMatch(/\{[a-z]+\}.*<\/p>/i);
      expect(rest[0]?.attributes).toEqual({ lang: language, dir: language === 'ar' ? 'rtl' : 'ltr' });
    },
  );

  test('as a file says so where it is not the whole', async () => {
    const more = 'What is older is not in this file';
    expect(await historyFile({ voice, model: model({ older: 'a' }) })).toContain(more);
    expect(await historyFile({ voice, model: model() })).not.toContain(more);
  });

  test('takes nothing that was written for markup', async () => {
    expect(skeletonOf(await drawn({}, HOSTILE))).toEqual(skeletonOf(await drawn()));
    const file = await historyFile({ voice, model: model({}, HOSTILE) });
    expect(file).not.toContain('<script');
  });
});

describe('a page that says one thing', () => {
  const said = (text: string): Promise<string> =>
    messagePage({
      ...{ voice, assets, title: `Stop?${text}`, text: [`One${text}`, 'Two'] },
      button: { label: `Stop${text}`, fields: { [`a${text}`]: `b${text}` } },
      link: { label: `More${text}`, href: `/more${text}` },
      help: 'https://a.example/help',
    });

  test('takes nothing that was written for markup, and loads no script', async () => {
    expect(skeletonOf(await said(HOSTILE))).toEqual(skeletonOf(await said('')));
    expect(await said(HOSTILE)).not.toContain('<script');
  });

  test('posts to its own address, and tells where help is found', async () => {
    const tags = tagsOf(await said(''));
    expect(tags.find(({ name }) => name === 'form')?.attributes).toEqual({ method: 'post' });
    expect(tags.find(({ attributes }) => attributes['type'] === 'hidden')?.attributes).toMatchObject({
      name: 'a',
      value: 'b',
    });
    expect(tags.at(-1)?.attributes['href']).toBe('https://a.example/help');
  });
});
