import { html } from 'hono/html';
import type { DeliveriesView, DeliveryView } from '../flow/read-deliveries.ts';
import type { Markup } from './shell.ts';

/** Who was told, and what they answered. */
export const deliveriesSection = ({ deliveries }: DeliveriesView): Markup => {
  const told = deliveries.filter(({ outcome }) => outcome !== 'not-concerned');
  return html`<section aria-labelledby="told">
<h2 id="told">Who was told</h2>
${
  told.length === 0
    ? html`<p>No system that is told today had to be told anything.</p>`
    : html`<table>
<caption>Each system that holds a copy, as it stood when this was made</caption>
<thead><tr><th scope="col">System</th><th scope="col">Has version</th><th scope="col">Outcome</th><th scope="col">Since</th><th scope="col">Answers, newest first</th></tr></thead>
<tbody>${told.map(deliveryRow)}</tbody>
</table>`
}
</section>`;
};

const deliveryRow = ({
  title,
  destination,
  version,
  outcome,
  reason,
  at,
  trail,
}: DeliveryView): Markup => html`<tr>
<th scope="row">${title}<br><code>${destination}</code></th><td>${version === 0 ? 'none' : version}</td>
<td>${outcome}${reason !== undefined && `: ${reason}`}</td><td>${at !== undefined && html`<time>${at}</time>`}</td>
<td><ul>${trail.map((one) => html`<li>${trailWords(one)}</li>`)}</ul></td></tr>`;

const trailWords = ({
  version,
  at,
  attempts,
  outcome,
  reason,
  reference,
}: DeliveryView['trail'][number]): string =>
  [
    `version ${version}`,
    outcome,
    at,
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    ...(reason === undefined ? [] : [reason]),
    ...(reference === undefined ? [] : [`reference ${reference}`]),
  ].join(', ');
