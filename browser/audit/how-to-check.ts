import { html, type TemplateResult } from 'lit';
import { texts } from './texts.ts';

/** The command that checks a pack where Heed is not, and where its key is. */
export const howToCheck = (pack: string): TemplateResult =>
  html`<p>${texts.packs.check}</p>
    <pre tabindex="0"><code>${texts.packs.command(pack)}</code></pre>
    <p class="hint">${texts.packs.key} <a href="/v1/keys" target="_blank" rel="noreferrer">/v1/keys</a></p>`;
