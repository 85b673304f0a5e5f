import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { PACK_STATES, wordOf } from '../../lib/page/staff-words.ts';
import { isPack, type Pack } from './answers.ts';
import { Asked } from './asked.ts';
import { fieldIn } from './find.ts';
import { howToCheck } from './how-to-check.ts';
import { answered, Pane } from './pane.ts';
import { hashOf, rename } from './route.ts';
import { texts } from './texts.ts';
import { timeIn } from './written.ts';

/** How soon it is asked how far a pack is, ms; each time later, for each time is put on record. */
const SOONEST = 2_000;
const LATEST = 60_000;

/** Packs of a period or of one source: made in the background, asked after until they are done. */
export class HeedPacks extends Pane {
  static override properties = { ...Pane.properties, wrong: { state: true } };
  declare wrong: boolean;
  readonly #pack = new Asked<Pack>(this);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What is waited for is asked of only while somebody sees it. */
  #waiting: string | undefined;
  #wait = SOONEST;

  /** Another address is another pack. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('place')) return;
    this.#rest();
    this.#pack.clear();
    const { id } = this.place.query;
    if (id !== undefined) void this.#look(id);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#turned);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#turned);
    this.#rest();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#waiting = undefined;
    this.#wait = SOONEST;
  }

  readonly #turned = (): void => {
    clearTimeout(this.#timer);
    if (!document.hidden && this.#waiting !== undefined) this.#later(this.#waiting);
  };

  #later(id: string): void {
    this.#waiting = id;
    if (document.hidden) return;
    this.#timer = setTimeout(() => void this.#look(id), this.#wait);
    this.#wait = Math.min(LATEST, this.#wait * 1.5);
  }

  readonly #order = async (event: SubmitEvent): Promise<void> => {
    const [from, to] = [timeIn(fieldIn(event, 'from')), timeIn(fieldIn(event, 'to'))];
    const source = fieldIn(event, 'source');
    this.wrong = from === undefined || to === undefined;
    if (from === undefined || to === undefined) return;
    const period = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    const body = { ...period, ...(source !== '' && { source }) };
    await this.#pack.act((signal) => this.session.ask({ path: '/v1/evidence-packs', body, signal }, isPack));
    const { value, trouble } = this.#pack;
    if (trouble !== '' || !value) return;
    this.#rest();
    rename(hashOf('packs', { query: { id: value.id } }));
    this.#await(value);
  };

  async #look(id: string): Promise<void> {
    const path = `/v1/evidence-packs/${encodeURIComponent(id)}`;
    await this.#pack.ask((signal) => this.session.ask({ path, signal }, isPack));
    if (this.#pack.value && this.#pack.trouble === '') this.#await(this.#pack.value);
  }

  #await({ id, state }: Pack): void {
    clearTimeout(this.#timer);
    if (state !== 'done' && state !== 'failed') {
      if (this.isConnected) this.#later(id);
      return;
    }
    this.#rest();
    this.announce(texts.packs.state(wordOf(PACK_STATES, state)));
  }

  protected override render(): TemplateResult {
    const { packs, titles } = texts;
    return html`<h1 tabindex="-1">${titles.packs}</h1><p>${packs.intro}</p>
      <form class="card filters" @submit=${this.#order}>
        ${this.#time('from', packs.from)} ${this.#time('to', packs.to)}
        <label class="field"><span>${packs.source}</span><select name="source"><option value="">${texts.search.any}</option>
          ${this.catalogue?.sources.map(({ id, title }) => html`<option value=${id}>${title} (${id})</option>`) ?? nothing}</select></label>
        ${this.wrong ? html`<p class="hint" role="alert">${texts.timeline.unreadable}</p>` : nothing}
        <p class="row"><button class="primary" type="submit" ?disabled=${this.#pack.busy}>${packs.order}</button></p>
      </form>
      ${answered(this.#pack, packView)}`;
  }

  #time(name: 'from' | 'to', label: string): TemplateResult {
    return html`<label class="field"><span>${label}</span><input name=${name} required autocomplete="off" placeholder=${texts.search.time}></label>`;
  }
}

function packView({ id, state, versions, of, bytes, file, reason }: Pack): TemplateResult {
  const { packs } = texts;
  return html`<div class="said"><p>${packs.state(wordOf(PACK_STATES, state))}</p>
    ${of === undefined || state === 'done' ? nothing : html`<progress aria-label=${texts.titles.packs} max=${of} value=${versions}></progress>`}
    <p>${packs.far(versions, of, bytes)}</p>
    ${reason === undefined ? nothing : html`<p>${reason}</p>`}
    ${file === undefined ? nothing : html`<p><a href=${file} download=${`evidence-pack-${id}.zip`} rel="noreferrer">${packs.download}</a></p>${howToCheck(`evidence-pack-${id}.zip`)}`}</div>`;
}
