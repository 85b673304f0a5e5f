import { LitElement, nothing, type PropertyValues } from 'lit';
import { styles } from './component-style.ts';
import type { HeedPreferencesElement } from './embedding.ts';
import { greetingIn } from './first-words.ts';
import { openSession, type Session } from './session.ts';
import { view } from './view.ts';

/** Where this script came from: that is where Heed is. */
const HOME = new URL(import.meta.url).origin;

type Told = Pick<GlobalEventHandlersEventMap, 'heed-saved' | 'heed-error'>;

/** As every element has it: no language is no attribute. */
const LANG = {
  fromAttribute: (text: string | null) => text ?? '',
  toAttribute: (text: string) => text || null,
};

/**
 * What one person may be told, in anybody's page: loads it with her token, shows it in a shadow root, and saves each tap.
 * What it shows is what was committed, or says that it is being saved.
 */
export class HeedPreferences extends LitElement implements HeedPreferencesElement {
  static override properties = {
    token: { type: String },
    api: { type: String },
    headingLevel: { type: Number, attribute: 'heading-level' },
    lang: { reflect: true, converter: LANG },
  };
  static override styles = styles;

  declare token: string;
  declare api: string;
  declare headingLevel: number;
  declare lang: string;
  #session: Session | undefined;

  constructor() {
    super();
    this.token = '';
    this.api = HOME;
    this.headingLevel = 2;
    this.lang = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('pageshow', this.#cameBack);
    document.addEventListener('visibilitychange', this.#hidden);
    if (this.hasUpdated && !this.#session) this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('pageshow', this.#cameBack);
    document.removeEventListener('visibilitychange', this.#hidden);
    removeEventListener('beforeunload', this.#leaving);
    /** One that is only moved to another place in the page keeps what it has. */
    queueMicrotask(() => this.isConnected || this.#close());
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (['token', 'api', 'lang'].some((name) => changed.has(name))) this.#open();
  }

  /** Only while there is something to lose: some browsers keep no page that listens. */
  protected override updated(): void {
    if (this.#session && this.#session.kept().length > 0) addEventListener('beforeunload', this.#leaving);
    else removeEventListener('beforeunload', this.#leaving);
  }

  reload(): void {
    this.#session?.reload();
  }

  protected override render() {
    const session = this.#session;
    if (!session) return nothing;
    const { headingLevel, token, lang } = this;
    const history = `${this.#base}/p/${encodeURIComponent(token)}/history${lang && `?lang=${encodeURIComponent(lang)}`}`;
    return view({ session, greeting: this.#greeting, history, level: headingLevel });
  }

  #open(): void {
    this.#close();
    const { token, lang } = this;
    if (token === '' || !this.isConnected) return;
    this.#session = openSession({
      address: { base: this.#base, token, ...(lang && { language: lang }) },
      words: this.#greeting,
      changed: () => this.requestUpdate(),
      saved: ({ page: { version }, outcome, status }) =>
        this.#tell('heed-saved', { version, outcome, status }),
      troubled: (kind, message) => this.#tell('heed-error', { kind, message }),
    });
  }

  #close(): void {
    this.#session?.close();
    this.#session = undefined;
  }

  get #base(): string {
    return (this.api || HOME).replace(/\/+$/, '');
  }

  get #greeting() {
    return greetingIn([this.lang, ...navigator.languages]);
  }

  /** A page that was put away and is shown again may show what is no longer so. */
  readonly #cameBack = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.reload();
  };

  /** A browser need not tell of more than this before it ends a page. */
  readonly #hidden = (): void => {
    if (document.hidden) this.#session?.hurry();
  };

  /** What could not be sent would be lost with the page: she is asked first. */
  readonly #leaving = (event: BeforeUnloadEvent): void => event.preventDefault();

  #tell<K extends keyof Told>(name: K, detail: Told[K]['detail']): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

if (!customElements.get('heed-preferences')) customElements.define('heed-preferences', HeedPreferences);
