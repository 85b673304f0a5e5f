/** An element of an XML document, without namespaces. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

const TOKEN = /<\?[^>]*\?>|<(\/)?([\w.:-]+)((?:\s+[\w.:-]+="[^"<]*")*)\s*(\/)?>|([^<]+)/gy;

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** The root of a document that is well formed; undefined for any other. No comments, no CDATA, no entities but the five. */
export function treeOf(xml: string): Element | undefined {
  const top: Open = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  let at = 0;
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(xml); token; token = TOKEN.exec(xml)) {
    at = TOKEN.lastIndex;
    if (!take(open, token)) return undefined;
  }
  return at === xml.length && open.length === 1 && top.children.length === 1 ? top.children[0] : undefined;
}

/** False where what is closed is not what is open, or a text has a sign that it may not have. */
function take(
  open: Open[],
  [whole, closing, name = '', attributes = '', empty, text]: RegExpExecArray,
): boolean {
  const inner = open.at(-1);
  if (!inner || whole.startsWith('<?')) return inner !== undefined;
  if (text !== undefined) return append(inner, text);
  const local = name.slice(name.indexOf(':') + 1);
  if (!closing) open.push({ name: local, attributes: attributesIn(attributes), children: [], text: '' });
  const done = closing || empty ? open.pop() : undefined;
  if (done && done.name !== local) return false;
  if (done) open.at(-1)?.children.push({ ...done, text: done.text.trim() });
  return open.length > 0;
}

function append(inner: Open, text: string): boolean {
  if (/&(?!#\d+;|#x[0-9a-f]+;|(?:amp|lt|gt|quot|apos);)/i.test(text)) return false;
  inner.text += decoded(text);
  return true;
}

const attributesIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/([\w.:-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name.slice(name.indexOf(':') + 1),
      decoded(value),
    ]),
  );

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decoded = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (_, decimal, hex, name) =>
    name ? (NAMED[name] ?? '') : String.fromCodePoint(Number.parseInt(decimal ?? hex, decimal ? 10 : 16)),
  );

export const childOf = (element: Element | undefined, ...path: readonly string[]): Element | undefined =>
  path.reduce<Element | undefined>(
    (one, name) => one?.children.find((child) => child.name === name),
    element,
  );

export const childrenOf = (element: Element | undefined, name: string): readonly Element[] =>
  element?.children.filter((child) => child.name === name) ?? [];
