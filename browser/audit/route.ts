import { VIEWS, type View } from './view-names.ts';
import { isId } from './written.ts';

/** A view of the console, and what it is of. All of it is in the address, behind its `#`: it is sent to nobody. */
export interface Place {
  readonly view: View;
  /** A subject's id; never an identifier. */
  readonly subject?: string;
  readonly query: Readonly<Record<string, string>>;
}

/** What an address says; the first view for one that says nothing. */
export function placeIn(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name = '', subject = ''] = path.split('/');
  const view = VIEWS.find((one) => one === name) ?? 'find';
  const query = Object.fromEntries([...new URLSearchParams(search)].filter(isAskable));
  if (view !== 'person') return { view, query };
  const id = decoded(subject);
  return isId(id) ? { view, subject: id, query } : { view: 'find', query: {} };
}

/** What is asked of Heed in an address of its own; one that may be somebody’s e-mail or phone number never is. */
const IDS: ReadonlySet<string> = new Set(['subject', 'import']);

const isAskable = ([name, value]: readonly [string, string]): boolean => !IDS.has(name) || isId(value);

/** The address of whoever has signed out. */
export const SIGNED_OUT = '#/signed-out';

export const hasLeft = (): boolean => location.hash === SIGNED_OUT;

/** The address of a place, for links: what is undefined is left out. */
export function hashOf(
  view: View,
  { subject, query = {} }: { readonly subject?: string; readonly query?: Query } = {},
): string {
  const said = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value]],
  );
  const path = subject === undefined ? view : `${view}/${encodeURIComponent(subject)}`;
  return `#/${path}${said.length === 0 ? '' : `?${new URLSearchParams(said)}`}`;
}

export type Query = Readonly<Record<string, string | undefined>>;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Names another moment or version of what is shown: a reload and a link keep it, going back leaves the view. */
export const rename = (hash: string): void => history.replaceState(history.state, '', hash);
