import { sha256 } from './digest.ts';
import type { Notice } from './vocabulary.ts';

/** `id/version/language`: what a notice's text is kept under. */
export const noticeName = ({ id, version, language }: Notice): string => `${id}/${version}/${language}`;

/** The very text that was shown; undefined where another is kept under its name, or none. */
export function shownText(notice: Notice, texts: Readonly<Record<string, string>>): string | undefined {
  const name = noticeName(notice);
  const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
  return text !== undefined && sha256(text) === notice.sha256 ? text : undefined;
}
