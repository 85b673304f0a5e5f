import { html, nothing, type TemplateResult } from 'lit';
import { IDENTIFIERS, wordOf } from '../../lib/page/staff-words.ts';
import type { RecordAnswer } from './answers.ts';
import { troubled } from './pane.ts';
import { texts } from './texts.ts';
import type { Versions } from './versions.ts';

/** What is to be known of a person before anything else: that something is broken, that nobody is known, whom it is. */
export function personHead(record: RecordAnswer | undefined, versions: Versions | undefined): TemplateResult {
  const identifiers = Object.entries(record?.identifiers ?? {});
  const { person } = texts;
  return html`${record?.broken === undefined ? nothing : troubled(person.broken(record.broken))}
    ${versions?.whole && versions.count === 0 ? html`<p>${person.nobody}</p>` : nothing}
    ${
      identifiers.length === 0
        ? nothing
        : html`<details><summary>${person.identifiers}</summary>
          <dl>${identifiers.map(([kind, value]) => html`<div><dt>${wordOf(IDENTIFIERS, kind)}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl></details>`
    }`;
}
