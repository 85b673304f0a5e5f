import { html, nothing, type TemplateResult } from 'lit';
import { IDENTIFIERS, wordOf } from '../../lib/page/staff-words.ts';
import { type Found, isFound } from './answers.ts';
import { Asked } from './asked.ts';
import { answered, Pane } from './pane.ts';
import { hashOf } from './route.ts';
import { texts } from './texts.ts';
import { isId } from './written.ts';

/** Finds a person: by id, or by an identifier, which is posted and never part of an address. */
export class HeedFind extends Pane {
  static override properties = { ...Pane.properties, wrong: { state: true } };
  /** What was typed as an id is none. */
  declare wrong: boolean;
  readonly #found = new Asked<Found>(this);

  readonly #open = (event: SubmitEvent): void => {
    const subject = fieldIn(event, 'subject');
    this.wrong = !isId(subject);
    if (!this.wrong) location.hash = hashOf('person', { subject });
  };

  readonly #look = async (event: SubmitEvent): Promise<void> => {
    const body = { kind: fieldIn(event, 'kind'), value: fieldIn(event, 'value') };
    await this.#found.ask((signal) =>
      this.session.ask({ path: '/v1/identifiers/lookup', body, signal }, isFound),
    );
    const { value, trouble } = this.#found;
    if (trouble !== '' || !value) return;
    const [only, ...others] = value.subjects;
    if (only !== undefined && others.length === 0) location.hash = hashOf('person', { subject: only });
    else this.announce(only === undefined ? texts.find.nobody : texts.find.several(value.subjects.length));
  };

  protected override render(): TemplateResult {
    const { find, titles } = texts;
    return html`<h1 tabindex="-1">${titles.find}</h1>
      <div class="forms">
        <form class="card" @submit=${this.#open}><h2>${find.byId}</h2>
          <label class="field"><span>${find.id}</span><input name="subject" required autocomplete="off" spellcheck="false"
            aria-invalid=${this.wrong ? 'true' : 'false'}>${this.wrong ? html`<span class="hint" role="alert">${find.noId}</span>` : nothing}</label>
          <button class="primary" type="submit">${find.open}</button></form>
        <form class="card" @submit=${this.#look}><h2>${find.byIdentifier}</h2>
          <label class="field"><span>${find.kind}</span>${this.#kinds()}</label>
          <label class="field"><span>${find.value}</span><input name="value" required maxlength="320" autocomplete="off" spellcheck="false"></label>
          <button class="primary" type="submit">${find.look}</button>
          ${answered(this.#found, ({ subjects }) => holders(subjects))}</form>
      </div>`;
  }

  #kinds(): TemplateResult {
    const kinds = this.catalogue?.identifiers ?? [];
    return kinds.length === 0
      ? html`<input name="kind" required maxlength="40" value="email" autocomplete="off">`
      : html`<select name="kind">${kinds.map((kind) => html`<option value=${kind}>${wordOf(IDENTIFIERS, kind)}</option>`)}</select>`;
  }
}

function holders(subjects: readonly string[]): TemplateResult {
  if (subjects.length === 0) return html`<p>${texts.find.nobody}</p>`;
  return html`<p>${texts.find.several(subjects.length)}</p>
    <ul>${subjects.map((subject) => html`<li><a href=${hashOf('person', { subject })}>${subject}</a></li>`)}</ul>`;
}

/** What a form that was sent says in one field. It is sent to nobody. */
export function fieldIn(event: SubmitEvent, name: string): string {
  event.preventDefault();
  const form = event.target;
  return form instanceof HTMLFormElement ? String(new FormData(form).get(name) ?? '').trim() : '';
}
