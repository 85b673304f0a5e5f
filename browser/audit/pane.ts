import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CatalogueView } from '../../lib/page/catalogue-view.ts';
import type { Asked } from './asked.ts';
import type { Place } from './route.ts';
import type { Session } from './session.ts';
import { texts } from './texts.ts';

/** What a destination is called, where that is known. */
export const titlesOf =
  (catalogue: CatalogueView | undefined) =>
  (destination: string): string =>
    catalogue?.destinations.find(({ id }) => id === destination)?.title ?? destination;

/** One view of the console. It is drawn into the page itself, so that one stylesheet dresses all of it. */
export abstract class Pane extends LitElement {
  static override properties = {
    session: { attribute: false },
    catalogue: { attribute: false },
    place: { attribute: false },
  };

  declare session: Session;
  declare catalogue: CatalogueView | undefined;
  declare place: Place;

  protected override createRenderRoot(): this {
    return this;
  }

  /** Says something to those who do not see it, without moving the focus. */
  protected announce(text: string): void {
    this.dispatchEvent(new CustomEvent('heed-said', { detail: text, bubbles: true }));
  }
}

/** What an asked question shows: its trouble, that it is under way, or its answer. */
export function answered<T>(asked: Asked<T>, show: (value: T) => TemplateResult): TemplateResult {
  const { value, busy, trouble, again } = asked;
  return html`<div aria-busy=${busy}>
    ${trouble === '' ? nothing : troubled(trouble, again && (() => void again()))}
    ${value === undefined ? (busy ? html`<p class="quiet">${texts.loading}</p>` : nothing) : show(value)}
  </div>`;
}

export const troubled = (text: string, again?: () => void): TemplateResult =>
  html`<div class="trouble" role="alert"><p>${text}</p>
    ${again ? html`<button type="button" @click=${again}>${texts.again}</button>` : nothing}</div>`;

export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => unknown;
  /** It names the row. */
  readonly names?: boolean;
}

export interface Table<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly empty: string;
  readonly marked?: (row: T) => boolean;
}

/** A table that is still one on a narrow screen, where its rows are cards: the roles say so. */
export const table = <T>({ caption, columns, rows, empty, marked }: Table<T>): TemplateResult =>
  rows.length === 0
    ? html`<p class="quiet">${empty}</p>`
    : html`<table role="table">
      <caption class="unseen">${caption}</caption>
      <thead role="rowgroup"><tr role="row">${columns.map(({ title }) => html`<th role="columnheader" scope="col">${title}</th>`)}</tr></thead>
      <tbody role="rowgroup">${rows.map(
        (row) =>
          html`<tr role="row" ?data-marked=${marked?.(row) ?? false}>${columns.map((column) => cellOf(column, row))}</tr>`,
      )}</tbody>
    </table>`;

const cellOf = <T>({ title, cell, names }: Column<T>, row: T): TemplateResult =>
  names
    ? html`<th role="rowheader" scope="row" data-title=${title}>${cell(row)}</th>`
    : html`<td role="cell" data-title=${title}>${cell(row)}</td>`;
