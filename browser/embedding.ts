/** What `heed-saved` says. Nobody's address or token is in it. */
export interface SavedDetail {
  /** The version that stands now. */
  readonly version: number;
  /** `saved`: recorded. `unchanged`: it was so already. `asked`: it was stopped elsewhere since, and she is asked again. */
  readonly outcome: 'saved' | 'unchanged' | 'asked';
  /** The same in her language, as the component shows it. */
  readonly status: string;
}

/** What `heed-error` says. */
export interface ErrorDetail {
  /**
   * `offline`: no answer came. `invalid`: the token does not work. `refused`: what was asked for cannot be saved.
   * `failed`: Heed could not answer just now.
   */
  readonly kind: 'offline' | 'invalid' | 'refused' | 'failed';
  /** In her language, as the component shows it. */
  readonly message: string;
}

/** `<heed-preferences>` */
export interface HeedPreferencesElement extends HTMLElement {
  /** A token made for `preferences`: who she is, and all that the component may do. Set as a property it is in no markup. */
  token: string;
  /** Origin of Heed. Default: where the script came from. */
  api: string;
  /** Level of the brands' headings, 1 to 5; topics are one below. Default: 2. */
  headingLevel: number;
  /** Reads everything again. */
  reload(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'heed-preferences': HeedPreferencesElement;
  }
  interface GlobalEventHandlersEventMap {
    'heed-saved': CustomEvent<SavedDetail>;
    'heed-error': CustomEvent<ErrorDetail>;
  }
}
