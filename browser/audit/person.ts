import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { type Deliveries, isDeliveries, isRecord } from './answers.ts';
import { Asked } from './asked.ts';
import { behindIn, deliveriesAt, momentView, type Seen, titleOf, versus } from './moment-view.ts';
import { Parts } from './narrow.ts';
import { answered, Pane, troubled } from './pane.ts';
import { personHead } from './person-head.ts';
import { hashOf, type Query, rename } from './route.ts';
import type { Answer } from './session.ts';
import { texts } from './texts.ts';
import type { Moment } from './timeline.ts';
import { Versions } from './versions.ts';
import { timeIn } from './written.ts';

/** A handle on its way asks only where it rests, ms: every question is put on record. */
const REST = 200;

const NOW: Moment = { validAt: undefined, knownAt: undefined };

/** All that can be asked about one person, at any moment. */
export class HeedPerson extends Pane {
  readonly #seen = new Asked<Seen>(this);
  readonly #told = new Asked<Deliveries>(this);
  readonly #parts = new Parts(this, 'timeline', 'moment');
  #versions: Versions | undefined;
  #moment: Moment = NOW;
  /** The moment that was last asked about. */
  #asked: Moment = NOW;
  #selected: number | undefined;
  /** Every destination is listed, on a phone too. */
  #all = false;
  #opened = Date.now();
  #rest: ReturnType<typeof setTimeout> | undefined;

