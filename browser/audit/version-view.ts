import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { reasonWords } from '../../lib/page/staff-reasons.ts';
import {
  ACTORS,
  CHANNELS,
  CHOICE_OUTCOMES,
  inSentence,
  methodWords,
  STATES,
  wordOf,
} from '../../lib/page/staff-words.ts';
import {
  type Deliveries,
  type Evidence,
  isDeliveries,
  isWhole,
  type Version,
  type Whole,
} from './answers.ts';
import { Asked } from './asked.ts';
import { outcomeColumns } from './moment-view.ts';
import { answered, table } from './pane.ts';
import { otherwise } from './said.ts';
import type { Session } from './session.ts';
import { texts } from './texts.ts';
import { timeOf } from './times.ts';

/** One version, whole: what it said and became of it, what stands behind it, who was told of it. */
export class HeedVersion extends LitElement {
  static override properties = {
    session: { attribute: false },
    subject: { attribute: false },
    version: { attribute: false },
  };

  declare session: Session;
  declare subject: string;
  declare version: Version;
  readonly #told = new Asked<Deliveries>(this);

  protected override createRenderRoot(): this {
    return this;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.get('version')?.version === this.version.version && !changed.has('subject')) return;
    if (!changed.has('version') && !changed.has('subject')) return;
    const path = `/v1/subjects/${encodeURIComponent(this.subject)}/deliveries?version=${this.version.version}`;
    void this.#told.ask((signal) => this.session.ask({ path, signal }, isDeliveries));
  }

  /** Whoever opened it is taken to it. */
  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('version') && changed.get('version')?.version !== this.version.version)
      this.querySelector<HTMLElement>('h2')?.focus();
  }

  protected override render(): TemplateResult {
    const { version } = this;
    return html`<section class="card" aria-labelledby="version"><h2 id="version" tabindex="-1">${texts.moment.version(version.version)}</h2>
      ${isWhole(version) ? wholeView(version) : html`<p class="bad">${texts.version.broken}</p>`}
      <h3>${texts.version.told}</h3>
      ${answered(this.#told, ({ deliveries }) => toldOf(deliveries))}
      <h3>${texts.version.digests}</h3>
      <dl><div><dt>${texts.version.digest}</dt><dd><code>${version.digest ?? texts.none}</code></dd></div>
        ${isWhole(version) ? html`<div><dt>${texts.version.previous}</dt><dd><code>${version.previous ?? texts.none}</code></dd></div>` : nothing}</dl>
    </section>`;
  }
}

const wholeView = (version: Whole): TemplateResult => html`
  <dl><div><dt>${texts.version.recorded}</dt><dd>${timeOf(version.recordedAt)}</dd></div></dl>
  <h3>${texts.version.said}</h3>
  ${table({
    ...{ caption: texts.version.said, rows: version.outcomes, empty: texts.version.noChoices },
    columns: [
      { title: texts.moment.columns.topic, names: true, cell: ({ topic }) => topic },
      { title: texts.moment.columns.channel, cell: ({ channel }) => wordOf(CHANNELS, channel) },
      { title: texts.version.asked, cell: ({ state }) => wordOf(STATES, state) },
      { title: texts.version.became, cell: ({ outcome }) => wordOf(CHOICE_OUTCOMES, outcome) },
      { title: texts.told.reason, cell: ({ reason }) => (reason === undefined ? '–' : reasonWords(reason)) },
    ],
  })}
  ${otherwise(version)}
  <h3>${texts.version.moved}</h3>
  ${
    version.changed.length === 0
      ? html`<p class="quiet">${texts.version.nothingMoved}</p>`
      : html`<ul>${version.changed.map(({ topic, channel, from, to }) => html`<li>${topic}, ${wordOf(CHANNELS, channel)}: ${inSentence(wordOf(STATES, from))} → ${inSentence(wordOf(STATES, to))}</li>`)}</ul>`
  }
  <h3>${texts.version.evidence}</h3>
  <dl>${evidenceOf(version.evidence).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

type Fact = readonly [string, unknown];

function evidenceOf(evidence: Evidence): readonly Fact[] {
  const { fields } = texts.version;
  const { source, actor, method, occurredAt, claimedAt, legalBasis, jurisdiction, notice } = evidence;
  const { confirms, corrects, consentStrings, receivedDigest, personal = {} } = evidence;
  const facts: readonly (readonly [string, unknown])[] = [
    [fields.source, source],
    [fields.actor, `${wordOf(ACTORS, actor.kind)}${actor.id === undefined ? '' : `, ${actor.id}`}`],
    [fields.method, methodWords(method)],
    [fields.occurredAt, timeOf(occurredAt)],
    [fields.claimedAt, claimedAt && timeOf(claimedAt)],
    [fields.legalBasis, legalBasis],
    [fields.jurisdiction, jurisdiction],
    [fields.notice, notice && noticeOf(notice)],
    [fields.confirms, confirms],
    [fields.corrects, corrects && texts.moment.version(corrects)],
    [fields.receivedDigest, receivedDigest],
    [fields.tcf, consentStrings?.tcf],
    [fields.gpp, consentStrings?.gpp],
    ...Object.entries(personal),
  ];
  return facts.filter(([, value]) => value !== undefined);
}

/** What was shown, and where its exact text can be read. */
function noticeOf({ id, version, language, sha256, text }: NonNullable<Evidence['notice']>): TemplateResult {
  const name = `${id}/${version}/${language}`;
  return html`${text === undefined ? name : html`<a href=${text} target="_blank" rel="noopener">${texts.version.read(name)}</a>`}
    ${sha256 === undefined ? nothing : html`<br><code>${sha256}</code>`}`;
}

const toldOf = (deliveries: Deliveries['deliveries']): TemplateResult =>
  table({
    ...{ caption: texts.version.told, rows: deliveries, empty: texts.told.nobody },
    columns: [
      { title: texts.told.destination, names: true, cell: ({ destination, title }) => title ?? destination },
      ...outcomeColumns(deliveries),
      { title: texts.told.at, cell: ({ at }) => timeOf(at) },
      { title: texts.told.attempts, cell: ({ attempts }) => attempts ?? '–' },
      { title: texts.told.reference, cell: ({ reference }) => reference ?? '–' },
    ],
  });
