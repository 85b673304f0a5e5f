import Negotiator from 'negotiator';
import type { Language } from '../domain/language.ts';

export interface LanguageWishes {
  /** `?lang=`: asked for by hand, here and now. */
  readonly asked?: string | undefined;
  /** What her record says she prefers. */
  readonly preferred?: string | undefined;
  /** `Accept-Language` as it came. */
  readonly accepted?: string | undefined;
}

/** The language to speak: what was asked for, else what she prefers, else what her browser accepts, else the first. */
export function languageFor(
  offered: readonly Language[],
  { asked, preferred, accepted }: LanguageWishes,
): Language {
  const [first = 'en'] = offered;
  const named = offered.find((one) => one === asked) ?? offered.find((one) => one === preferred);
  if (named) return named;
  const header = accepted && short(accepted);
  const best = header && new Negotiator({ headers: { 'accept-language': header } }).language([...offered]);
  return offered.find((one) => one === best) ?? first;
}

/** Browsers send some dozens of characters. More is cut between two languages, and costs nobody any time. */
const short = (header: string): string =>
  header.length <= 500 ? header : header.slice(0, Math.max(0, header.lastIndexOf(',', 500)));
