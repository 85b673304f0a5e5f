import type { PageChange, PageModel } from '../lib/page/model.ts';

/** One thing she asked for by a tap. */
export type Wish =
  | { readonly kind: 'control'; readonly topic: string; readonly channel: string; readonly on: boolean }
  | { readonly kind: 'preference'; readonly key: string; readonly value: string }
  /** Everything under `*` or `acme/*`. */
  | { readonly kind: 'stop'; readonly pattern: string }
  /** Takes back what was saved last: the server says how. */
  | { readonly kind: 'undo'; readonly change: PageChange };

/** What a wish is about. Of two about the same, only the later counts. */
export function placeOf(wish: Wish): string {
  switch (wish.kind) {
    case 'control':
      return controlPlace(wish);
    case 'preference':
      return `preference ${wish.key}`;
    case 'stop':
      return `stop ${wish.pattern}`;
    case 'undo':
      return 'undo';
  }
}

export const controlPlace = ({ topic, channel }: { readonly topic: string; readonly channel: string }) =>
  `control ${topic} ${channel}`;

/** Does the wish ask for something that a stop, made after it, takes away? */
export const endedBy = (wish: Wish, pattern: string): boolean =>
  wish.kind === 'undo' || (wish.kind === 'control' && covers(pattern, wish.topic));

const covers = (pattern: string, topic: string): boolean =>
  pattern === '*' || topic.startsWith(pattern.slice(0, -1));

/** What to send for a wish, made on a page of this version and with this notice before her eyes. */
export function changeOf(wish: Wish, shown: Pick<PageModel, 'version' | 'notice'>): PageChange {
  if (wish.kind === 'undo') return wish.change;
  const { id, version, language } = shown.notice;
  return {
    version: shown.version,
    controls: wish.kind === 'control' ? [{ topic: wish.topic, channel: wish.channel, on: wish.on }] : [],
    preferences: wish.kind === 'preference' ? [{ key: wish.key, value: wish.value }] : [],
    ...(wish.kind === 'stop' && { stop: wish.pattern }),
    notice: { id, version, language },
  };
}
