import { html, raw } from 'hono/html';
import { noticeName, shownText } from '../domain/shown-text.ts';
import type { Notice } from '../domain/vocabulary.ts';
import type { Gathered } from '../flow/packs/gather.ts';
import type { Stored, StoredRaw } from '../ports.ts';
import { deliveriesSection, recipientsSection } from './pack-deliveries.ts';
import { recordSection } from './pack-record.ts';
import { PACK_STYLE } from './pack-style.ts';
import type { Markup } from './shell.ts';
import { reasonWords } from './staff-reasons.ts';
import { ACTORS, CHANNELS, CHOICE_OUTCOMES, inSentence, methodWords, STATES, wordOf } from './staff-words.ts';

export interface PackPage {
  readonly gathered: Gathered;
  readonly createdAt: string;
  /** `id/version/language` → text, exactly as it was shown. */
  readonly texts: Readonly<Record<string, string>>;
}

/** Versions on the page: of a longer history these, newest first. */
const MOST_SHOWN = 500;

/** An evidence pack to read and to print: one file that needs nothing else, not even a connection or a script. */
export const packPage = async ({ gathered, createdAt, texts }: PackPage): Promise<string> =>
  String(
    await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Evidence about ${gathered.subject}</title>
<style>${raw(PACK_STYLE)}</style>
</head>
<body>
<main>
<h1>Evidence about ${gathered.subject}</h1>
${about(gathered, createdAt)}
${recordSection(gathered.record)}
${historySection(gathered)}
${deliveriesSection(gathered.deliveries)}
${recipientsSection(gathered.recipients)}
${textsSection(gathered, texts)}
${erasureSection(gathered)}
${CHECKING}
</main>
</body>
</html>
`,
  );

const about = ({ versions, proofs, checkpoints }: Gathered, createdAt: string): Markup => {
  const newest = versions.at(-1);
  const proved = proofs.filter((one) => one !== undefined).length;
  return html`<dl>
<dt>Made</dt><dd><time>${createdAt}</time></dd>
<dt>Versions</dt><dd>${versions.length}${newest && html`, the newest with digest <code>${newest.digest ?? 'none'}</code>`}</dd>
<dt>Proved</dt><dd>${proved} of them lie in ${checkpoints.length} signed checkpoints; what is newer than these is vouched for by the signature of this pack alone</dd>
</dl>
<p>Each row has two times: when the person chose, and when it was recorded. All times are UTC.</p>`;
};

function historySection({ versions }: Gathered): Markup {
  const shown = versions.slice(-MOST_SHOWN).reverse();
  const older = versions.length - shown.length;
  return html`<section aria-labelledby="history">
<h2 id="history">What was said</h2>
<table>
<caption>Every version, newest first${older > 0 && `; ${older} older ones are in history.json`}</caption>
<thead><tr><th scope="col">Version</th><th scope="col">Chosen</th><th scope="col">Recorded</th><th scope="col">What, and what became of it</th><th scope="col">Who, and how</th><th scope="col">Shown</th></tr></thead>
<tbody>${shown.map(versionRow)}</tbody>
</table>
</section>`;
}

const versionRow = ({ version, recordedAt, stored, digest }: StoredRaw): Markup =>
  stored
    ? html`<tr>
<th scope="row">${version}<br><code>${digest?.slice(0, 12)}</code></th>
<td><time>${stored.version.change.evidence.occurredAt}</time></td>
<td><time>${stored.version.recordedAt}</time></td>
<td>${saidOf(stored)}</td>
<td>${fromOf(stored)}</td>
<td>${shownOf(stored)}</td>
</tr>`
    : html`<tr class="broken"><th scope="row">${version}</th><td></td><td><time>${recordedAt ?? ''}</time></td>
<td colspan="3">Not what its digest says: nothing in it can be relied on</td></tr>`;

function saidOf({ version: { outcomes, change } }: Stored): Markup {
  const { corrects } = change.evidence;
  const lines = [
    ...(corrects === undefined ? [] : [`Corrects version ${corrects}`]),
    ...(change.restricted === undefined
      ? []
      : [change.restricted ? 'Processing restricted' : 'Restriction lifted']),
    ...outcomes.map(
      ({ topic, channel, state, outcome, reason }) =>
        `${topic}, ${wordOf(CHANNELS, channel)}: ${inSentence(wordOf(STATES, state))}; ${inSentence(wordOf(CHOICE_OUTCOMES, outcome))}${reason === undefined ? '' : `: ${reasonWords(reason)}`}`,
    ),
    ...change.preferences.map(({ key, value }) => `${key}: ${value}`),
    ...change.identifiers.map(({ kind, sealed }) => `${kind}: ${sealed === null ? 'removed' : 'set'}`),
  ];
  return html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

const fromOf = ({ version }: Stored): string => {
  const { actor, source, method, legalBasis, jurisdiction } = version.change.evidence;
  return [`${wordOf(ACTORS, actor.kind)} through ${source}`, methodWords(method), legalBasis, jurisdiction]
    .filter((part) => part !== undefined)
    .join(', ');
};

const shownOf = ({ version }: Stored): string => {
  const { notice } = version.change.evidence;
  return notice
    ? `${notice.id} ${notice.version}, ${notice.language}, SHA-256 ${notice.sha256.slice(0, 12)}…`
    : '';
};

/** The texts themselves, where Heed keeps them. */
function textsSection({ reliable }: Gathered, texts: PackPage['texts']): Markup {
  const notices = new Map(
    reliable.flatMap(({ version }) => {
      const { notice } = version.change.evidence;
      return notice ? [[`${noticeName(notice)} ${notice.sha256}`, notice] as const] : [];
    }),
  );
  if (notices.size === 0) return html``;
  return html`<section aria-labelledby="texts">
<h2 id="texts">The texts that were shown</h2>
${[...notices.values()].map((notice) => shownArticle(notice, shownText(notice, texts)))}
</section>`;
}

const shownArticle = (
  notice: Notice,
  text: string | undefined,
): Markup => html`<article><h3>${noticeName(notice)}</h3>
<p>SHA-256 <code>${notice.sha256}</code></p>
${
  text === undefined
    ? html`<p>Kept by whoever showed it; Heed has its digest.</p>`
    : html`<blockquote lang="${notice.language}" dir="auto">${text}</blockquote>`
}</article>`;

const erasureSection = ({ certificate }: Gathered): Markup =>
  certificate === undefined
    ? html``
    : html`<section aria-labelledby="erasure">
<h2 id="erasure">Erased</h2>
<p>The key under which this person’s addresses and the like were kept has been destroyed. What is here is what remains:
pseudonymous choices under an opaque id. The signed certificate is in erasure.jws.</p>
</section>`;

const CHECKING = html`<section aria-labelledby="checking">
<h2 id="checking">How to check this</h2>
<p>This page is for reading. What proves it lies beside it in the pack: every version as it was stored, its place in a signed
tree, and a signed list of all files. With the public key, which should have come some other way than with the pack:</p>
<pre>npx heed verify evidence-pack.zip --key heed.pem</pre>
<p>The program needs no access to Heed. It says that the pack is valid, or names the first thing that is not.</p>
</section>`;
