import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CatalogueView } from '../../lib/page/catalogue-view.ts';
import { isPack, isRecipients, type Recipients } from './answers.ts';
import { Asked } from './asked.ts';
import { howToCheck } from './how-to-check.ts';
import { Parts } from './narrow.ts';
import { answered, troubled } from './pane.ts';
import { recipientsTable } from './recipients-table.ts';
import { hashOf } from './route.ts';
import type { Session } from './session.ts';
import { texts } from './texts.ts';

/** The status of a pack that does not fit into an answer. */
const TOO_LARGE = 413;

/** What can be done about a person beside looking: the pack, the list of recipients, and how her rights stand. */
export class HeedPersonActs extends LitElement {
  static override properties = {
    session: { attribute: false },
    subject: { attribute: false },
    catalogue: { attribute: false },
    packing: { state: true },
    trouble: { state: true },
    tooLong: { state: true },
  };

  declare session: Session;
  declare subject: string;
  declare catalogue: CatalogueView | undefined;
  declare packing: boolean;
  declare trouble: string;
  /** The pack does not fit into an answer: it can be made in the background. */
  declare tooLong: boolean;
  readonly #parts = new Parts(this);
  readonly #recipients = new Asked<Recipients>(this);

  constructor() {
    super();
    this.packing = false;
    this.trouble = '';
    this.tooLong = false;
  }

  protected override createRenderRoot(): this {
    return this;
  }

  #path(rest: string): string {
    return `/v1/subjects/${encodeURIComponent(this.subject)}/${rest}`;
  }

  readonly #pack = async (): Promise<void> => {
    this.packing = true;
    this.trouble = '';
    const answer = await this.session.file({ path: this.#path('evidence-packs'), body: {} });
    this.packing = false;
    this.tooLong = answer.kind === 'trouble' && answer.status === TOO_LARGE;
    if (answer.kind === 'done') save(answer.body, nameOf(this.subject));
    else if (!this.tooLong) this.trouble = answer.text;
    const detail =
      answer.kind === 'done' ? texts.acts.saved : this.tooLong ? texts.acts.tooLong : answer.text;
    this.dispatchEvent(new CustomEvent('heed-said', { detail, bubbles: true }));
  };

  /** Orders the pack of a long history, and leads to where it is waited for. */
  readonly #order = async (): Promise<void> => {
    this.packing = true;
    const body = { subject: this.subject };
    const answer = await this.session.ask({ path: '/v1/evidence-packs', body }, isPack);
    this.packing = false;
    if (answer.kind === 'trouble') this.trouble = answer.text;
    else location.hash = hashOf('packs', { query: { id: answer.body.id } });
  };

  readonly #list = (): void => {
    const path = this.#path('recipients');
    void this.#recipients.ask((signal) => this.session.ask({ path, signal }, isRecipients));
  };

  protected override render(): TemplateResult {
    const { acts } = texts;
    return html`${this.#parts.view({ name: 'pack', title: acts.pack, body: this.#packView() })}
      ${this.#parts.view({ name: 'recipients', title: acts.recipients, body: this.#recipientsView() })}
      <heed-rights .session=${this.session} .subject=${this.subject} .catalogue=${this.catalogue}></heed-rights>`;
  }

  #packView(): TemplateResult {
    const { acts } = texts;
    return html`<p>${acts.packIntro}</p>
        <p class="row"><button type="button" class="primary" ?disabled=${this.packing} @click=${this.#pack}>${this.packing ? acts.packing : acts.download}</button></p>
        ${this.tooLong ? html`<p>${acts.tooLong}</p><p class="row"><button type="button" ?disabled=${this.packing} @click=${this.#order}>${acts.order}</button></p>` : nothing}
        ${this.trouble === '' ? nothing : troubled(this.trouble)}
        ${howToCheck(nameOf(this.subject))}`;
  }

  #recipientsView(): TemplateResult {
    return html`<p class="row"><button type="button" @click=${this.#list}>${texts.acts.list}</button></p>
      ${answered(this.#recipients, ({ recipients }) => recipientsTable(recipients))}`;
  }
}

const nameOf = (subject: string): string => `evidence-${subject.replaceAll(/[^A-Za-z0-9._-]/g, '-')}.zip`;

/** Hands a file to the browser. */
export function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
