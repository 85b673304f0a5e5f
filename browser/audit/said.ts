import { html, nothing, type TemplateResult } from 'lit';
import { CHANNELS, IDENTIFIERS, inSentence, STATES, wordOf } from '../../lib/page/staff-words.ts';
import type { Whole } from './answers.ts';
import { texts } from './texts.ts';

/** What it said, in one line. */
export function said({
  change,
  outcomes,
  evidence,
}: Pick<Whole, 'change' | 'outcomes' | 'evidence'>): string {
  const { versions } = texts;
  const choices = change.choices.map(
    ({ topic, channel, state }) =>
      `${topic}, ${wordOf(CHANNELS, channel)}: ${inSentence(wordOf(STATES, state))}`,
  );
  const preferences = change.preferences.map(({ key, value }) => `${key}: ${value}`);
  const corrects = evidence.corrects === undefined ? [] : [versions.corrects(evidence.corrects)];
  const identifiers = change.identifiers.map(identifierWords);
  const all = [...corrects, ...restricted(change), ...choices, ...preferences, ...identifiers];
  const odd = outcomes.filter(({ outcome }) => outcome === 'refused' || outcome === 'superseded').length;
  const more = all.length > 3 ? ` … (${all.length})` : '';
  return `${all.slice(0, 3).join('; ')}${more}${odd === 0 ? '' : ` · ${versions.odd(odd)}`}`;
}

const restricted = ({ restricted: is }: Whole['change']): readonly string[] =>
  is === undefined ? [] : [is ? texts.versions.restricted : texts.versions.lifted];

/** What a version said of anything else than topics. */
export function otherwise({ change }: Pick<Whole, 'change'>): TemplateResult | typeof nothing {
  const { version } = texts;
  const { preferences, identifiers, restricted: is } = change;
  const lines = [
    ...preferences.map(({ key, value }) => `${key}: ${value}`),
    ...identifiers.map(identifierWords),
  ];
  return html`${is === undefined ? nothing : html`<p>${is ? version.restricted : version.lifted}</p>`}
    ${lines.length === 0 ? nothing : html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`}`;
}

function identifierWords({ kind, removed }: Whole['change']['identifiers'][number]): string {
  const { version } = texts;
  const known = wordOf(IDENTIFIERS, kind);
  return `${known === kind ? version.identifier(kind) : known}: ${removed ? version.removed : version.set}`;
}
