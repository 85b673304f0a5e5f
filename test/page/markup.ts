/** A start tag as it was written. */
export interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const TAG = /<(\/?[a-z][a-z0-9-]*)((?:\s+[a-z][a-z0-9-]*(?:="[^"]*")?)*)\s*\/?>/g;
const ATTRIBUTE = /([a-z][a-z0-9-]*)(?:="([^"]*)")?/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&#13;': '\r',
};

export const unescaped = (text: string): string =>
  text.replaceAll(/&(quot|#39|lt|gt|amp|#13);/g, (entity) => ENTITIES[entity] ?? entity);

/** Start tags in order. Throws where something looks like markup and is none of ours. */
export function tagsOf(html: string): readonly Tag[] {
  const rest = html.replace('<!doctype html>', '').replaceAll(TAG, '');
  if (/[<>]/.test(rest))
    throw new Error(`stray markup: ${rest.slice(Math.max(0, rest.search(/[<>]/) - 40))}`);
  return [...html.matchAll(TAG)]
    .filter(([, name = '']) => !name.startsWith('/'))
    .map(([, name = '', written = '']) => ({ name, attributes: attributesIn(written) }));
}

const attributesIn = (written: string): Tag['attributes'] =>
  Object.fromEntries(
    [...written.matchAll(ATTRIBUTE)].map(([, key = '', value = '']) => [key, unescaped(value)]),
  );

/** Tags and names of attributes, without anything that was filled in. */
export const skeletonOf = (html: string): readonly string[] =>
  tagsOf(html).map(({ name, attributes }) => [name, ...Object.keys(attributes)].join(' '));

/** What a browser sends when the form is posted as it was drawn, by the button of this name. */
export function postOf(html: string, button: string): readonly (readonly [string, string])[] {
  return tagsOf(html).flatMap(({ name, attributes }) => {
    const { name: field = '', value = '', type = 'submit', checked } = attributes;
    if (name === 'button') return field === button && type === 'submit' ? [[field, value] as const] : [];
    if (name !== 'input' || (['checkbox', 'radio'].includes(type) && checked === undefined)) return [];
    return [[field, value] as const];
  });
}
