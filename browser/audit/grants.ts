import { html, nothing, type TemplateResult } from 'lit';
import { GRANT_STATES, wordOf } from '../../lib/page/staff-words.ts';
import { type Grant, type Grants, isGrant, isGrants } from './answers.ts';
import { Asked } from './asked.ts';
import { fieldIn } from './find.ts';
import { More } from './more.ts';
import { answered, Pane, table } from './pane.ts';
import { hashOf } from './route.ts';
import { texts } from './texts.ts';
import { timeOf } from './times.ts';
import { timeIn } from './written.ts';

const DAY = 86_400_000;

/** What the API takes for a code: it outlives an erasure, and a mere number could be a telephone number. */
const CODE = '(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._:\\/\\-]{0,63}';

/** Leave to audit for a while: proposed here by one person, approved by another. */
export class HeedGrants extends Pane {
  static override properties = { ...Pane.properties, wrong: { state: true }, me: { attribute: false } };
  declare wrong: boolean;
  declare me: string;
  readonly #grants = new More<Grant, Grants>(this, { is: isGrants, rows: ({ grants }) => grants });
  readonly #act = new Asked<Grant>(this);

  protected override firstUpdated(): void {
    void this.#list();
  }

  #list(): Promise<void> {
    return this.#grants.first(this.session, { path: '/v1/grants', query: {} });
  }

  async #post(path: string, body: object): Promise<void> {
    await this.#act.act((signal) => this.session.ask({ path, body, signal }, isGrant));
    const { value, trouble } = this.#act;
    if (trouble === '' && value)
      this.announce(texts.grants.now(value.person, wordOf(GRANT_STATES, value.state)));
    await this.#list();
  }

  readonly #propose = async (event: SubmitEvent): Promise<void> => {
    const until = timeIn(fieldIn(event, 'until'));
    const subject = fieldIn(event, 'subject');
    const reference = fieldIn(event, 'reference');
    this.wrong = until === undefined;
    if (until === undefined) return;
    await this.#post('/v1/grants', {
      ...{ person: fieldIn(event, 'person'), purpose: fieldIn(event, 'purpose') },
      until: new Date(until).toISOString(),
      ...(subject !== '' && { subject }),
      ...(reference !== '' && { reference }),
    });
  };

  protected override render(): TemplateResult {
    const { grants, titles } = texts;
    return html`<h1 tabindex="-1">${titles.grants}</h1><p>${grants.intro}</p>
      ${this.#form()}
      ${answered(this.#act, ({ person, state }) => html`<p class="said">${grants.now(person, wordOf(GRANT_STATES, state))}</p>`)}
      <h2>${grants.all}</h2>
      ${this.#grants.view((rows) => table({ caption: titles.grants, rows, empty: grants.empty, columns: this.#columns() }))}`;
  }

  #form(): TemplateResult {
    const { fields, propose } = texts.grants;
    const inAWeek = new Date(Date.now() + 7 * DAY).toISOString().slice(0, 10);
    return html`<form class="card filters" @submit=${this.#propose}><h2>${propose}</h2>
      <label class="field"><span>${fields.person}</span><input name="person" required maxlength="200" autocomplete="off"></label>
      <label class="field"><span>${fields.purpose}</span><input name="purpose" required pattern=${CODE} title=${texts.grants.code} autocomplete="off"></label>
      <label class="field"><span>${fields.reference}</span><input name="reference" pattern=${CODE} title=${texts.grants.code} autocomplete="off"></label>
      <label class="field"><span>${fields.until}</span><input name="until" required .defaultValue=${inAWeek} autocomplete="off"
        aria-invalid=${this.wrong ? 'true' : 'false'}>${this.wrong ? html`<span class="hint" role="alert">${texts.timeline.unreadable}</span>` : nothing}</label>
      <label class="field"><span>${fields.subject}</span><input name="subject" autocomplete="off" spellcheck="false"></label>
      <p class="row"><button class="primary" type="submit" ?disabled=${this.#act.busy}>${propose}</button></p></form>`;
  }

  #columns() {
    const { columns, everything } = texts.grants;
    return [
      { title: columns.person, names: true, cell: ({ person }: Grant) => person },
      {
        title: columns.purpose,
        cell: ({ purpose, reference }: Grant) =>
          [purpose, ...(reference === undefined ? [] : [reference])].join(' · '),
      },
      {
        title: columns.of,
        cell: ({ subject }: Grant) =>
          subject === undefined ? everything : html`<a href=${hashOf('person', { subject })}>${subject}</a>`,
      },
      { title: columns.until, cell: ({ until }: Grant) => timeOf(until) },
      { title: columns.state, cell: ({ state }: Grant) => wordOf(GRANT_STATES, state) },
      {
        title: columns.by,
        cell: ({ proposed, approved }: Grant) =>
          [proposed.by, ...(approved ? [approved.by] : [])].join(' → '),
      },
      { title: columns.acts, cell: (grant: Grant) => this.#acts(grant) },
    ] as const;
  }

  /** What somebody may do: it takes a second person to approve, and who is to audit is not it. */
  #acts({ id, state, person, proposed }: Grant): TemplateResult {
    const second = this.me !== proposed.by && this.me !== person;
    const { approve, revoke, label } = texts.grants;
    const button = (what: string, act: 'approval' | 'revocation') =>
      html`<button type="button" aria-label=${label(what, person)} ?disabled=${this.#act.busy}
        @click=${() => this.#post(`/v1/grants/${encodeURIComponent(id)}/${act}`, {})}>${what}</button>`;
    return html`${state === 'proposed' && second ? button(approve, 'approval') : nothing}
      ${state === 'proposed' || state === 'standing' ? button(revoke, 'revocation') : nothing}`;
  }
}
