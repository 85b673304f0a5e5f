import { html, nothing, type TemplateResult } from 'lit';
import type { Host } from './asked.ts';
import { troubled } from './pane.ts';
import type { Query } from './route.ts';
import type { Is, Session } from './session.ts';
import { texts } from './texts.ts';

interface Paged {
  readonly next?: string;
}

export interface Reading<R, P extends Paged> {
  readonly is: Is<P>;
  readonly rows: (page: P) => readonly R[];
}

/** A list that comes page by page: the rows so far, and a button for more. */
export class More<R, P extends Paged> {
  /** The newest page. */
  page: P | undefined;
  #rows: readonly R[] = [];
  #busy = false;
  #trouble = '';
  #turn = 0;
  #again: () => Promise<void> = async () => undefined;
  readonly #host: Host;
  readonly #reading: Reading<R, P>;

  constructor(host: Host, reading: Reading<R, P>) {
    this.#host = host;
    this.#reading = reading;
  }

  /** Begins anew with the first page of a question. */
  first(session: Session, { path, query }: { readonly path: string; readonly query: Query }): Promise<void> {
    this.#rows = [];
    this.page = undefined;
    this.#turn += 1;
    const turn = this.#turn;
    this.#again = async () => {
      this.#busy = true;
      this.#host.requestUpdate();
      const next = this.page?.next;
      const answer = await session.ask(
        { path: `${path}${searchOf({ ...query, cursor: next })}` },
        this.#reading.is,
      );
      if (turn !== this.#turn) return;
      this.#busy = false;
      this.#trouble = answer.kind === 'trouble' ? answer.text : '';
      if (answer.kind === 'done') {
        this.page = answer.body;
        this.#rows = [...this.#rows, ...this.#reading.rows(answer.body)];
      }
      this.#host.requestUpdate();
    };
    return this.#again();
  }

  view(show: (rows: readonly R[]) => TemplateResult): TemplateResult {
    const more = (): void => void this.#again();
    const left = this.page?.next !== undefined;
    return html`<div aria-busy=${this.#busy}>
      ${this.page ? show(this.#rows) : nothing}
      ${this.#busy ? html`<p class="quiet">${texts.loading}</p>` : nothing}
      ${this.#trouble === '' ? nothing : troubled(this.#trouble, more)}
      <p class="row"><span role="status">${this.page ? texts.search.rows(this.#rows.length, left) : nothing}</span>
        ${left ? html`<button type="button" ?disabled=${this.#busy} @click=${more}>${texts.more}</button>` : nothing}</p>
    </div>`;
  }
}

function searchOf(query: Query): string {
  const said = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, value]],
  );
  return said.length === 0 ? '' : `?${new URLSearchParams(said)}`;
}
