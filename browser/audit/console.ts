import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CatalogueView } from '../../lib/page/catalogue-view.ts';
import { isObject } from '../objects.ts';
import { defineElements } from './elements.ts';
import { Narrow } from './narrow.ts';
import { hashOf, hasLeft, type Place, placeIn, rename, SIGNED_OUT } from './route.ts';
import { openSession, type Session } from './session.ts';
import { SignIn, type Way } from './sign-in.ts';
import { texts } from './texts.ts';
import { VIEWS, type View } from './view-names.ts';
import { viewOf } from './views.ts';

/** The auditors' console: who is at it, where they are, and the view of that place. */
export class HeedAudit extends LitElement {
  static override properties = {
    local: { type: Boolean },
    issuer: { type: String },
    client: { type: String },
    scope: { type: String },
    audience: { type: String },
  };

  declare local: boolean;
  declare issuer: string | undefined;
  declare client: string | undefined;
  declare scope: string | undefined;
  declare audience: string | undefined;
  #place: Place = placeIn(location.hash);
  #who = '';
  #me = '';
  #said = '';
  #begun = false;
  /** What may be asked for is known, or cannot be: a form that changes while somebody fills it in loses what they wrote. */
  #ready = false;
  /** The menu, on a phone. */
  #unfolded = false;
  readonly #narrow = new Narrow(this);
  #catalogue: CatalogueView | undefined;
  readonly #signIn = new SignIn(
    () => this.#way(),
    () => this.requestUpdate(),
  );
  #session: Session = this.#opened();

  #opened(): Session {
    return openSession(async (refusal) => {
      const { token, who, me } = await this.#signIn.wanted(refusal);
      this.#who = who;
      this.#me = me;
      if (!this.#begun) this.#arrive();
      this.requestUpdate();
      return token;
    });
  }

  /** Where the address leads, once somebody is there to be shown it. Whatever is set anew is asked anew, and put on record. */
  #arrive(): void {
    if (hasLeft()) rename(hashOf('find'));
    this.#place = placeIn(location.hash);
    this.#begun = true;
  }

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.#moved);
    this.addEventListener('heed-said', this.#heard);
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.#moved);
    this.removeEventListener('heed-said', this.#heard);
  }

  /** The first question asks for the first token. */
  async #load(): Promise<void> {
    const answer = await this.#session.ask({ path: '/v1/catalogue' }, isCatalogue);
    if (answer.kind === 'done') this.#catalogue = answer.body;
    this.#ready = true;
    this.requestUpdate();
    await this.updateComplete;
    this.#begin();
  }

  readonly #moved = (): void => {
    const { view, subject } = this.#place;
    this.#place = placeIn(location.hash);
    this.#unfolded = false;
    this.requestUpdate();
    if (this.#place.view !== view || this.#place.subject !== subject)
      void this.updateComplete.then(() => this.#begin());
  };

  /** A new view begins at its heading, for the eyes and for a screen reader. */
  #begin(): void {
    const heading = this.querySelector<HTMLElement>('main h1');
    document.title = `${heading?.textContent ?? texts.name} – ${texts.name}`;
    scrollTo(0, 0);
    heading?.focus({ preventScroll: true });
  }

  readonly #heard = (event: Event): void => {
    if (!(event instanceof CustomEvent)) return;
    this.#said = String(event.detail);
    this.requestUpdate();
  };

  #way(): Way {
    const { issuer, client, scope = '', audience } = this;
    if (issuer && client) return { kind: 'issuer', issuer: { issuer, client, scope, audience } };
    return { kind: this.local ? 'local' : 'token' };
  }

  /** What was read goes with the page, and nobody is signed in again before they say so. */
  readonly #leave = (): void => {
    this.#session.end();
    rename(SIGNED_OUT);
    location.reload();
  };

  protected override updated(): void {
    const dialog = this.querySelector('dialog');
    if (dialog && !dialog.open) dialog.showModal();
  }

  protected override render(): TemplateResult {
    const begun = this.#begun;
    return html`${begun ? this.#top() : nothing}
      <main id="content">${this.#content()}</main>
      ${begun && this.#signIn.open ? html`<dialog aria-labelledby="sign-in" @cancel=${(event: Event) => event.preventDefault()}>${this.#signIn.view()}</dialog>` : nothing}
      <p class="unseen" role="status">${this.#said}</p>`;
  }

  #content(): TemplateResult {
    if (this.#ready) return this.#view();
    return !this.#begun && this.#signIn.open
      ? this.#signIn.view()
      : html`<p class="quiet">${texts.loading}</p>`;
  }

  #view(): TemplateResult {
    return viewOf({
      session: this.#session,
      place: this.#place,
      catalogue: this.#catalogue,
      me: this.#me,
    });
  }

  #top(): TemplateResult {
    const { signIn } = texts;
    const skip = (event: Event): void => {
      event.preventDefault();
      this.querySelector<HTMLElement>('main h1')?.focus();
    };
    return html`<header class="top"><a class="skip" href="#content" @click=${skip}>${texts.skip}</a>
      <nav aria-label=${texts.navigation}>${this.#narrow.is ? this.#menu() : nothing}
        <ul id="menu" ?hidden=${this.#narrow.is && !this.#unfolded}>${VIEWS.filter((view) => view !== 'person').map((view) => this.#link(view))}</ul></nav>
      <p class="who"><span>${signIn.as(this.#who)}</span> <span class="hint">${signIn.recorded}</span>
        <button type="button" @click=${this.#leave}>${signIn.out}</button></p></header>`;
  }

  #menu(): TemplateResult {
    const turn = (): void => {
      this.#unfolded = !this.#unfolded;
      this.requestUpdate();
    };
    return html`<button type="button" aria-expanded=${this.#unfolded ? 'true' : 'false'} aria-controls="menu" @click=${turn}>${texts.menu}</button>`;
  }

  #link(view: View): TemplateResult {
    const here = this.#place.view === view;
    return html`<li><a href=${hashOf(view)} aria-current=${here ? 'page' : nothing}>${texts.titles[view]}</a></li>`;
  }
}

const isCatalogue = (value: unknown): value is CatalogueView =>
  isObject(value) && Array.isArray(value['topics']) && Array.isArray(value['channels']);

defineElements();
if (!customElements.get('heed-audit')) customElements.define('heed-audit', HeedAudit);
