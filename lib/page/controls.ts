import { html } from 'hono/html';
import type { BrandModel, ControlModel, PageModel, PreferenceModel, StopModel, TopicModel } from './model.ts';
import type { Voice } from './say.ts';
import type { Markup } from './shell.ts';

/** What is wrong, by control (`acme/newsletter email`) or preference key. */
export type Errors = Readonly<Record<string, string>>;

/** What every part of the form needs to be drawn. */
export interface Drawing {
  readonly voice: Voice;
  readonly errors: Errors;
  /** Controls that were stopped elsewhere since the page was drawn, and are asked again. */
  readonly asked: ReadonlySet<string>;
}

/** Up to so many values stand side by side; more are a list to open. */
const SIDE_BY_SIDE = 4;

/** Where a script says that it is being saved. It is not part of any name. */
const PROGRESS = html`<span class="progress" data-progress aria-hidden="true"></span>`;

/** The name of a control in the form: `acme/newsletter email`. */
export const controlKey = ({ topic, channel }: Pick<ControlModel, 'topic' | 'channel'>): string =>
  `${topic} ${channel}`;

/** Where its field stands in the document. An id holds no space. */
export const fieldId = (key: string): string => `field:${key.replaceAll(/\s/g, ':')}`;

export const brandMarkup = (brand: BrandModel, drawing: Drawing): Markup => html`
<section class="brand card" aria-labelledby="brand:${brand.id}">
<h2 id="brand:${brand.id}">${brand.title}</h2>
${brand.topics.map((topic) => topicMarkup(topic, drawing))}
${stopMarkup(brand.stop, drawing.voice)}
</section>`;

const topicMarkup = (
  { id, title, description, controls, preferences }: TopicModel,
  drawing: Drawing,
): Markup => html`
<div class="topic" role="group" aria-labelledby="topic:${id}">
<div class="about">
<h3 id="topic:${id}">${title}</h3>
${description && html`<p>${description}</p>`}
</div>
<div class="controls">
${controls.map((control) => controlMarkup(control, drawing))}
${preferences.map((preference) => preferenceMarkup(preference, drawing))}
</div>
</div>`;

/** Preferences that belong to no topic. */
export const interestsMarkup = ({ preferences }: PageModel, drawing: Drawing): Markup | '' =>
  (preferences.length > 0 &&
    html`
<section class="interests card" aria-labelledby="interests">
<h2 id="interests">${drawing.voice.say(drawing.voice.messages.page.interests)}</h2>
${preferences.map((preference) => preferenceMarkup(preference, drawing))}
</section>`) ||
  '';

export const stopMarkup = ({ pattern, label, done }: StopModel, { say, messages }: Voice): Markup => html`
<div class="stop" data-stop="${pattern}"${done && html` data-done`}>
<button class="quiet" name="stop" value="${pattern}">${label}</button>
${PROGRESS}
<p class="done" data-stopped${!done && html` hidden`}>${say(messages.page.nothingOn)}</p>
</div>`;

function controlMarkup(control: ControlModel, { errors, asked }: Drawing): Markup {
  const key = controlKey(control);
  const id = fieldId(key);
  const error = errors[key];
  return html`
<div class="control" data-control="${key}" data-state="${control.state}"${asked.has(key) && html` data-asked`}>
<label for="${id}"><span class="label">${control.label}</span>
${PROGRESS}
<input type="checkbox" role="switch" id="${id}" name="on" value="${key}" aria-label="${control.name}" aria-describedby="${id}:note${error && html` ${id}:error`}"${
    error && html` aria-invalid="true"`
  }${control.on && html` checked`} autocomplete="off"></label>
<input type="hidden" name="shown" value="${key}">
<p class="note" id="${id}:note" data-note${!control.note && html` hidden`}>${control.note ?? ''}</p>
${errorMarkup(id, error)}
</div>`;
}

const errorMarkup = (id: string, error: string | undefined): Markup | undefined =>
  error ? html`<p class="error" id="${id}:error" data-error>${error}</p>` : undefined;

function preferenceMarkup(preference: PreferenceModel, { voice, errors }: Drawing): Markup {
  const { key, title, values } = preference;
  const id = fieldId(key);
  const error = errors[key];
  const described = error && html` aria-invalid="true" aria-describedby="${id}:error"`;
  const body =
    values.length > SIDE_BY_SIDE
      ? html`<label for="${id}" class="label">${title}${PROGRESS}</label>
<select id="${id}" name="preference:${key}" autocomplete="off"${described}>${optionsOf(preference, voice)}</select>`
      : html`<fieldset id="${id}" role="radiogroup" tabindex="-1"${described}><legend class="label">${title}${PROGRESS}</legend>
<div class="choices">${values.map((one) => radioMarkup(preference, one))}</div></fieldset>`;
  return html`
<div class="preference" data-preference="${key}">
${body}
<p class="note" data-note hidden></p>
${errorMarkup(id, error)}
</div>`;
}

type Value = PreferenceModel['values'][number];

const radioMarkup = ({ key, value: chosen }: PreferenceModel, { value, label }: Value): Markup =>
  html`<label><input type="radio" name="preference:${key}" value="${value}"${value === chosen && html` checked`} autocomplete="off"> ${label}</label>`;

/** Where nothing is chosen the list begins with nothing, which cannot be chosen again. */
const optionsOf = (
  { value: chosen, values }: PreferenceModel,
  { say, messages }: Voice,
): readonly Markup[] => [
  ...(chosen === undefined
    ? [html`<option value="" disabled selected hidden>${say(messages.page.unchosen)}</option>`]
    : []),
  ...values.map(
    ({ value, label }) =>
      html`<option value="${value}"${value === chosen && html` selected`}>${label}</option>`,
  ),
];
