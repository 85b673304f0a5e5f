import { html } from 'hono/html';
import type { DeliveriesView, DeliveryView } from '../flow/read-deliveries.ts';
import type { RecipientView } from '../flow/recipients.ts';
import type { Markup } from './shell.ts';
import { reasonWords } from './staff-reasons.ts';
import { deliveryWords, inSentence } from './staff-words.ts';

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
<td>${deliveryWords(outcome)}${reason !== undefined && `: ${reasonWords(reason)}`}</td><td>${at !== undefined && html`<time>${at}</time>`}</td>
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
    inSentence(deliveryWords(outcome)),
    at,
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    ...(reason === undefined ? [] : [reasonWords(reason)]),
    ...(reference === undefined ? [] : [`reference ${reference}`]),
  ].join(', ');

/** Whoever was ever told, and in what part: GDPR 15(1)(c). */
export const recipientsSection = (recipients: readonly RecipientView[]): Markup =>
  recipients.length === 0
    ? html``
    : html`<section aria-labelledby="recipients">
<h2 id="recipients">Recipients</h2>
<table>
<caption>Everybody who was ever told, also where nothing is told any more</caption>
<thead><tr><th scope="col">Recipient</th><th scope="col">For</th><th scope="col">Part</th><th scope="col">Country</th><th scope="col">First and last told</th></tr></thead>
<tbody>${recipients.map(recipientRow)}</tbody>
</table>
</section>`;

const recipientRow = ({ title, recipient, firstToldAt, lastToldAt }: RecipientView): Markup => html`<tr>
<th scope="row">${recipient?.name ?? title}${recipient && html`<br>${recipient.contact}`}</th>
<td>${recipient?.purpose ?? 'not declared'}</td><td>${recipient?.role}</td><td>${recipient?.country}</td>
<td><time>${firstToldAt}</time><br><time>${lastToldAt}</time></td></tr>`;
