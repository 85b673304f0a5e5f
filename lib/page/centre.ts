import { noticeName } from '../config/completed.ts';
import type { HeedConfig } from '../config.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import type { Language } from '../domain/language.ts';
import type { ShownNotice } from './model.ts';

/** What of `heed.config.ts` the customer's pages need. */
export interface Centre {
  readonly catalogue: Catalogue;
  readonly brands: HeedConfig['brands'];
  /** What the pages say and offer of each topic. */
  readonly topics: HeedConfig['topics'];
  readonly preferenceKeys: HeedConfig['preferenceKeys'];
  readonly sources: HeedConfig['sources'];
  readonly settings: NonNullable<HeedConfig['preferenceCentre']>;
  /** `id/version/language` → text, exactly as it is shown. */
  readonly texts: Readonly<Record<string, string>>;
}

/** Throws where no preference centre is declared. */
export function centreOf(config: HeedConfig, texts: Readonly<Record<string, string>>): Centre {
  const { catalogue, brands, topics, preferenceKeys, sources, preferenceCentre: settings } = config;
  if (!settings) throw new Error('heed.config.ts declares no preferenceCentre');
  return { catalogue, brands, topics, preferenceKeys, sources, settings, texts };
}

/** The notice that is shown in a language. Throws where it is not kept: the configuration is checked for that. */
export function noticeIn({ settings, texts, catalogue }: Centre, language: Language): ShownNotice {
  const notice = { ...settings.notice, language };
  const name = noticeName(notice);
  const text = texts[name];
  const sha256 = catalogue.notices[name];
  if (text === undefined || sha256 === undefined) throw new Error(`no notice ${name} is kept`);
  return { ...notice, sha256, text };
}

/** Languages by what their speakers call them. */
export const OWN_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  da: 'Dansk',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
  ar: 'العربية',
};

/** Languages the pages are offered in, as they are declared: the first serves whoever asks for none of them. */
export const languagesOf = ({ settings }: Centre): readonly Language[] => settings.languages;
