/** What a browser without a script would send of a page: its hidden fields, and the boxes and buttons that are ticked. */
export function formOf(page: string): { readonly action: string; readonly fields: URLSearchParams } {
  const action = attribute(/<form method="post"[^>]*>/.exec(page)?.[0] ?? '', 'action') ?? '';
  const fields = new URLSearchParams();
  for (const [input] of page.matchAll(/<input [^>]*>/g)) {
    const [name, value] = [attribute(input, 'name'), attribute(input, 'value')];
    const ticked = attribute(input, 'type') === 'hidden' || /\schecked(\s|>)/.test(input);
    if (name !== undefined && value !== undefined && ticked) fields.append(name, value);
  }
  return { action, fields };
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&');

/** A box that she ticks or unticks. */
export function flipped(fields: URLSearchParams, control: string): URLSearchParams {
  const others = [...fields].filter(([name, value]) => !(name === 'on' && value === control));
  const was = fields.getAll('on').includes(control);
  return new URLSearchParams(was ? others : [...others, ['on', control]]);
}

/** Text of a page without its markup. */
export const wordsOf = (page: string): string => page.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
