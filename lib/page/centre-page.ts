import { html, raw } from 'hono/html';
import type { AssetNames } from './assets.ts';
import { brandMarkup, controlKey, type Errors, fieldId, interestsMarkup, stopMarkup } from './controls.ts';
import type { ControlModel, PageModel, SignalModel } from './model.ts';
import type { Voice } from './say.ts';
import { documentOf, type LanguageLink, type Markup } from './shell.ts';

export interface CentrePage {
  readonly voice: Voice;
  readonly assets: AssetNames;
  readonly model: PageModel;
  /** Where the form is posted: this page's own path, with `?lang=` where one was asked for. */
  readonly address: string;
  readonly languages: readonly LanguageLink[];
  /** What became of the form that was sent. */
  readonly status?: { readonly kind: 'saved' | 'asked' | 'error'; readonly text: string };
  /** What is wrong, by control (`acme/newsletter email`) or preference key. */
  readonly errors?: Errors;
  /** What she is asked again: it was stopped elsewhere after the page she sent was drawn. */
  readonly asked?: readonly Pick<ControlModel, 'topic' | 'channel'>[];
  readonly help?: string | undefined;
}

/** The preference centre. It works as it is: the script only saves a tap and a round trip. */
export const centrePage = (page: CentrePage): Promise<string> => {
  const { voice, assets, languages, status, help } = page;
  const title = voice.say(voice.messages.page.title);
  return documentOf({
    ...{ voice, assets, languages, help },
    /** Read first when the page is there: what became of the form. */
    title: status ? `${status.text} – ${title}` : title,
    main: formMarkup(page),
    script: true,
    skipTo: '#choices',
  });
};

/** `/p/{token}/history`, in the same language. */
const historyOf = (address: string): string => address.replace(/(\?.*)?$/s, (query) => `/history${query}`);

function formMarkup(page: CentrePage): Markup {
  const { voice, model, address, errors = {}, asked = [] } = page;
  const { say, messages } = voice;
  const { id, version, language } = model.notice;
  const drawing = { voice, errors, asked: new Set(asked.map(controlKey)) };
  return html`<form method="post" action="${address}" data-centre data-words="${JSON.stringify(model.words)}">
<input type="hidden" name="version" value="${model.version}">
<input type="hidden" name="notice" value="${id}/${version}/${language}">
<button class="unseen" name="save" value="1" tabindex="-1" aria-hidden="true">${say(messages.page.save)}</button>
${saidMarkup(page)}
${leadMarkup(page)}
${noticeMarkup(model)}
${stopMarkup(model.stop, voice)}
<div id="choices" tabindex="-1">
${model.brands.map((brand) => brandMarkup(brand, drawing))}
${interestsMarkup(model, drawing)}
</div>
<p class="last"><span data-last>${model.last ?? ''}</span> <a href="${historyOf(address)}">${say(messages.page.history)}</a></p>
${barMarkup(voice)}
</form>`;
}

/** What became of the form stands on top and takes the focus; what is wrong or asked again leads to its field. */
function saidMarkup({ status, errors = {}, asked = [], model }: CentrePage): Markup | undefined {
  if (!status) return undefined;
  const names = namesOf(model);
  const told = [
    ...asked.map((one) => [controlKey(one), names.get(controlKey(one)) ?? ''] as const),
    ...Object.entries(errors),
  ].map(([key, text]) =>
    names.has(key) ? html`<li><a href="#${fieldId(key)}">${text}</a></li>` : html`<li>${text}</li>`,
  );
  return html`<div class="said ${status.kind}" role="${status.kind === 'error' ? 'alert' : 'status'}" tabindex="-1" autofocus data-said>
<p>${status.text}</p>
${told.length > 0 && html`<ul>${told}</ul>`}
</div>`;
}

/** What every field of the page is called, by control or key. */
function namesOf({ brands, preferences }: PageModel): ReadonlyMap<string, string> {
  const topics = brands.flatMap((brand) => brand.topics);
  const controls = topics.flatMap((topic) => topic.controls);
  const all = [...preferences, ...topics.flatMap((topic) => topic.preferences)];
  return new Map([
    ...controls.map((control) => [controlKey(control), control.name] as const),
    ...all.map(({ key, title }) => [key, title] as const),
  ]);
}

function leadMarkup({ voice, model }: CentrePage): Markup {
  const { say, messages, list } = voice;
  const yours = model.identifiers.map(({ label, value }) => `${label} \u2068${value}\u2069`);
  return html`<div class="lead">
<h1>${say(messages.page.title)}</h1>
${yours.length > 0 && html`<p class="yours">${say(messages.page.yours, { list: list(yours) })}</p>`}
<p class="signal" data-restriction${model.restriction === undefined && html` hidden`}>${model.restriction ?? ''}</p>
${signalMarkup(model.signal)}
</div>`;
}

const signalMarkup = (signal: SignalModel | undefined): Markup =>
  html`<p class="signal" data-signal${signal && html` data-honoured="${String(signal.honoured)}"`}${!signal && html` hidden`}>${signal?.text ?? ''}</p>`;

/** The notice exactly as it is kept: its text content is what the digest is of. */
function noticeMarkup({ notice, words }: PageModel): Markup {
  const { id, version, language, sha256, text } = notice;
  const name = `${id}/${version}/${language}`;
  return html`<section class="notice" aria-labelledby="notice-title">
<div class="head">
<h2 id="notice-title">${words.notice}</h2>
<p class="source"><a href="/notices/${name}">${words.noticeVersion}</a></p>
</div>
<div class="text" lang="${language}" dir="auto" data-notice="${name}" data-id="${id}" data-version="${version}" data-language="${language}" data-sha256="${sha256}">${exact(text)}</div>
</section>`;
}

/** A browser reads a bare carriage return as a line feed. */
const exact = (text: string): readonly Markup[] =>
  text.split('\r').map((part, index) => html`${index > 0 && raw('&#13;')}${part}`);

/** Stays in sight. Without a script it saves; with one it says what became of each tap. */
const barMarkup = ({ say, messages }: Voice): Markup => html`<div class="bar" data-bar>
<p role="status" data-status></p>
<p class="unsaved">${say(messages.page.unsaved)}</p>
<button type="button" class="quiet" data-undo hidden>${say(messages.page.undo)}</button>
<button type="button" class="quiet" data-retry hidden>${say(messages.page.retry)}</button>
<button class="primary" name="save" value="1" data-save>${say(messages.page.save)}</button>
</div>`;
