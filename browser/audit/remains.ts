import { html, nothing, type TemplateResult } from 'lit';
import type { Erasure } from './answers.ts';
import { texts } from './texts.ts';

/** What is left of somebody who was erased; nothing is said of it where nothing was erased. */
export const remainsView = ({ remains }: Pick<Erasure, 'remains'>): TemplateResult | typeof nothing =>
  remains.length === 0
    ? nothing
    : html`<h4>${texts.rights.remains}</h4>
      <ul>${remains.map(({ what, ground }) => html`<li>${what} <span class="hint">${ground}</span></li>`)}</ul>`;
