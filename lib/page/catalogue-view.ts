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
  readonly destinations: readonly Titled[];
}
