import type { HttpEvent } from '../../lib/http/message.ts';
import { type Centre, languagesOf, OWN_NAMES } from '../../lib/page/centre.ts';
import { isLanguage, type Voice } from '../../lib/page/say.ts';
import type { LanguageLink } from '../../lib/page/shell.ts';

/** The language that was asked for by hand: links and forms of the page keep it. */
const askedIn = ({ queryStringParameters }: HttpEvent): string | undefined => {
  const asked = queryStringParameters?.['lang'];
  return asked !== undefined && isLanguage(asked) ? asked : undefined;
};

/** The page's own path, with its language where one was asked for, and nothing else of its query. */
export function addressIn(event: HttpEvent): string {
  const asked = askedIn(event);
  return asked === undefined ? event.rawPath : `${event.rawPath}?lang=${asked}`;
}

export const languageLinks = (centre: Centre, { language }: Voice): readonly LanguageLink[] =>
  languagesOf(centre).map((code) => ({
    ...{ code, name: OWN_NAMES[code], href: `?lang=${code}`, current: code === language },
  }));

/** Where a browser is sent after its form: the same page, told which version to speak of. 0: nothing was different. */
export function savedQuery(event: HttpEvent, version: number, left: boolean): string {
  const asked = askedIn(event);
  const query = new URLSearchParams({
    saved: String(version),
    ...(left && { left: '1' }),
    ...(asked !== undefined && { lang: asked }),
  });
  return `?${query}`;
}

/** The version to speak of: only while it is the newest. After that the page has something newer to show. */
export function savedAt(
  { queryStringParameters = {} }: HttpEvent,
  newest: number,
): { readonly version: number; readonly left: boolean } | undefined {
  const { saved = '', left } = queryStringParameters;
  const version = /^(0|[1-9][0-9]{0,9})$/.test(saved) ? Number(saved) : undefined;
  if (version === undefined || (version !== 0 && version !== newest)) return undefined;
  return { version, left: left === '1' };
}
