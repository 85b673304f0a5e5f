import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { type Case, isCase } from './answers.ts';
import { Asked } from './asked.ts';
import { fieldIn } from './find.ts';
import { answered } from './pane.ts';
import type { Answer, Session } from './session.ts';
import { texts } from './texts.ts';

/** How a person's erasure and legal holds stand, and the acts that are left to whoever has the scope for them. */
export class HeedRights extends LitElement {
  static override properties = {
    session: { attribute: false },
    subject: { attribute: false },
    shown: { state: true },
    unsure: { state: true },
  };

  declare session: Session;
  declare subject: string;
  declare shown: boolean;
  /** What was typed to confirm an erasure is not the person's id. */
  declare unsure: boolean;
  readonly #erasure = new Asked<Case>(this);
  readonly #holds = new Asked<Case>(this);

  constructor() {
    super();
    this.shown = false;
    this.unsure = false;
  }

  protected override createRenderRoot(): this {
    return this;
  }

  #ask(rest: string, body?: object): (signal: AbortSignal) => Promise<Answer<Case>> {
    const path = `/v1/subjects/${encodeURIComponent(this.subject)}/${rest}`;
    return async (signal) => {
      const answer = await this.session.ask({ path, signal, ...(body && { body }) }, isCase);
      return answer.kind === 'trouble' && answer.status === 404 ? NEVER : answer;
    };
  }

  readonly #show = (): void => {
    this.shown = true;
    void this.#erasure.ask(this.#ask('erasure'));
    void this.#holds.ask(this.#ask('holds'));
  };

  readonly #hold = (event: SubmitEvent): void => {
    const action = event.submitter?.getAttribute('value') === 'release' ? 'release' : 'place';
    void this.#holds.act(this.#ask('holds', { action, reason: fieldIn(event, 'reason') }));
  };

  readonly #erase = (event: SubmitEvent): void => {
    this.unsure = fieldIn(event, 'confirmed') !== this.subject;
    const reason = fieldIn(event, 'reason');
    if (!this.unsure) void this.#erasure.act(this.#ask('erasure', { ...(reason !== '' && { reason }) }));
  };

  protected override render(): TemplateResult {
    const { rights } = texts;
    return html`<section aria-labelledby="rights"><h2 id="rights">${rights.title}</h2>
      ${
        this.shown
          ? html`<div class="forms">${this.#holdsView()}${this.#erasureView()}</div>`
          : html`<p class="row"><button type="button" @click=${this.#show}>${rights.show}</button></p>`
      }</section>`;
  }

  #holdsView(): TemplateResult {
    const { rights } = texts;
    return html`<form class="card" @submit=${this.#hold}><h3>${rights.holds}</h3>
      ${answered(this.#holds, facts)}
      ${reasonField('hold-hint', true)}
      <p class="row"><button type="submit" value="place" ?disabled=${this.#holds.busy}>${rights.place}</button>
        <button type="submit" value="release" ?disabled=${this.#holds.busy}>${rights.release}</button></p></form>`;
  }

  #erasureView(): TemplateResult {
    const { rights } = texts;
    const wrong = this.unsure;
    return html`<form class="card" @submit=${this.#erase}><h3>${rights.erasure}</h3>
      ${answered(this.#erasure, facts)}
      <p>${rights.warning}</p>
      ${reasonField('erase-hint', false)}
      <label class="field"><span>${rights.confirm}</span><input name="confirmed" required autocomplete="off" spellcheck="false"
        aria-invalid=${wrong ? 'true' : 'false'}>${wrong ? html`<span class="hint" role="alert">${rights.unsure}</span>` : nothing}</label>
      <p class="row"><button class="grave" type="submit" ?disabled=${this.#erasure.busy}>${rights.erase}</button></p></form>`;
  }
}

/** Nobody ever asked for it. */
const NEVER = { kind: 'done', body: {} } as const;

const reasonField = (hint: string, required: boolean): TemplateResult =>
  html`<label class="field"><span>${texts.rights.reason}</span><input name="reason" ?required=${required} maxlength="64" autocomplete="off" aria-describedby=${hint}>
    <span class="hint" id=${hint}>${texts.rights.reasonHint}</span></label>`;

/** Whatever a case says, by name. */
const facts = (said: Case): TemplateResult =>
  Object.keys(said).length === 0
    ? html`<p class="quiet">${texts.rights.never}</p>`
    : html`<dl>${Object.entries(said).map(([name, value]) => html`<div><dt>${name}</dt><dd>${plain(value)}</dd></div>`)}</dl>`;

const plain = (value: unknown): TemplateResult | string =>
  typeof value === 'object' && value !== null
    ? html`<pre tabindex="0">${JSON.stringify(value, undefined, 2)}</pre>`
    : String(value);
