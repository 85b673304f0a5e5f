import { describe, expect, test } from 'vitest';
import config from '../../heed.config.ts';
import { sha256 } from '../../lib/domain/digest.ts';
import { LANGUAGES } from '../../lib/domain/language.ts';
import { centreOf, languagesOf, noticeIn, OWN_NAMES } from '../../lib/page/centre.ts';
import texts from '../../notices/texts.json' with { type: 'json' };

const { preferenceCentre: settings } = config;
if (!settings) throw new Error('the example declares no preference centre');

describe('the centre', () => {
  test('offers its languages as they are declared: the first serves whoever asks for none', () => {
    const languages = ['de' as const, 'en' as const];
    const centre = centreOf({ ...config, preferenceCentre: { ...settings, languages } }, texts);
    expect(languagesOf(centre)).toEqual(['de', 'en']);
  });

  test.each(LANGUAGES)('shows the notice in %s with the digest of exactly that text', (language) => {
    const notice = noticeIn(centreOf(config, texts), language);
    expect(notice).toMatchObject({ ...settings.notice, language });
    expect(sha256(notice.text)).toBe(notice.sha256);
  });

  test('throws where no such notice is kept, and where no centre is declared', () => {
    const { preferenceCentre: _, ...none } = config;
    expect(() => noticeIn(centreOf(config, {}), 'da')).toThrow('no notice marketing/4/da is kept');
    expect(() => centreOf(none, texts)).toThrow('declares no preferenceCentre');
  });

  test('calls each language as its speakers do', () => {
    for (const language of LANGUAGES) {
      const name = new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? '';
      expect(OWN_NAMES[language].toLowerCase()).toBe(name.toLowerCase());
    }
  });
});