  get #subject(): string {
    return this.place.subject ?? '';
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('place')) return;
    const before = changed.get('place')?.subject;
    const { validAt = '', knownAt = '', version = '' } = this.place.query;
    this.#moment = { validAt: timeIn(validAt), knownAt: timeIn(knownAt) };
    this.#selected = /^\d{1,9}$/.test(version) ? Number(version) : undefined;
    if (before !== this.#subject) this.#begin();
    if (before !== this.#subject || this.#isUnasked) void this.#ask();
    this.#reach();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#rest);
  }

  #begin(): void {
    this.#opened = Date.now();
    this.#versions = new Versions(this, { session: this.session, subject: this.#subject });
    void this.#versions.older();
    for (const one of [this.#seen, this.#told]) one.clear();
  }

  /** Loads as far back as the version that is wanted. */
  #reach(): void {
    const wanted = this.#selected;
    if (wanted === undefined) return;
    void this.#versions?.until(() => this.#versions?.find(wanted) !== undefined);
  }

  readonly #moved = (event: Event): void => {
    if (!(event instanceof CustomEvent)) return;
    const { validAt, knownAt, onItsWay } = event.detail;
    this.#moment = { validAt, knownAt };
    this.requestUpdate();
    clearTimeout(this.#rest);
    if (onItsWay) this.#rest = setTimeout(this.#settle, REST);
    else this.#settle();
  };

  /** A handle that is let go of where it had rested has its answer already. */
  readonly #settle = (): void => {
    this.#rest = undefined;
    this.#rename();
    if (this.#isUnasked) void this.#ask();
  };

  get #isUnasked(): boolean {
    const { validAt, knownAt } = this.#asked;
    return validAt !== this.#moment.validAt || knownAt !== this.#moment.knownAt;
  }

  readonly #select = (event: Event): void => {
    if (!(event instanceof CustomEvent)) return;
    this.#selected = event.detail;
    this.#rename();
    this.requestUpdate();
  };

  #rename(): void {
    const { subject, query } = { subject: this.#subject, query: this.#query(this.#moment) };
    rename(hashOf('person', { subject, query: { ...query, version: this.#selected?.toString() } }));
  }

  #query({ validAt, knownAt }: Moment): Query {
    const iso = (at: number | undefined): string | undefined =>
      at === undefined ? undefined : new Date(at).toISOString();
    return { validAt: iso(validAt), knownAt: iso(knownAt) };
  }

  #path(rest: string, query: Query): string {
    const said = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    const search = said.length === 0 ? '' : `?${new URLSearchParams(said)}`;
    return `/v1/subjects/${encodeURIComponent(this.#subject)}${rest}${search}`;
  }

  async #ask(): Promise<void> {
    const moment = this.#moment;
    this.#asked = moment;
    const { validAt, knownAt } = moment;
    const { knownAt: at } = this.#query({ validAt, knownAt: knownAt ?? validAt });
    void this.#told.ask((signal) =>
      this.session.ask({ path: this.#path('/deliveries', { at }), signal }, isDeliveries),
    );
    await this.#seen.ask((signal) => this.#look(moment, signal));
    const { value: seen, trouble } = this.#seen;
    if (seen && trouble === '')
      this.announce(`${titleOf(moment)}: ${texts.moment.rows(seen.value.choices.length)}`);
  }

  /** The answers at a moment, and what they are compared with. */
  async #look(moment: Moment, signal: AbortSignal): Promise<Answer<Seen>> {
    const record = (at: Moment) =>
      this.session.ask({ path: this.#path('', this.#query(at)), signal }, isRecord);
    const compared = versus(moment);
    const [value, other] = await Promise.all([record(moment), compared && record(compared)]);
    if (value.kind === 'trouble') return value;
    if (other?.kind === 'trouble') return other;
    return { kind: 'done', body: { value: value.body, other: other?.body, moment } };
  }

  protected override render(): TemplateResult {
    const { heading, sections } = texts.person;
    const subject = this.#subject;
    const place = { subject, query: this.#query(this.#moment) };
    return html`<h1 tabindex="-1">${heading(subject)}</h1>
      ${personHead(this.#seen.value?.value, this.#versions)}
      ${this.#parts.view({ name: 'timeline', title: texts.timeline.title, body: this.#timeline() })}
      ${this.#parts.view({ name: 'moment', title: sections.moment, busy: this.#rest !== undefined, body: answered(this.#seen, (seen) => momentView({ ...seen, place })) })}
      ${this.#parts.view({ name: 'told', title: sections.told, body: answered(this.#told, (value) => this.#toldOf(value)) })}
      ${this.#parts.view({ name: 'versions', title: sections.versions, body: this.#list() })}
      ${this.#detail()}
      <heed-proofs .session=${this.session} .subject=${subject} .count=${this.#versions?.count ?? 0}></heed-proofs>
      <heed-person-acts .session=${this.session} .subject=${subject} .catalogue=${this.catalogue}></heed-person-acts>`;
  }

  /** On a phone those that have the newest version are counted, until somebody wants to see them. */
  #toldOf(value: Deliveries): TemplateResult {
    const behind = this.#parts.narrow.is && !this.#all ? behindIn(value) : value.deliveries;
    const showAll = (): void => {
      this.#all = true;
      this.requestUpdate();
    };
    const others = value.deliveries.length - behind.length;
    return html`${others > 0 && behind.length === 0 ? nothing : deliveriesAt(behind)}
      ${others === 0 ? nothing : html`<p class="row"><span>${texts.told.others(others)}</span> <button type="button" @click=${showAll}>${texts.told.all}</button></p>`}`;
  }

  #timeline(): TemplateResult {
    const versions = this.#versions;
    if (!versions) return html``;
    const { timeline } = texts;
    const older = (enough: () => boolean) => () => void versions.until(enough);
    const target = versions.loaded.length + 1;
    return html`<heed-timeline .marks=${versions.marks} .moment=${this.#moment} .now=${this.#opened}
        @heed-moment=${this.#moved}></heed-timeline>
      <p class="row"><span>${timeline.shown(versions.loaded.length, versions.count)}</span>
        ${
          versions.whole
            ? nothing
            : html`<button type="button" ?disabled=${versions.busy} @click=${older(() => versions.loaded.length >= target)}>${timeline.older}</button>
              <button type="button" ?disabled=${versions.busy} @click=${older(() => false)}>${timeline.all}</button>`
        }</p>
      ${versions.trouble === '' ? nothing : troubled(versions.trouble, () => void versions.older())}`;
  }

  #list(): TemplateResult {
    const versions = this.#versions;
    return html`<heed-version-list .versions=${versions?.loaded ?? []} .whole=${versions?.whole ?? false} .selected=${this.#selected}
      @heed-selected=${this.#select} @heed-older=${() => void versions?.older()}></heed-version-list>`;
  }

  #detail(): TemplateResult | typeof nothing {
    const version = this.#selected === undefined ? undefined : this.#versions?.find(this.#selected);
    if (!version)
      return this.#selected !== undefined && this.#versions?.whole
        ? html`<p>${texts.person.noVersion(this.#selected)}</p>`
        : nothing;
    return html`<heed-version .session=${this.session} .subject=${this.#subject} .version=${version}></heed-version>`;
  }
}
