import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CatalogueView } from '../../lib/page/catalogue-view.ts';
import { type Erasure, type Holds, isErasure, isHolds } from './answers.ts';
import { Asked } from './asked.ts';
import { fieldIn } from './find.ts';
import { Parts } from './narrow.ts';
import { answered, titlesOf } from './pane.ts';
import { erasureView, holdsView } from './rights-view.ts';
import type { Answer, Question, Session } from './session.ts';
import { texts } from './texts.ts';

/** How a person's erasure and legal holds stand, and the acts that are left to whoever has the scope for them. */
export class HeedRights extends LitElement {
  static override properties = {
    session: { attribute: false },
    subject: { attribute: false },
    catalogue: { attribute: false },
    shown: { state: true },
    unsure: { state: true },
  };

  declare session: Session;
  declare subject: string;
  declare catalogue: CatalogueView | undefined;
  declare shown: boolean;
  /** What was typed to confirm an erasure is not the person's id. */
  declare unsure: boolean;
  readonly #parts = new Parts(this);
  readonly #erasure = new Asked<Asking>(this);
  readonly #holds = new Asked<Holds>(this);

  constructor() {
    super();
    this.shown = false;
    this.unsure = false;
  }

  protected override createRenderRoot(): this {
    return this;
  }

  #question(rest: string, { signal, body }: Omit<Question, 'path'>): Question {
    const path = `/v1/subjects/${encodeURIComponent(this.subject)}/${rest}`;
    return { path, ...(signal && { signal }), ...(body && { body }) };
  }

  async #askErasure(question: Omit<Question, 'path'>): Promise<Answer<Asking>> {
    const answer = await this.session.ask(this.#question('erasure', question), isErasure);
    if (answer.kind === 'trouble') return answer.status === 404 ? NEVER : answer;
    return { kind: 'done', body: { erasure: answer.body } };
  }

  #askHolds(question: Omit<Question, 'path'>): Promise<Answer<Holds>> {
    return this.session.ask(this.#question('holds', question), isHolds);
  }

  readonly #show = (): void => {
    this.shown = true;
    void this.#erasure.ask((signal) => this.#askErasure({ signal }));
    void this.#holds.ask((signal) => this.#askHolds({ signal }));
  };

  readonly #hold = (event: SubmitEvent): void => {
    const action = event.submitter?.getAttribute('value') === 'release' ? 'release' : 'place';
    const body = { action, reason: fieldIn(event, 'reason') };
    void this.#holds.act((signal) => this.#askHolds({ signal, body }));
  };

  readonly #erase = (event: SubmitEvent): void => {
    this.unsure = fieldIn(event, 'confirmed') !== this.subject;
    const reason = fieldIn(event, 'reason');
    const body = { ...(reason !== '' && { reason }) };
    if (!this.unsure) void this.#erasure.act((signal) => this.#askErasure({ signal, body }));
  };

  protected override render(): TemplateResult {
    const { rights } = texts;
    const body = this.shown
      ? html`<div class="forms">${this.#holdsView()}${this.#erasureView()}</div>`
      : html`<p class="row"><button type="button" @click=${this.#show}>${rights.show}</button></p>`;
    return this.#parts.view({ name: 'rights', title: rights.title, body });
  }

  #holdsView(): TemplateResult {
    const { rights } = texts;
    return html`<form class="card" @submit=${this.#hold}><h3>${rights.holds}</h3>
      ${answered(this.#holds, holdsView)}
      ${reasonField('hold-hint', true)}
      <p class="row"><button type="submit" value="place" ?disabled=${this.#holds.busy}>${rights.place}</button>
        <button type="submit" value="release" ?disabled=${this.#holds.busy}>${rights.release}</button></p></form>`;
  }

  #erasureView(): TemplateResult {
    const { rights } = texts;
    const wrong = this.unsure;
    return html`<form class="card" @submit=${this.#erase}><h3>${rights.erasure}</h3>
      ${answered(this.#erasure, ({ erasure }) => erasureView(erasure, titlesOf(this.catalogue)))}
      <p>${rights.warning}</p>
      ${reasonField('erase-hint', false)}
      <label class="field"><span>${rights.confirm}</span><input name="confirmed" required autocomplete="off" spellcheck="false"
        aria-invalid=${wrong ? 'true' : 'false'}>${wrong ? html`<span class="hint" role="alert">${rights.unsure}</span>` : nothing}</label>
      <p class="row"><button class="grave" type="submit" ?disabled=${this.#erasure.busy}>${rights.erase}</button></p></form>`;
  }
}

/** Nothing in it: nobody ever asked for one. */
interface Asking {
  readonly erasure?: Erasure;
}

const NEVER = { kind: 'done', body: {} } as const;

const reasonField = (hint: string, required: boolean): TemplateResult =>
  html`<label class="field"><span>${texts.rights.reason}</span><input name="reason" ?required=${required} maxlength="64" autocomplete="off" aria-describedby=${hint}>
    <span class="hint" id=${hint}>${texts.rights.reasonHint}</span></label>`;
