import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { ACTORS, wordOf } from '../../lib/page/staff-words.ts';
import { isWhole, type Version } from './answers.ts';
import { Narrow } from './narrow.ts';
import { type Column, table } from './pane.ts';
import { said } from './said.ts';
import { PROMPT } from './scale.ts';
import { texts } from './texts.ts';
import { lasting, timeOf } from './times.ts';

/** Rows on the page at once, and on a phone: thousands of versions are paged through. */
const ROWS = 25;
const FEW_ROWS = 8;

/** The versions that are loaded, newest first, a page of them at a time. Tells `heed-selected` with a version's number. */
export class HeedVersionList extends LitElement {
  static override properties = {
    versions: { attribute: false },
    whole: { attribute: false },
    selected: { attribute: false },
    from: { state: true },
  };

  declare versions: readonly Version[];
  declare whole: boolean;
  declare selected: number | undefined;
  declare from: number;
  readonly #narrow = new Narrow(this);

  constructor() {
    super();
    this.versions = [];
    this.whole = false;
    this.from = 0;
  }

  protected override createRenderRoot(): this {
    return this;
  }

  /** What is selected elsewhere is on the page that is shown. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.selected === undefined || !(changed.has('selected') || changed.has('versions'))) return;
    const index = this.versions.findIndex(({ version }) => version === this.selected);
    if (index >= 0) this.from = Math.floor(index / this.#rows) * this.#rows;
  }

  get #rows(): number {
    return this.#narrow.is ? FEW_ROWS : ROWS;
  }

  #tell(type: string, detail?: number | string): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
  }

  #turn(rows: number): void {
    this.from = Math.max(0, this.from + rows);
    if (this.from + this.#rows >= this.versions.length && !this.whole) this.#tell('heed-older');
    this.#tell('heed-said', this.#range());
  }

  #shown(): readonly Version[] {
    return this.versions.slice(this.from, this.from + this.#rows);
  }

  #range(): string {
    const rows = this.#shown();
    const [first, last] = [rows[0]?.version, rows.at(-1)?.version];
    return first === undefined ? '' : texts.versions.range(last ?? first, first);
  }

  protected override render(): TemplateResult {
    const { versions } = texts;
    const rows = this.#shown();
    return html`${table({
      ...{ caption: texts.person.sections.versions, rows, empty: versions.empty, columns: this.#columns() },
      marked: ({ version }) => version === this.selected,
    })}
    ${
      this.versions.length <= this.#rows
        ? nothing
        : html`<p class="row"><span>${this.#range()}</span>
          <button type="button" ?disabled=${this.from === 0} @click=${() => this.#turn(-this.#rows)}>${versions.newer}</button>
          <button type="button" ?disabled=${this.from + this.#rows >= this.versions.length} @click=${() => this.#turn(this.#rows)}>${versions.older}</button></p>`
    }`;
  }

  #columns(): readonly Column<Version>[] {
    const { columns } = texts.versions;
    const whole = <T>(
      version: Version,
      show: (one: Extract<Version, { recordedAt: string }>) => T,
    ): T | string => (isWhole(version) ? show(version) : '–');
    return [
      { title: columns.version, names: true, cell: (one) => this.#button(one) },
      { title: columns.chosen, cell: (one) => whole(one, ({ evidence }) => timeOf(evidence.occurredAt)) },
      { title: columns.recorded, cell: (one) => whole(one, (said) => recordedOf(said)) },
      {
        title: columns.source,
        cell: (one) =>
          whole(one, ({ evidence }) => `${evidence.source}, ${wordOf(ACTORS, evidence.actor.kind)}`),
      },
      { title: columns.said, cell: (one) => whole(one, said) },
    ];
  }

  #button(version: Version): TemplateResult {
    const { version: number } = version;
    const { versions } = texts;
    return html`<button type="button" aria-current=${number === this.selected ? 'true' : nothing}
      @click=${() => this.#tell('heed-selected', number)}>${versions.open(number)}</button>
      ${isWhole(version) ? nothing : html`<b class="bad">${versions.broken}</b>`}`;
  }
}

type Whole = Extract<Version, { recordedAt: string }>;

function recordedOf({ recordedAt, evidence }: Whole): TemplateResult {
  const late = Date.parse(recordedAt) - Date.parse(evidence.occurredAt);
  return html`${timeOf(recordedAt)} ${late > PROMPT ? html`<b class="late">${texts.versions.late(lasting(late))}</b>` : nothing}`;
}
