import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { BrandModel, ControlModel, StopModel, TopicModel } from '../lib/page/model.ts';
import { type Drawing, partsOf, progressOf, type View } from './drawing.ts';
import { preferenceView } from './preference-view.ts';
import type { Said } from './session.ts';
import { controlPlace, placeOf, type Wish } from './wishes.ts';

/** Everything in the shadow root. */
export function view(one: View): TemplateResult {
  const { session, greeting } = one;
  const { model, said, asked = new Set() } = session.shown();
  const loading = !model && !said;
  return html`<div part="page" lang=${model?.language ?? nothing} dir=${model?.direction ?? greeting.direction}
    aria-busy=${loading}>
    ${model ? centre({ ...one, model, asked, unsent: new Set(session.kept().map(placeOf)) }) : nothing}
    ${loading ? html`<p part="loading">${greeting.loading}</p>` : nothing}
    ${statusBar(one, said)}
  </div>`;
}

/** A button that goes away when it is pressed leaves the focus where its effect is said. */
const toStatus = ({ currentTarget }: Event): void => {
  if (!(currentTarget instanceof Element)) return;
  currentTarget.parentElement?.querySelector<HTMLElement>('[part=status]')?.focus();
};

/** The region stays, so that what is put into it is announced. */
function statusBar({ session, greeting }: View, said: Said | undefined): TemplateResult {
  const words = session.shown().model?.words;
  const undo = said?.undo;
  return html`<div part="bar" data-kind=${said?.kind ?? nothing}>
    <p part="status" role="status" tabindex="-1">${said?.text ?? nothing}</p>
    ${
      undo && words
        ? html`<button part="button undo" type="button" @click=${(event: Event) => {
            toStatus(event);
            session.wish({ kind: 'undo', change: undo });
          }}>${words.undo}</button>`
        : nothing
    }
    ${
      said?.retry
        ? html`<button part="button retry" type="button" @click=${(event: Event) => {
            toStatus(event);
            session.retry();
          }}>${words?.retry ?? greeting.retry}</button>`
        : nothing
    }
  </div>`;
}

function centre(drawing: Drawing): TemplateResult {
  const { model, level } = drawing;
  const { words, notice } = model;
  return html`<div part="lead">
      ${
        model.identifiers.length > 0
          ? html`<p part="identifiers">${model.identifiers.map(({ label, value }) => html`<span>${label} <bdi>${value}</bdi></span> `)}</p>`
          : nothing
      }
      ${model.restriction === undefined ? nothing : html`<p part="restriction">${model.restriction}</p>`}
      ${
        model.signal
          ? html`<p part="signal" data-honoured=${model.signal.honoured}>${model.signal.text}</p>`
          : nothing
      }
      <p part="last">${model.last ? html`<span>${model.last}</span> ` : nothing}<a part="history" href=${drawing.history} rel="noreferrer">${words.history}</a></p>
      ${stopView(model.stop, drawing)}
    </div>
    <section part="notice" aria-labelledby="notice">
      <div part="heading notice-title" id="notice" role="heading" aria-level=${level}>${words.notice}</div>
      <div part="notice-text" lang=${notice.language} dir="auto" data-id=${notice.id} data-version=${notice.version}
        data-language=${notice.language} data-sha256=${notice.sha256}>${notice.text}</div>
    </section>
    ${repeat(
      model.brands,
      ({ id }) => id,
      (brand) => brandView(brand, drawing),
    )}
    ${model.preferences.length > 0 ? interestsView(drawing) : nothing}`;
}

const interestsView = (drawing: Drawing): TemplateResult =>
  html`<section part="brand interests" aria-labelledby="interests">
    <div part="heading brand-title" id="interests" role="heading" aria-level=${drawing.level}>${drawing.model.words.interests}</div>
    ${repeat(
      drawing.model.preferences,
      ({ key }) => key,
      (one) => preferenceView(one, drawing),
    )}
  </section>`;

const brandView = ({ id, title, topics, stop }: BrandModel, drawing: Drawing): TemplateResult =>
  html`<section part="brand" aria-labelledby=${`brand:${id}`}>
    <div part="heading brand-title" id=${`brand:${id}`} role="heading" aria-level=${drawing.level}>${title}</div>
    ${repeat(
      topics,
      (topic) => topic.id,
      (topic) => topicView(topic, drawing),
    )}
    ${stopView(stop, drawing)}
  </section>`;

const topicView = (
  { id, title, description, controls, preferences }: TopicModel,
  drawing: Drawing,
): TemplateResult =>
  html`<div part="topic" role="group" aria-labelledby=${`topic:${id}`}>
    <div part="about">
      <div part="heading topic-title" id=${`topic:${id}`} role="heading" aria-level=${drawing.level + 1}>${title}</div>
      ${description ? html`<p part="topic-description">${description}</p>` : nothing}
    </div>
    <div part="controls">
      ${repeat(controls, controlPlace, (control) => controlView(control, drawing))}
      ${repeat(
        preferences,
        ({ key }) => key,
        (one) => preferenceView(one, drawing),
      )}
    </div>
  </div>`;

/** While it is being saved it shows what was chosen, and says so; before and after, what was committed. */
function controlView(control: ControlModel, { session, model, unsent, asked }: Drawing): TemplateResult {
  const { topic, channel, label, name } = control;
  const place = controlPlace(control);
  const id = place.replaceAll(' ', ':');
  const wish = session.underWay(place);
  const on = wish?.kind === 'control' ? wish.on : control.on;
  const waits = unsent.has(place);
  const note = progressOf({ wish, unsent: waits }, model.words) ?? control.note;
  const tap = ({ currentTarget }: Event): void => {
    if (currentTarget instanceof HTMLInputElement)
      session.wish({ kind: 'control', topic, channel, on: currentTarget.checked });
  };
  return html`<div part=${partsOf('control', { wish, unsent: waits, asked: asked.has(place) })} data-state=${control.state}>
    <label part="label"><span part="channel">${label}</span>
      <input part=${on ? 'switch on' : 'switch'} type="checkbox" role="switch" name=${`${topic} ${channel}`} aria-label=${name}
        aria-describedby=${note ? id : nothing} .checked=${live(on)} @change=${tap} autocomplete="off"></label>
    ${note ? html`<p part="note" id=${id}>${note}</p>` : nothing}
  </div>`;
}

/** Nothing stands between it and its effect; it can be pressed although nothing is on. */
function stopView({ pattern, label, done }: StopModel, { session, model, unsent }: Drawing): TemplateResult {
  const stop: Wish = { kind: 'stop', pattern };
  const wish = session.underWay(placeOf(stop));
  const waits = unsent.has(placeOf(stop));
  const note = progressOf({ wish, unsent: waits }, model.words) ?? (done && model.words.nothingOn);
  return html`<div part=${partsOf('stop', { wish, unsent: waits })} data-pattern=${pattern}>
    <button part="button stop-button" type="button" @click=${() => session.wish(stop)}>${label}</button>
    ${note ? html`<p part="note">${note}</p>` : nothing}
  </div>`;
}
