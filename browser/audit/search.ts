import { html, type PropertyValues, type TemplateResult } from 'lit';
import {
  ACTORS,
  CHANNELS,
  DELIVERY_OUTCOMES,
  deliveryWords,
  STATES,
  wordOf,
} from '../../lib/page/staff-words.ts';
import { type Hit, isSearch, type Search } from './answers.ts';
import { More } from './more.ts';
import { Pane, table, titlesOf } from './pane.ts';
import { hashOf } from './route.ts';
import { texts } from './texts.ts';
import { timeOf } from './times.ts';
import { isId, timeIn } from './written.ts';

const SAID = ['granted', 'withdrawn', 'pending'];
const WHO = ['subject', 'agent', 'system', 'import'];
const BECAME = [
  'delivered',
  'pending',
  'overtaken',
  'skipped',
  'held',
  'needs-user-action',
  'failed',
  'not-told',
];

const FIELDS = [
  'from',
  'to',
  'topic',
  'channel',
  'state',
  'source',
  'actor',
  'notice',
  'import',
  'destination',
  'outcome',
] as const;
type Field = (typeof FIELDS)[number];

/** Searches versions across all people. What is sought stands in the address, so that it can be gone back to. */
export class HeedSearch extends Pane {
  static override properties = { ...Pane.properties, wrong: { state: true } };
  declare wrong: Field | undefined;
  readonly #hits = new More<Hit, Search>(this, { is: isSearch, rows: ({ versions }) => versions });

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('place'))
      void this.#hits.first(this.session, { path: '/v1/search', query: this.place.query });
  }

  readonly #send = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!(event.target instanceof HTMLFormElement)) return;
    const form = new FormData(event.target);
    const said = FIELDS.map((field) => [field, String(form.get(field) ?? '').trim()] as const);
    this.wrong = said.find(([field, text]) => text !== '' && !isSound(field, text))?.[0];
    if (this.wrong !== undefined) return;
    const query = Object.fromEntries(
      said.map(([field, text]) => [field, isTime(field) ? isoOf(text) : text]),
    );
    const hash = hashOf('search', { query });
    if (hash === location.hash) void this.#hits.first(this.session, { path: '/v1/search', query });
    else location.hash = hash;
  };

  protected override render(): TemplateResult {
    const { search, titles } = texts;
    return html`<h1 tabindex="-1">${titles.search}</h1>
      <form class="card filters" @submit=${this.#send}>
        ${FIELDS.map((field) => this.#field(field))}
        <p class="row"><button class="primary" type="submit">${search.go}</button><a href=${hashOf('search')}>${search.clear}</a></p>
      </form>
      ${this.#hits.view((rows) => table({ caption: titles.search, rows, empty: search.empty, columns: columnsOf(search, titlesOf(this.catalogue)) }))}
${this.#hits.page ? indexed(this.#hits.page) : ''}`;
  }

  #field(field: Field): TemplateResult {
    const { search } = texts;
    const value = this.place.query[field] ?? '';
    const choices = this.#choices(field);
    const wrong = this.wrong === field;
    if (choices.length > 0)
      return html`<label class="field"><span>${search.fields[field]}</span><select name=${field}>
        <option value="">${search.any}</option>
        ${choices.map(([id, title]) => html`<option value=${id} ?selected=${id === value}>${title}</option>`)}</select></label>`;
    return html`<label class="field"><span>${search.fields[field]}</span>
      <input name=${field} autocomplete="off" spellcheck="false" .value=${value} aria-invalid=${wrong ? 'true' : 'false'}
        placeholder=${isTime(field) ? search.time : ''}>${wrong ? html`<span class="hint" role="alert">${isTime(field) ? texts.timeline.unreadable : search.noImport}</span>` : ''}</label>`;
  }

  /** What there is to choose from; none: it is written. */
  #choices(field: Field): readonly (readonly [string, string])[] {
    const {
      topics = [],
      channels = [],
      sources = [],
      notices = [],
      destinations = [],
    } = this.catalogue ?? {};
    const plain = (ids: readonly string[]) => ids.map((id) => [id, id] as const);
    const worded = (ids: readonly string[], words: Readonly<Record<string, string>>) =>
      ids.map((id) => [id, wordOf(words, id)] as const);
    const titled = (all: typeof topics) => all.map(({ id, title }) => [id, `${title} (${id})`] as const);
    const all: Partial<Record<Field, readonly (readonly [string, string])[]>> = {
      ...{ topic: titled(topics), source: titled(sources), channel: worded(channels, CHANNELS) },
      ...{ notice: plain(notices), destination: titled(destinations) },
      ...{
        state: worded(SAID, STATES),
        actor: worded(WHO, ACTORS),
        outcome: worded(BECAME, DELIVERY_OUTCOMES),
      },
    };
    return all[field] ?? [];
  }
}

const indexed = ({ indexedUpTo }: Search): TemplateResult =>
  html`<p class="quiet">${indexedUpTo ? html`${texts.search.indexed} ${timeOf(indexedUpTo)}` : texts.search.unindexed}</p>`;

const isTime = (field: Field): boolean => field === 'from' || field === 'to';

/** Nothing that may be somebody’s e-mail or phone number goes into an address. */
const isSound = (field: Field, text: string): boolean =>
  isTime(field) ? timeIn(text) !== undefined : field !== 'import' || isId(text);

function isoOf(text: string): string {
  const at = timeIn(text);
  return at === undefined ? '' : new Date(at).toISOString();
}

const list = (all: readonly string[], words: Readonly<Record<string, string>> = {}): string =>
  all.length === 0 ? '–' : all.map((one) => wordOf(words, one)).join(', ');

const choiceWords = ({ topic, channel, state }: NonNullable<Hit['said']>[number]): string =>
  `${wordOf(STATES, state)}: ${topic} · ${wordOf(CHANNELS, channel)}`;

/** Of what is about more than choices, and where it is not known which was said of which. */
const wordsApart = ({ topics, channels, states }: Hit): string =>
  `${list(states, STATES)}: ${list(topics)} · ${list(channels, CHANNELS)}`;

const columnsOf = ({ columns }: typeof texts.search, titleOf: (destination: string) => string) =>
  [
    { title: columns.recorded, cell: ({ recordedAt }: Hit) => timeOf(recordedAt) },
    {
      title: columns.version,
      names: true,
      cell: ({ subject, version, recordedAt }: Hit) =>
        html`<a href=${hashOf('person', { subject, query: { version: `${version}`, knownAt: recordedAt } })}>${subject} · ${version}</a>`,
    },
    { title: columns.chosen, cell: ({ occurredAt }: Hit) => timeOf(occurredAt) },
    {
      title: columns.said,
      cell: ({ said, ...hit }: Hit) => (said?.length ? said.map(choiceWords).join('; ') : wordsApart(hit)),
    },
    {
      title: columns.source,
      cell: ({ source, actor, import: file }: Hit) =>
        `${source}, ${wordOf(ACTORS, actor)}${file === undefined ? '' : `, ${file}`}`,
    },
    { title: columns.notice, cell: ({ notice }: Hit) => notice ?? '–' },
    {
      title: columns.delivery,
      cell: ({ delivery }: Hit) =>
        delivery ? `${titleOf(delivery.destination)}: ${deliveryWords(delivery.outcome, delivery.by)}` : '–',
    },
  ] as const;
