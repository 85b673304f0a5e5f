import { html } from 'hono/html';
import type { RecordView } from '../flow/read.ts';
import type { Markup } from './shell.ts';
import { BECAUSE, CHANNELS, methodWords, STATES, wordOf } from './staff-words.ts';

/** What holds now, and whose word that rests on. */
export const recordSection = (record: RecordView): Markup => html`<section aria-labelledby="record">
<h2 id="record">What holds now</h2>
${
  record.choices.length === 0
    ? html`<p>Nobody has said anything.</p>`
    : html`<table>
<caption>Each topic and channel with an answer; only “Granted” permits</caption>
<thead><tr><th scope="col">Topic</th><th scope="col">Channel</th><th scope="col">Answer</th><th scope="col">Why</th><th scope="col">Chosen</th><th scope="col">Through</th><th scope="col">Shown</th></tr></thead>
<tbody>${record.choices.map(choiceRow)}</tbody>
</table>`
}
${record.stopped.length > 0 && html`<p>Everything was stopped at once on: ${record.stopped.map((one) => wordOf(CHANNELS, one)).join(', ')}.</p>`}
${list(
  'Preferences',
  record.preferences.map(({ key, value }) => [key, value] as const),
)}
${list('Goes by', Object.entries(record.identifiers))}
</section>`;

const choiceRow = (row: RecordView['choices'][number]): Markup => html`<tr>
<th scope="row">${row.topic}</th><td>${wordOf(CHANNELS, row.channel)}</td>
<td>${wordOf(STATES, row.state)}${row.expiresAt !== undefined && html`, until <time>${row.expiresAt}</time>`}</td>
<td>${wordOf(BECAUSE, row.because)}</td><td><time>${row.occurredAt}</time></td>
<td>${row.source}, ${methodWords(row.method)}</td>
<td>${row.notice && `${row.notice.id} ${row.notice.version}, ${row.notice.language}`}</td></tr>`;

const list = (title: string, entries: readonly (readonly [string, string])[]): Markup =>
  entries.length === 0
    ? html``
    : html`<h3>${title}</h3><dl>${entries.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
