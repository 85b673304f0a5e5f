import { html, nothing, type TemplateResult } from 'lit';
import { isObject } from '../objects.ts';
import { broughtBack, type Issuer, isBack, leaveFor, leavingOf } from './oidc.ts';
import { troubled } from './pane.ts';
import { hasLeft } from './route.ts';
import type { Refusal } from './session.ts';
import { texts } from './texts.ts';

/** How a token is had: at the staff's issuer; on a developer's machine for the asking; or it is pasted. */
export type Way =
  | { readonly kind: 'issuer'; readonly issuer: Issuer }
  | { readonly kind: 'local' }
  | { readonly kind: 'token' };

/** Signed in: a token, and who that is, as far as the page can tell. */
export interface Signed {
  readonly token: string;
  /** As people call them. */
  readonly who: string;
  /** As they stand on record. */
  readonly me: string;
}

/** All that an auditor may do; the local engine gives it for the asking. */
const LOCAL_SCOPE = 'audit:read preferences:read rights:write grants:write';

/** Asks whoever is in front of the page for a token, as often as one is needed. */
export class SignIn {
  trouble = '';
  /** A token is waited for: the form is to be shown. */
  open = false;
  busy = false;
  /** There was a token before. */
  again = false;
  /** Where the issuer forgets whoever has just signed out here. */
  #leaving: string | undefined;
  /** Why the token of before was not taken. */
  #refusal: Refusal | undefined;
  #taken: ((signed: Signed) => void) | undefined;
  readonly #changed: () => void;
  readonly #way: () => Way;

  constructor(way: () => Way, changed: () => void) {
    this.#way = way;
    this.#changed = changed;
  }

  /** Settles once somebody has signed in. `refusal`: of the token that they had before. */
  async wanted(refusal?: Refusal): Promise<Signed> {
    const signed = new Promise<Signed>((resolve) => {
      this.#taken = resolve;
    });
    this.open = true;
    this.#refusal = refusal;
    this.trouble = refusal?.first ? texts.signIn.refused(refusal.why) : '';
    this.#changed();
    const way = this.#way();
    if (way.kind === 'issuer') void this.#atIssuer(way.issuer);
    return signed;
  }

  /** Back from the issuer, or, on a page that was just opened, straight to it: one that remembers asks nothing. */
  async #atIssuer(issuer: Issuer): Promise<void> {
    if (isBack()) await this.#attempt(() => this.#backFrom(issuer));
    else if (hasLeft()) await this.#leftFrom(issuer);
    else if (!this.again) await this.#attempt(() => leaveFor(issuer));
  }

  async #backFrom(issuer: Issuer): Promise<void> {
    const token = await broughtBack(issuer);
    if (token !== undefined) this.#done(token);
  }

  /** Signed out here, they are still signed in at the issuer: where it can be told so, it is offered. */
  async #leftFrom(issuer: Issuer): Promise<void> {
    this.#leaving = await leavingOf(issuer).catch(() => undefined);
    this.#changed();
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.trouble = '';
    this.#changed();
    try {
      await act();
    } catch (error) {
      this.trouble = texts.signIn.failed(error instanceof Error ? error.message : String(error));
    }
    this.busy = false;
    this.#changed();
  }

  #done(token: string, said?: string): void {
    const { who, me } = said === undefined ? personIn(token) : { who: said, me: said };
    this.open = false;
    this.again = true;
    this.#taken?.({ token, who, me });
    this.#changed();
  }

  readonly #send = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const said = String(new FormData(event.target).get('said') ?? '').trim();
    const way = this.#way();
    if (way.kind === 'issuer') void this.#attempt(() => leaveFor(way.issuer));
    else if (way.kind === 'token') this.#done(said);
    else void this.#attempt(async () => this.#done(await localToken(said), said));
  };

  /** The form. `heading`: its level fits where it stands. */
  view(): TemplateResult {
    const { signIn } = texts;
    const way = this.#way();
    const expired = this.again && !this.#refusal?.first;
    return html`<form class="card sign-in" @submit=${this.#send} aria-busy=${this.busy}>
      <h1 tabindex="-1" id="sign-in">${this.again ? signIn.again : signIn.title}</h1>
      ${expired ? html`<p>${signIn.expired}</p>` : nothing}
      ${hasLeft() ? html`<p>${signIn.left}</p>` : nothing}
      ${this.trouble === '' ? nothing : troubled(this.trouble)}
      ${fieldOf(way)}
      <p class="hint">${signIn.recorded}</p>
      <button class="primary" type="submit" ?disabled=${this.busy}>${this.busy ? signIn.going : signIn.go}</button>
      ${hasLeft() && way.kind === 'issuer' && this.#leaving !== undefined ? html`<p><a href=${this.#leaving} rel="noreferrer">${signIn.leave(new URL(way.issuer.issuer).host)}</a></p>` : nothing}
    </form>`;
  }
}

function fieldOf(way: Way): TemplateResult {
  const { signIn } = texts;
  if (way.kind === 'issuer') return html`<p>${signIn.by(new URL(way.issuer.issuer).host)}</p>`;
  const local = way.kind === 'local';
  return html`<label class="field"><span>${local ? signIn.who : signIn.token}</span>
    <input name="said" required autofocus type=${local ? 'text' : 'password'} autocomplete=${local ? 'username' : 'off'}
      maxlength=${local ? 100 : 10_000} aria-describedby="sign-in-hint"></label>
    <p class="hint" id="sign-in-hint">${local ? signIn.whoHint : signIn.tokenHint}</p>`;
}

async function localToken(as: string): Promise<string> {
  const response = await fetch('/local/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ scope: LOCAL_SCOPE, as }),
    credentials: 'omit',
  });
  const body: unknown = await response.json();
  const token = isObject(body) ? body['token'] : undefined;
  if (typeof token !== 'string') throw new Error(texts.trouble.status(response.status));
  return token;
}

/** Whom a token names; for the page to show, and believed by nobody. */
function personIn(token: string): Omit<Signed, 'token'> {
  try {
    const [, claims = ''] = token.split('.');
    const bytes = Uint8Array.from(atob(claims.replaceAll('-', '+').replaceAll('_', '/')), (one) =>
      one.charCodeAt(0),
    );
    const said: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const { name, email, sub } = isObject(said) ? said : {};
    return { who: textOf(name ?? email ?? sub), me: textOf(sub) };
  } catch {
    return { who: '', me: '' };
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
