import type { HeedConfig } from '../config.ts';
import { type Text, textIn } from '../domain/text.ts';
import type { CatalogueView, Titled } from './catalogue-view.ts';

/** The catalogue in English, for staff; with the destinations that are enabled. */
export function catalogueView(config: HeedConfig, destinations: readonly Titled[]): CatalogueView {
  const { topics, channels, sources, identifiers, notices } = config;
  return {
    topics: titled(topics),
    channels,
    sources: titled(sources),
    identifiers: Object.keys(identifiers),
    notices: [...new Set(Object.keys(notices).map((name) => name.slice(0, name.lastIndexOf('/'))))],
    destinations: destinations.map(({ id, title }) => ({ id, title })),
  };
}

const titled = (all: Readonly<Record<string, { readonly title: Text }>>): readonly Titled[] =>
  Object.entries(all).map(([id, { title }]) => ({ id, title: textIn(title, 'en') }));
