import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { OPERATIONS, wordOf } from '../../lib/page/staff-words.ts';
import { type Audits, isAudits, isRecipients, type Recipients } from './answers.ts';
import { Asked } from './asked.ts';
import { fieldIn } from './find.ts';
import { More } from './more.ts';
import { answered, Pane, table } from './pane.ts';
import { recipientsTable } from './recipients-table.ts';
import { hashOf } from './route.ts';
import { texts } from './texts.ts';
import { timeOf } from './times.ts';
import { isId } from './written.ts';

/** Of an act that somebody is about to do; what came of it is an entry of its own. */
const BEGUN = 102;

/** Who has looked at what. */
export class HeedAudits extends Pane {
  static override properties = { ...Pane.properties, wrong: { state: true } };
  /** What was typed as an id is none. */
  declare wrong: boolean;
  readonly #audits = new More<Audits['audits'][number], Audits>(this, {
    is: isAudits,
    rows: ({ audits }) => audits,
  });

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('place'))
      void this.#audits.first(this.session, { path: '/v1/audits', query: this.place.query });
  }

  readonly #filter = (event: SubmitEvent): void => {
    const query = { subject: fieldIn(event, 'subject'), person: fieldIn(event, 'person') };
    this.wrong = query.subject !== '' && !isId(query.subject);
    if (!this.wrong) location.hash = hashOf('audits', { query });
  };

  protected override render(): TemplateResult {
    const { audits, titles } = texts;
    const { subject = '', person = '' } = this.place.query;
    return html`<h1 tabindex="-1">${titles.audits}</h1><p>${audits.intro}</p>
      <form class="row" @submit=${this.#filter}>
        <label class="field"><span>${audits.person}</span><input name="person" autocomplete="off" .value=${person}></label>
        <label class="field"><span>${audits.subject}</span><input name="subject" autocomplete="off" spellcheck="false" .value=${subject}
          aria-invalid=${this.wrong ? 'true' : 'false'}>${this.wrong ? html`<span class="hint" role="alert">${audits.noId}</span>` : nothing}</label>
        <button type="submit">${texts.search.go}</button></form>
      ${this.#audits.view((rows) =>
        table({
          ...{ caption: titles.audits, rows, empty: audits.empty },
          columns: [
            { title: audits.columns.at, names: true, cell: ({ at }) => timeOf(at) },
            { title: audits.columns.who, cell: ({ who }) => whoIs(who) },
            { title: audits.columns.operation, cell: ({ operation }) => wordOf(OPERATIONS, operation) },
            {
              title: audits.columns.subject,
              cell: ({ subject: of }) =>
                of ? html`<a href=${hashOf('person', { subject: of })}>${of}</a>` : '–',
            },
            {
              title: audits.columns.query,
              cell: ({ query }) =>
                Object.entries(query)
                  .map(([name, value]) => `${name}=${value}`)
                  .join(' ') || '–',
            },
            { title: audits.columns.rows, cell: ({ rows: count }) => count },
            {
              title: audits.columns.status,
              cell: ({ status }) => (status === BEGUN ? audits.begun : status),
            },
          ],
        }),
      )}`;
  }
}

const whoIs = ({ client, person, grant }: Audits['audits'][number]['who']): string =>
  `${person ?? client}${person === undefined ? '' : ` (${client})`}${grant === undefined ? '' : ` ${texts.audits.byGrant}`}`;

/** Every destination, as the register of processing has it (GDPR 30). */
export class HeedRecipients extends Pane {
  readonly #recipients = new Asked<Recipients>(this);

  protected override firstUpdated(): void {
    void this.#recipients.ask((signal) => this.session.ask({ path: '/v1/recipients', signal }, isRecipients));
  }

  protected override render(): TemplateResult {
    return html`<h1 tabindex="-1">${texts.titles.recipients}</h1><p>${texts.recipients.intro}</p>
      ${answered(this.#recipients, ({ recipients }) => recipientsTable(recipients))}`;
  }
}
