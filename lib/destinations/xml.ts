/** A value as text inside an XML element. Characters that XML 1.0 cannot hold are left out. */
export const escaped = (text: string): string =>
  PLAIN.test(text)
    ? text
    : text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replace(FORBIDDEN, '');

/** Nothing to escape and nothing to leave out: most values. */
const PLAIN = /^[\w .,:;@+()/=-]*$/;

/** The text of the first element of this name, whatever its prefix; undefined where there is none. */
export function textOf(xml: string, name: string): string | undefined {
  for (let at = xml.indexOf(name); at !== -1; at = xml.indexOf(name, at + 1)) {
    const begin = isOpened(xml, at, name.length) ? xml.indexOf('>', at) + 1 : 0;
    const end = begin > 0 ? xml.indexOf('<', begin) : -1;
    if (end !== -1 && xml[end + 1] === '/') return unescaped(xml.slice(begin, end).trim());
  }
  return undefined;
}

/** What stands in each element of this name; none of them stands in another. */
export function contentsOf(xml: string, name: string): readonly string[] {
  const contents: string[] = [];
  let begin = -1;
  for (let at = xml.indexOf(name); at !== -1; at = xml.indexOf(name, at + 1)) {
    if (begin === -1 && isOpened(xml, at, name.length)) begin = xml.indexOf('>', at) + 1;
    const tag = xml.lastIndexOf('<', at);
    const closes = begin !== -1 && xml[tag + 1] === '/' && PREFIX.test(xml.slice(tag + 2, at));
    if (!closes || xml[at + name.length] !== '>') continue;
    contents.push(xml.slice(begin, tag));
    begin = -1;
  }
  return contents;
}

/** Whether the name that stands here is that of an element which begins. */
function isOpened(xml: string, at: number, length: number): boolean {
  const after = xml[at + length] ?? '';
  if (after !== '>' && after.trim() !== '') return false;
  const before = xml[at - 1];
  return before === '<' || (before === ':' && PREFIX.test(xml.slice(xml.lastIndexOf('<', at) + 1, at)));
}

const PREFIX = /^(?:[\w.-]+:)?$/;

const FORBIDDEN = /[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/gu;

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  !text.includes('&')
    ? text
    : text.replace(/&(?:#(\d{1,7})|([a-z]+));/g, (whole, code: string | undefined, name: string) =>
        code === undefined ? (NAMED[name] ?? whole) : String.fromCodePoint(Math.min(Number(code), 0x10ffff)),
      );
