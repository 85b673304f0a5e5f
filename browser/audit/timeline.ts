import { html, LitElement, noChange, nothing, type PropertyValues, svg, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { firstAbove, type Mark, PROMPT, type Scale, scaleOver, stepped } from './scale.ts';
import { texts } from './texts.ts';
import { timeText } from './times.ts';
import { timeIn } from './written.ts';

/** What is looked at: what was true at one time, as far as it was known at another, ms. Undefined: now. */
export interface Moment {
  readonly validAt: number | undefined;
  readonly knownAt: number | undefined;
}

/** What `heed-moment` tells. */
export interface Moved extends Moment {
  /** A handle that is being dragged, or a key that is held: more is to come. */
  readonly onItsWay: boolean;
}

type Track = keyof Moment;

/** Positions of a handle: enough for every pixel of any screen. */
const FINE = 100_000;

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

/** Both times of every version, and a handle on each. Tells `heed-moment` when one is moved. */
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
  /** Where somebody is writing: what they wrote stays, whatever arrives meanwhile. */
  #writing: Track | undefined;
  /** What only changes with the versions: a handle is moved often, and there may be ten thousand of them. */
  #drawn: Drawn = drawn([], { now: 0, even: false });

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

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('moment')) this.#writing = undefined;
    if (changed.has('marks') || changed.has('now') || changed.has('even'))
      this.#drawn = drawn(this.marks, this);
  }

  #move({ validAt, knownAt }: Moment, onItsWay = false): void {
    this.unreadable = undefined;
    const detail = { validAt, knownAt, onItsWay };
    this.dispatchEvent(new CustomEvent<Moved>('heed-moment', { detail, bubbles: true }));
  }

  #set(track: Track, at: number | undefined, onItsWay = false): void {
    this.#move(this.together ? { validAt: at, knownAt: at } : { ...this.moment, [track]: at }, onItsWay);
  }

  #pressed(track: Track, event: KeyboardEvent): void {
    const steps = STEPS[event.key];
    if (steps === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#set(track, stepped(this.#drawn[track].times, this.moment[track], steps), event.repeat);
  }

  #dragged(track: Track, event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const place = Number(event.target.value) / FINE;
    this.#set(track, place >= 1 ? undefined : this.#drawn.scale.time(place), event.type === 'input');
  }

  #written(track: Track, event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const text = event.target.value.trim();
    const at = timeIn(text);
    if (text === '' || at !== undefined) this.#set(track, at);
    else this.unreadable = track;
  }

  protected override render(): TemplateResult {
    const { timeline } = texts;
    return html`<p class="hint" id="timeline-keys">${timeline.legend} ${timeline.keys}</p>
      <div class="tracks">
        ${this.#handle('validAt')}
        ${this.#drawn.lines}
        ${this.#handle('knownAt')}
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

  #handle(track: Track): TemplateResult {
    const at = this.moment[track];
    const { timeline } = texts;
    return html`<label class="track"><span class="named"><b>${timeline[track]}</b>
        <span>${track === 'validAt' ? timeline.validHint : timeline.knownHint}</span></span>
      <input type="range" name=${track} min="0" max=${FINE} aria-describedby="timeline-keys"
        .value=${live(String(at === undefined ? FINE : Math.min(FINE - 1, Math.round(this.#drawn.scale.place(at) * FINE))))}
        aria-valuetext=${this.#spoken(track)}
        @input=${(event: Event) => this.#dragged(track, event)} @change=${(event: Event) => this.#dragged(track, event)}
        @keydown=${(event: KeyboardEvent) => this.#pressed(track, event)}></label>`;
  }

  /** What a handle stands at, in words: the time, and which version it is the time of. */
  #spoken(track: Track): string {
    const at = this.moment[track];
    const { timeline } = texts;
    if (at === undefined) return timeline.now;
    const { times, versions } = this.#drawn[track];
    const last = versions[firstAbove(times, at) - 1];
    return `${timeText(at)}, ${last !== undefined ? timeline.after(last) : timeline.before}`;
  }

  #exact(track: Track): TemplateResult {
    const { timeline } = texts;
    const at = this.moment[track];
    const wrong = this.unreadable === track;
    const hint = `exact-${track}`;
    const write = (): void => {
      this.#writing = track;
    };
    return html`<label class="field"><span>${timeline.exact(timeline[track])}</span>
      <input name=${`exact-${track}`} autocomplete="off" spellcheck="false" placeholder=${timeline.now}
        .value=${this.#writing === track ? noChange : live(at === undefined ? '' : timeText(at).replace(' UTC', ''))} aria-describedby=${hint}
        aria-invalid=${wrong ? 'true' : nothing} @change=${(event: Event) => this.#written(track, event)} @input=${write}>
      <span class="hint" id=${hint} role=${wrong ? 'alert' : nothing}>${wrong ? timeline.unreadable : timeline.format}</span></label>`;
  }
}

/** The times of a track, rising, each once, and the newest version of each. */
interface Rising {
  readonly times: readonly number[];
  readonly versions: readonly number[];
}

interface Drawn extends Readonly<Record<Track, Rising>> {
  readonly scale: Scale;
  readonly lines: TemplateResult;
}

function drawn(marks: readonly Mark[], options: { readonly now: number; readonly even: boolean }): Drawn {
  const scale = scaleOver(marks, options);
  const rising = (name: 'occurredAt' | 'recordedAt'): Rising => {
    const newest = new Map<number, number>();
    for (const mark of marks) newest.set(mark[name], Math.max(mark.version, newest.get(mark[name]) ?? 0));
    const times = [...newest.keys()].sort((a, b) => a - b);
    return { times, versions: times.map((at) => newest.get(at) ?? 0) };
  };
  return {
    scale,
    lines: linesOf(marks, scale),
    validAt: rising('occurredAt'),
    knownAt: rising('recordedAt'),
  };
}

/** Thousands of versions are two paths: what nobody could tell apart is drawn once. */
function linesOf(marks: readonly Mark[], scale: Scale): TemplateResult {
  const lines = { late: new Set<string>(), prompt: new Set<string>() };
  for (const { occurredAt, recordedAt } of marks) {
    const [chosen, told] = [occurredAt, recordedAt].map((at) => (scale.place(at) * 1000).toFixed(1));
    lines[recordedAt - occurredAt > PROMPT ? 'late' : 'prompt'].add(`M${chosen} 0V8L${told} 56V64`);
  }
  return html`<svg viewBox="0 0 1000 64" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<path class="prompt" d=${[...lines.prompt].join('')}></path><path class="late" d=${[...lines.late].join('')}></path>`}
  </svg>`;
}
