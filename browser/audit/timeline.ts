import { html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { firstAbove, type Mark, type Scale, scaleOver, stepped } from './scale.ts';
import { texts } from './texts.ts';
import { timeIn, timeText } from './times.ts';

/** What is looked at: what was true at one time, as far as it was known at another, ms. Undefined: now. */
export interface Moment {
  readonly validAt: number | undefined;
  readonly knownAt: number | undefined;
}

type Track = keyof Moment;

/** Positions of a handle: enough for every pixel of any screen. */
const FINE = 100_000;
/** What was recorded later than this after it was chosen came late, ms. */
const LATE = 5 * 60_000;

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** Both times of every version, and a handle on each. Tells `heed-moment` when one was moved. */
export class HeedTimeline extends LitElement {
  static override properties = {
    marks: { attribute: false },
    moment: { attribute: false },
    now: { attribute: false },
    together: { state: true },
    even: { state: true },
    unreadable: { state: true },
  };

  declare marks: readonly Mark[];
  declare moment: Moment;
  declare now: number;
  declare together: boolean;
  declare even: boolean;
  declare unreadable: Track | undefined;

  constructor() {
    super();
    this.marks = [];
    this.moment = { validAt: undefined, knownAt: undefined };
    this.now = Date.now();
    this.together = false;
    this.even = false;
  }

  protected override createRenderRoot(): this {
    return this;
  }

  #move(moment: Moment): void {
    this.unreadable = undefined;
    this.dispatchEvent(new CustomEvent<Moment>('heed-moment', { detail: moment, bubbles: true }));
  }

  #set(track: Track, at: number | undefined): void {
    this.#move(this.together ? { validAt: at, knownAt: at } : { ...this.moment, [track]: at });
  }

  /** The times of a track, rising, each once. */
  #times(track: Track): readonly number[] {
    const name = track === 'validAt' ? 'occurredAt' : 'recordedAt';
    return [...new Set(this.marks.map((mark) => mark[name]))].sort((a, b) => a - b);
  }

  #pressed(track: Track, event: KeyboardEvent): void {
    const steps = STEPS[event.key];
    if (steps === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#set(track, stepped(this.#times(track), this.moment[track], steps));
  }

  #dragged(track: Track, { event, scale }: { event: Event; scale: Scale }): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const place = Number(event.target.value) / FINE;
    this.#set(track, place >= 1 ? undefined : scale.time(place));
  }

  #written(track: Track, event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const text = event.target.value.trim();
    const at = timeIn(text);
    if (text === '' || at !== undefined) this.#set(track, at);
    else this.unreadable = track;
  }

  protected override render(): TemplateResult {
    const scale = scaleOver(this.marks, this);
    const { timeline } = texts;
    return html`<p class="hint" id="timeline-keys">${timeline.legend} ${timeline.keys}</p>
      <div class="tracks">
        ${this.#handle('validAt', scale)}
        ${this.#drawing(scale)}
        ${this.#handle('knownAt', scale)}
      </div>
      <div class="row">
        ${this.#exact('validAt')} ${this.#exact('knownAt')}
        <button type="button" @click=${() => this.#move({ validAt: undefined, knownAt: undefined })}>${timeline.toNow}</button>
        ${this.#box('together', timeline.together)} ${this.#box('even', timeline.scale)}
      </div>`;
  }

  #box(name: 'together' | 'even', label: string): TemplateResult {
    const toggle = (): void => {
      this[name] = !this[name];
    };
    return html`<label class="check"><input type="checkbox" name=${name} .checked=${this[name]} @change=${toggle}> ${label}</label>`;
  }

  #handle(track: Track, scale: Scale): TemplateResult {
    const at = this.moment[track];
    const { timeline } = texts;
    return html`<label class="track"><span class="named"><b>${timeline[track]}</b>
        <span>${track === 'validAt' ? timeline.validHint : timeline.knownHint}</span></span>
      <input type="range" name=${track} min="0" max=${FINE} aria-describedby="timeline-keys"
        .value=${live(String(at === undefined ? FINE : Math.min(FINE - 1, Math.round(scale.place(at) * FINE))))}
        aria-valuetext=${this.#spoken(track)}
        @input=${(event: Event) => this.#dragged(track, { event, scale })}
        @keydown=${(event: KeyboardEvent) => this.#pressed(track, event)}></label>`;
  }

  /** What a handle stands at, in words: the time, and which version it is the time of. */
  #spoken(track: Track): string {
    const at = this.moment[track];
    const { timeline } = texts;
    if (at === undefined) return timeline.now;
    const name = track === 'validAt' ? 'occurredAt' : 'recordedAt';
    const sorted = [...this.marks].sort((a, b) => a[name] - b[name]);
    const last =
      sorted[
        firstAbove(
          sorted.map((mark) => mark[name]),
          at,
        ) - 1
      ];
    return `${timeText(at)}, ${last ? timeline.after(last.version) : timeline.before}`;
  }

  #exact(track: Track): TemplateResult {
    const { timeline } = texts;
    const at = this.moment[track];
    const wrong = this.unreadable === track;
    const hint = `exact-${track}`;
    return html`<label class="field"><span>${timeline.exact(timeline[track])}</span>
      <input name=${`exact-${track}`} autocomplete="off" spellcheck="false" placeholder=${timeline.now}
        .value=${live(at === undefined ? '' : timeText(at).replace(' UTC', ''))} aria-describedby=${hint}
        aria-invalid=${wrong ? 'true' : nothing} @change=${(event: Event) => this.#written(track, event)}>
      <span class="hint" id=${hint} role=${wrong ? 'alert' : nothing}>${wrong ? timeline.unreadable : timeline.format}</span></label>`;
  }

  /** Thousands of versions are two paths: what nobody could tell apart is drawn once. */
  #drawing(scale: Scale): TemplateResult {
    const lines = { late: new Set<string>(), prompt: new Set<string>() };
    for (const { occurredAt, recordedAt } of this.marks) {
      const [chosen, told] = [occurredAt, recordedAt].map((at) => (scale.place(at) * 1000).toFixed(1));
      lines[recordedAt - occurredAt > LATE ? 'late' : 'prompt'].add(`M${chosen} 0V8L${told} 56V64`);
    }
    return html`<svg viewBox="0 0 1000 64" preserveAspectRatio="none" aria-hidden="true">
      ${svg`<path class="prompt" d=${[...lines.prompt].join('')}></path><path class="late" d=${[...lines.late].join('')}></path>`}
    </svg>`;
  }
}
