import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { isRecipients, type Recipients } from './answers.ts';
import { Asked } from './asked.ts';
import { howToCheck } from './how-to-check.ts';
import { answered, troubled } from './pane.ts';
import { recipientsTable } from './recipients-table.ts';
import type { Session } from './session.ts';
import { texts } from './texts.ts';

/** What can be done about a person beside looking: the pack, the list of recipients, and how her rights stand. */
export class HeedPersonActs extends LitElement {
  static override properties = {
    session: { attribute: false },
    subject: { attribute: false },
    packing: { state: true },
    trouble: { state: true },
  };

  declare session: Session;
  declare subject: string;
  declare packing: boolean;
  declare trouble: string;
  readonly #recipients = new Asked<Recipients>(this);

  constructor() {
    super();
    this.packing = false;
    this.trouble = '';
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
    if (answer.kind === 'trouble') this.trouble = answer.text;
    else save(answer.body, nameOf(this.subject));
    const detail = answer.kind === 'done' ? texts.acts.saved : answer.text;
    this.dispatchEvent(new CustomEvent('heed-said', { detail, bubbles: true }));
  };

  readonly #list = (): void => {
    const path = this.#path('recipients');
    void this.#recipients.ask((signal) => this.session.ask({ path, signal }, isRecipients));
  };

  protected override render(): TemplateResult {
    const { acts } = texts;
    return html`<section aria-labelledby="pack"><h2 id="pack">${acts.pack}</h2><p>${acts.packIntro}</p>
        <p class="row"><button type="button" class="primary" ?disabled=${this.packing} @click=${this.#pack}>${this.packing ? acts.packing : acts.download}</button></p>
        ${this.trouble === '' ? nothing : troubled(this.trouble)}
        ${howToCheck(nameOf(this.subject))}</section>
      <section aria-labelledby="recipients"><h2 id="recipients">${acts.recipients}</h2>
        <p class="row"><button type="button" @click=${this.#list}>${acts.list}</button></p>
        ${answered(this.#recipients, ({ recipients }) => recipientsTable(recipients))}</section>
      <heed-rights .session=${this.session} .subject=${this.subject}></heed-rights>`;
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
