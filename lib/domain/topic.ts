/** A topic path: lower-case segments, brand first. `acme/newsletter` */
export const TOPIC = /^[a-z0-9][a-z0-9-]{0,39}(\/[a-z0-9][a-z0-9-]{0,39}){1,4}$/;

/** A topic, a prefix of topics, or all. `acme/newsletter`, `acme/*`, `*` */
export const TOPIC_PATTERN =
  /^(\*|[a-z0-9][a-z0-9-]{0,39}(\/[a-z0-9][a-z0-9-]{0,39}){0,3}\/(\*|[a-z0-9][a-z0-9-]{0,39}))$/;

export const CHANNEL_PATTERN = /^(\*|[a-z][a-z0-9-]{0,19})$/;

/** Does every topic (or prefix) under `key` also fall under `pattern`? */
export function covers(pattern: string, key: string): boolean {
  if (pattern === key || pattern === '*') return true;
  return pattern.endsWith('/*') && key.startsWith(pattern.slice(0, -1));
}

export const coversChannel = (pattern: string, channel: string): boolean =>
  pattern === '*' || pattern === channel;

/** All patterns that cover a topic, most specific first: `a/b`, `a/*`, `*`. */
export function coveringTopics(topic: string): readonly string[] {
  const segments = topic.split('/');
  const prefixes = segments
    .slice(1)
    .map((_, i) => `${segments.slice(0, segments.length - 1 - i).join('/')}/*`);
  return [topic, ...prefixes, '*'];
}

/** Higher is more specific: the topic decides, then the channel. */
export function specificity(key: { readonly topic: string; readonly channel: string }): number {
  const topic = key.topic === '*' ? 0 : key.topic.split('/').length * 2 - (key.topic.endsWith('/*') ? 1 : 0);
  return topic * 2 + (key.channel === '*' ? 0 : 1);
}
