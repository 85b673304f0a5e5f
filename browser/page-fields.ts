import type { ControlModel, PageModel, PreferenceModel, StopModel } from '../lib/page/model.ts';

/** The page as it is shown. */
export function drawnOn(form: HTMLFormElement): Pick<PageModel, 'version' | 'notice'> {
  const { id = '', version = '', language = '', sha256 = '' } = noticeIn(form)?.dataset ?? {};
  const text = noticeIn(form)?.textContent ?? '';
  return { version: Number(hidden(form, 'version')?.value), notice: { id, version, language, sha256, text } };
}

const noticeIn = (form: HTMLFormElement) => form.querySelector<HTMLElement>('[data-notice]');
const hidden = (form: HTMLFormElement, name: string) =>
  form.querySelector<HTMLInputElement>(`input[type=hidden][name=${name}]`);
const all = (form: HTMLFormElement, selector: string) => form.querySelectorAll<HTMLElement>(selector);
const controlKey = ({ topic, channel }: Pick<ControlModel, 'topic' | 'channel'>) => `${topic} ${channel}`;

/**
 * Puts what is committed now into the page as it stands: nothing moves, and the focus stays where it is. It is kept where
 * HTML keeps it, in the defaults of the fields; what a field shows beyond that is a wish on its way.
 */
export function draw(form: HTMLFormElement, model: PageModel): void {
  const topics = model.brands.flatMap((brand) => brand.topics);
  const controls = new Map(topics.flatMap((topic) => topic.controls).map((one) => [controlKey(one), one]));
  const preferences = [...model.preferences, ...topics.flatMap((topic) => topic.preferences)];
  const stops = [model.stop, ...model.brands.map((brand) => brand.stop)];
  const version = hidden(form, 'version');
  if (version) version.value = String(model.version);
  drawNotice(form, model);
  for (const box of all(form, '[data-control]')) {
    const key = box.dataset['control'] ?? '';
    drawControl(box, controls.get(key));
    controls.delete(key);
  }
  for (const control of controls.values()) drawControl(added(form, control), control);
  for (const one of preferences) drawPreference(form, one);
  for (const one of stops) drawStop(form, one);
  line(form.querySelector('[data-restriction]'), model.restriction);
  drawSignal(form.querySelector<HTMLElement>('[data-signal]'), model.signal);
  line(form.querySelector('[data-last]'), model.last);
}

function drawSignal(place: HTMLElement | null, signal: PageModel['signal']): void {
  line(place, signal?.text);
  if (place && signal) place.dataset['honoured'] = String(signal.honoured);
}

/** The text that counts for what is tapped from now on. */
function drawNotice(form: HTMLFormElement, { notice, words }: PageModel): void {
  const place = noticeIn(form);
  const { id, version, language, sha256, text } = notice;
  if (!place || place.dataset['sha256'] === sha256) return;
  const name = `${id}/${version}/${language}`;
  const field = hidden(form, 'notice');
  if (field) field.value = name;
  Object.assign(place.dataset, { notice: name, id, version, language, sha256 });
  place.lang = language;
  place.textContent = text;
  const link = place.parentElement?.querySelector('a');
  if (link) link.href = `/notices/${name}`;
  line(link ?? null, words.noticeVersion);
}

/** One that is offered no more is off: it was shown because it was on. */
function drawControl(box: HTMLElement | undefined, control: ControlModel | undefined): void {
  const field = box?.querySelector<HTMLInputElement>('input[name=on]');
  if (!box || !field) return;
  field.defaultChecked = control?.on ?? false;
  box.dataset['state'] = control?.state ?? 'none';
  line(box.querySelector('[data-note]'), control?.note);
  box.querySelector('[data-error]')?.remove();
  field.removeAttribute('aria-invalid');
}

/** A control that was not there: somebody has switched on elsewhere what is not offered here. */
function added(form: HTMLFormElement, control: ControlModel): HTMLElement | undefined {
  const { topic, label, name } = control;
  const beside = [...all(form, `[data-control^="${CSS.escape(topic)} "]`)].at(-1);
  const box = beside?.cloneNode(true);
  if (!(box instanceof HTMLElement)) return undefined;
  const key = controlKey(control);
  const id = `field:${key.replace(' ', ':')}`;
  box.dataset['control'] = key;
  for (const field of box.querySelectorAll('input')) field.value = key;
  box.querySelector('[role=switch]')?.setAttribute('aria-label', name);
  for (const [selector, attribute, value] of [
    ['label', 'for', id],
    ['[role=switch]', 'id', id],
    ['[role=switch]', 'aria-describedby', `${id}:note`],
    ['[data-note]', 'id', `${id}:note`],
  ] as const)
    box.querySelector(selector)?.setAttribute(attribute, value);
  line(box.querySelector('.label'), label);
  beside?.after(box);
  return box;
}

function drawPreference(form: HTMLFormElement, { key, value }: PreferenceModel): void {
  const box = form.querySelector(`[data-preference="${CSS.escape(key)}"]`);
  for (const radio of box?.querySelectorAll('input') ?? []) radio.defaultChecked = radio.value === value;
  for (const option of box?.querySelectorAll('option') ?? [])
    option.defaultSelected = option.value === (value ?? '');
}

function drawStop(form: HTMLFormElement, { pattern, done }: StopModel): void {
  const box = form.querySelector(`[data-stop="${CSS.escape(pattern)}"]`);
  box?.toggleAttribute('data-done', done);
  box?.querySelector('[data-stopped]')?.toggleAttribute('hidden', !done);
}

function line(place: HTMLElement | null, text: string | undefined): void {
  if (!place) return;
  place.textContent = text ?? '';
  place.hidden = text === undefined;
}
