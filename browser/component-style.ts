import { css } from 'lit';

/**
 * How the component looks where the site says nothing else. It stands on the site's own ground, in the site's own type and
 * colour of text; light or dark is what `color-scheme` says there. Names and defaults: docs/embedding.md.
 */
export const styles = css`
  :host {
    display: block;
    --_accent: var(--heed-accent, #0c6a56);
    --_on-accent: var(--heed-on-accent, #fff);
    --_alert: var(--heed-alert, #a5281b);
    color: var(--heed-text, inherit);
    font: var(--heed-font, inherit);
    line-height: 1.5;
    text-align: start;
    overflow-wrap: anywhere;
  }
  @supports (color: light-dark(#000, #fff)) {
    :host {
      --_accent: var(--heed-accent, light-dark(#0c6a56, #63d2b4));
      --_on-accent: var(--heed-on-accent, light-dark(#fff, #06231b));
      --_alert: var(--heed-alert, light-dark(#a5281b, #ffb1a3));
    }
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before {
    box-sizing: border-box;
  }
  [part~='page'] {
    --_line: var(--heed-line, color-mix(in srgb, currentColor 18%, transparent));
    --_edge: var(--heed-edge, color-mix(in srgb, currentColor 60%, transparent));
    --_muted: var(--heed-muted, color-mix(in srgb, currentColor 80%, transparent));
    --_radius: var(--heed-radius, 0.75rem);
    --_gap: var(--heed-gap, 1.5rem);
    container-type: inline-size;
    display: grid;
    gap: var(--_gap);
  }
  p,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-inline-size: 0;
  }
  a {
    color: var(--_accent);
  }
  [part='lead'] {
    display: grid;
    gap: 0.5rem;
    justify-items: start;
  }
  [part='last'],
  [part~='note'],
  [part='identifiers'],
  [part='topic-description'] {
    color: var(--_muted);
    font-size: 0.875em;
  }
  [part~='heading'] {
    font-weight: 600;
    line-height: 1.3;
  }
  [part~='brand-title'] {
    font-size: 1.25em;
  }
  [part='notice'] {
    display: grid;
    gap: 0.5rem;
  }
  [part='notice-text'] {
    white-space: pre-wrap;
    max-inline-size: 70ch;
    font-size: 0.9375em;
  }
  [part='restriction'],
  [part='signal'],
  [part~='brand'] {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--heed-surface, transparent);
  }
  [part='restriction'],
  [part='signal'] {
    padding: 0.75rem 1rem;
    border-inline-start: 4px solid var(--_accent);
  }
  [part~='brand'] {
    display: grid;
    gap: 1rem;
    padding: clamp(1rem, 4cqi, 1.5rem);
  }
  [part='topic'] {
    display: grid;
    gap: 0.25rem 2rem;
    padding-block-start: 0.75rem;
    border-block-start: 1px solid var(--_line);
  }
  @container (min-width: 40rem) {
    [part='topic'] {
      grid-template-columns: 2fr 3fr;
      padding-block-start: 0.5rem;
    }
    [part='about'] {
      padding-block-start: 0.625rem;
    }
  }
  [part='label'] {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 1rem;
    min-block-size: 2.75rem;
    cursor: pointer;
  }
  [part~='switch'] {
    appearance: none;
    flex: none;
    position: relative;
    margin: 0;
    inline-size: 3.25rem;
    block-size: 2rem;
    border: 2px solid var(--_edge);
    border-radius: 1rem;
    background: transparent;
    cursor: pointer;
  }
  [part~='switch']::before {
    content: '';
    display: grid;
    place-content: center;
    position: absolute;
    inset-block: 0.25rem;
    inset-inline-start: 0.25rem;
    inline-size: calc(1.5rem - 4px);
    block-size: calc(1.5rem - 4px);
    border-radius: 50%;
    background: var(--_edge);
    font: 700 0.875rem / 1 system-ui, sans-serif;
  }
  [part~='switch']:checked {
    border-color: var(--_accent);
    background: var(--_accent);
  }
  [part~='switch']:checked::before {
    content: '✓' / '';
    inset-inline-start: calc(100% - 1.75rem + 4px);
    color: var(--_accent);
    background: var(--_on-accent);
  }
  [part~='saving'] [part~='switch'] {
    opacity: 0.6;
  }
  [part~='asked'] {
    border-inline-start: 3px solid var(--_accent);
    padding-inline-start: 0.5rem;
  }
  [part~='unsent'] {
    border-inline-start: 3px solid var(--_alert);
    padding-inline-start: 0.5rem;
  }
  :focus-visible {
    outline: 3px solid var(--heed-focus, var(--_accent));
    outline-offset: 2px;
  }
  [part~='button'] {
    min-block-size: 2.75rem;
    padding: 0.5rem 1rem;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: transparent;
    color: inherit;
    font: inherit;
    font-weight: 600;
    cursor: pointer;
  }
  [part~='stop'] [part='note'] {
    margin-block-start: 0.375rem;
  }
  [part~='button']:hover {
    border-color: currentColor;
    background: var(--_line);
  }
  [part='values'] {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 1.25rem;
  }
  [part='preference-title'],
  legend {
    inline-size: 100%;
    padding: 0;
    font-size: 0.9375em;
  }
  [part~='value'] {
    display: inline-flex;
    align-items: center;
    gap: 0.5rem;
    min-block-size: 2.75rem;
    cursor: pointer;
  }
  [part='radio'] {
    inline-size: 1.25rem;
    block-size: 1.25rem;
    margin: 0;
    accent-color: var(--_accent);
  }
  [part='select'] {
    min-inline-size: 10rem;
    min-block-size: 2.75rem;
    max-inline-size: 100%;
    padding: 0.5rem;
    border: 1px solid var(--_edge);
    border-radius: var(--_radius);
    background: transparent;
    color: inherit;
    font: inherit;
  }
  option {
    color: CanvasText;
    background: Canvas;
  }
  [part='bar'] {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.75rem;
    min-block-size: 2.75rem;
  }
  [part='bar'][data-kind] {
    position: sticky;
    inset-block-end: 0;
    margin-inline: -0.5rem;
    padding: 0.5rem;
    border-block-start: 1px solid var(--_line);
    background: var(--heed-bar, Canvas);
    color: var(--heed-bar-text, CanvasText);
  }
  /** What has the focus is not hidden behind it. */
  input,
  select,
  [part~='button'],
  a {
    scroll-margin-block-end: 6rem;
  }
  [part='status'] {
    flex: 1 1 12rem;
    font-weight: 600;
  }
  [part='bar']:is([data-kind='offline'], [data-kind='failed'], [data-kind='refused'], [data-kind='invalid']) [part='status'] {
    color: var(--_alert);
  }
  @media (prefers-reduced-motion: no-preference) {
    [part~='switch'],
    [part~='switch']::before {
      transition:
        inset-inline-start 0.15s ease-out,
        background-color 0.15s ease-out;
    }
  }
  @media (prefers-contrast: more) {
    [part~='page'] {
      --_line: currentColor;
      --_edge: currentColor;
      --_muted: currentColor;
    }
  }
  @media (forced-colors: active) {
    [part~='switch'] {
      forced-color-adjust: none;
      border-color: ButtonText;
      background: ButtonFace;
    }
    [part~='switch']::before {
      background: ButtonText;
    }
    [part~='switch']:checked {
      border-color: Highlight;
      background: Highlight;
    }
    [part~='switch']:checked::before {
      color: Highlight;
      background: HighlightText;
    }
    :focus-visible {
      outline-color: Highlight;
    }
  }
`;
