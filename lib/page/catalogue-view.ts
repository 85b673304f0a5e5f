import type { HeedConfig } from '../config.ts';
import { type Text, textIn } from '../domain/text.ts';

/** Something that was declared, as staff call it. */
export interface Titled {
  readonly id: string;
  readonly title: string;
}

/** What may be asked for, in the words of the configuration. */
export interface CatalogueView {
  readonly topics: readonly Titled[];
  readonly channels: readonly string[];
  readonly sources: readonly Titled[];
  /** Kinds of identifiers. */
  readonly identifiers: readonly string[];
  /** `id/version`, each once, whatever languages there are. */
  readonly notices: readonly string[];
  /** Those that are enabled. */
  readonly destinations: readonly string[];
}

/** The catalogue in English, for staff. */
export function catalogueView(config: HeedConfig): CatalogueView {
  const { topics, channels, sources, identifiers, notices, destinations } = config;
  return {
    topics: titled(topics),
    channels,
    sources: titled(sources),
    identifiers: Object.keys(identifiers),
    notices: [...new Set(Object.keys(notices).map((name) => name.slice(0, name.lastIndexOf('/'))))],
    destinations: Object.keys(destinations).filter((id) => destinations[id]?.enabled),
  };
}

const titled = (all: Readonly<Record<string, { readonly title: Text }>>): readonly Titled[] =>
  Object.entries(all).map(([id, { title }]) => ({ id, title: textIn(title, 'en') }));
