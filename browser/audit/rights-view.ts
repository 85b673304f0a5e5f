import { html, nothing, type TemplateResult } from 'lit';
import { reasonWords } from '../../lib/page/staff-reasons.ts';
import { deliveryWords, wordOf } from '../../lib/page/staff-words.ts';
import type { Erasure, Holds } from './answers.ts';
import { table } from './pane.ts';
import { remainsView } from './remains.ts';
import { texts } from './texts.ts';
import { timeOf } from './times.ts';

/** How an erasure stands, in words; undefined: nobody asked for one. */
export function erasureView(
  erasure: Erasure | undefined,
  titleOf: (destination: string) => string,
): TemplateResult {
  const { rights } = texts;
  if (!erasure) return html`<p class="quiet">${rights.never}</p>`;
  const { state, requestedAt, due, erasedAt, certificate } = erasure;
  return html`<p>${wordOf(rights.states, state)}</p>
    <dl><div><dt>${rights.requested}</dt><dd>${timeOf(requestedAt)}</dd></div>
      <div><dt>${rights.due}</dt><dd>${timeOf(due)}</dd></div>
      <div><dt>${rights.erased}</dt><dd>${timeOf(erasedAt)}</dd></div></dl>
    ${told(erasure, titleOf)}
    ${remainsView(erasure)}
    ${
      certificate === undefined
        ? nothing
        : html`<details><summary>${rights.certificate}</summary><pre tabindex="0">${certificate}</pre></details>`
    }`;
}

const told = ({ told }: Erasure, titleOf: (destination: string) => string): TemplateResult => {
  const { columns } = texts.rights;
  return table({
    ...{ caption: columns.destination, rows: told, empty: texts.rights.nobody },
    columns: [
      { title: columns.destination, names: true, cell: ({ destination }) => titleOf(destination) },
      { title: columns.how, cell: ({ how }) => wordOf(texts.rights.how, how) },
      { title: columns.outcome, cell: ({ outcome }) => deliveryWords(outcome) },
      { title: columns.at, cell: ({ at }) => timeOf(at) },
      { title: columns.reason, cell: ({ reason }) => (reason === undefined ? '–' : reasonWords(reason)) },
    ],
  });
};

/** Whether a legal hold stands, and every act of one. */
export const holdsView = ({ standing, entries }: Holds): TemplateResult => {
  const { rights } = texts;
  const { columns } = rights;
  return html`<p>${standing ? rights.standing : rights.released}</p>
    ${table({
      ...{ caption: rights.holds, rows: entries, empty: rights.noHold },
      columns: [
        { title: columns.at, cell: ({ at }) => timeOf(at) },
        { title: columns.act, names: true, cell: ({ action }) => wordOf(rights.acts, action) },
        { title: columns.by, cell: ({ by }) => by.person ?? by.client },
        {
          title: columns.reason,
          cell: ({ reason, reference }) => [reason, reference].filter(Boolean).join(' · ') || '–',
        },
      ],
    })}`;
};
