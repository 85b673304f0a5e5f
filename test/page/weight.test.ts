import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { buildBrowser } from '../../browser/build.ts';
import config from '../../heed.config.ts';
import { LANGUAGES } from '../../lib/domain/language.ts';
import { EMPTY_RECORD } from '../../lib/domain/registers.ts';
import { centreOf } from '../../lib/page/centre.ts';
import { centrePage } from '../../lib/page/centre-page.ts';
import { pageModel } from '../../lib/page/page.ts';
import { voiceOf } from '../../lib/page/say.ts';
import texts from '../../notices/texts.json' with { type: 'json' };
import { page } from './page.fixture.ts';

const weightOf = (text: string): number => gzipSync(text, { level: 9 }).length;
const { files, names } = buildBrowser();
const weightAt = (path: string): number => weightOf(files.find((file) => file.path === path)?.body ?? '');

const drawnIn = (language: (typeof LANGUAGES)[number]): Promise<string> => {
  const voice = voiceOf(language);
  const state = { version: 0, record: EMPTY_RECORD, identifiers: {}, at: 0, signalled: false };
  const model = pageModel({ centre: centreOf(config, texts), voice }, state);
  return centrePage(page({ voice, model, assets: names }));
};

describe('the first load of the preference centre, compressed', () => {
  test.each(LANGUAGES)('is far below 30 kB: %s', async (language) => {
    const page = weightOf(await drawnIn(language));
    expect(page).toBeGreaterThan(2_000);
    expect(page + weightAt(names.style) + weightAt(names.script)).toBeLessThan(16_000);
  });

  test('holds a script that is small', () => {
    expect(weightAt(names.script)).toBeGreaterThan(1_000);
    expect(weightAt(names.script)).toBeLessThan(4_300);
  });
});
