import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { PreferenceModel } from '../lib/page/model.ts';
import { type Drawing, partsOf, progressOf } from './drawing.ts';
import { placeOf } from './wishes.ts';

/** Up to so many values stand side by side; more are a list to open. */
const SIDE_BY_SIDE = 4;

/** One preference: its values side by side or in a list. */
export function preferenceView(preference: PreferenceModel, drawing: Drawing): TemplateResult {
  const { key, values } = preference;
  const { session, model, unsent } = drawing;
  const place = placeOf({ kind: 'preference', key, value: '' });
  const wish = session.underWay(place);
  const progress = { wish, unsent: unsent.has(place) };
  const note = progressOf(progress, model.words);
  const chosen = wish?.kind === 'preference' ? wish.value : preference.value;
  const choose = ({ currentTarget }: Event): void => {
    if (currentTarget instanceof HTMLInputElement || currentTarget instanceof HTMLSelectElement)
      session.wish({ kind: 'preference', key, value: currentTarget.value });
  };
  const field = { preference, chosen, choose, unchosen: model.words.unchosen };
  return html`<div part=${partsOf('preference', progress)}>
    ${values.length > SIDE_BY_SIDE ? listView(field) : radiosView(field)}
    ${note ? html`<p part="note">${note}</p>` : nothing}
  </div>`;
}

interface Field {
  readonly preference: PreferenceModel;
  readonly chosen: string | undefined;
  readonly choose: (event: Event) => void;
  /** Stands in a list of which nothing is chosen. */
  readonly unchosen: string;
}

const radiosView = ({ preference: { key, title, values }, chosen, choose }: Field): TemplateResult =>
  html`<fieldset part="values"><legend part="preference-title">${title}</legend>
    ${values.map(
      ({
        value,
        label,
      }) => html`<label part=${value === chosen ? 'value chosen' : 'value'}><input part="radio" type="radio" name=${key}
        value=${value} .checked=${live(value === chosen)} @change=${choose} autocomplete="off"> ${label}</label>`,
    )}
  </fieldset>`;

/** Where nothing is chosen the list begins with nothing, which cannot be chosen again. */
const listView = ({ preference: { key, title, values }, chosen, choose, unchosen }: Field): TemplateResult =>
  html`<label part="values"><span part="preference-title">${title}</span>
    <select part="select" name=${key} .value=${live(chosen ?? '')} @change=${choose} autocomplete="off">
      ${chosen === undefined ? html`<option value="" selected disabled hidden>${unchosen}</option>` : nothing}
      ${values.map(({ value, label }) => html`<option value=${value} ?selected=${value === chosen}>${label}</option>`)}
    </select></label>`;
