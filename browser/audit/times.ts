import { html, type TemplateResult } from 'lit';

/** Every time is shown in UTC, to the millisecond: two auditors who compare must see the same. */
export const timeText = (at: string | number): string =>
  `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} UTC`;

export const timeOf = (at: string | undefined | null): TemplateResult | string =>
  at === undefined || at === null || Number.isNaN(Date.parse(at))
    ? '–'
    : html`<time datetime=${at}>${timeText(at)}</time>`;

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** How long, in the largest unit that fits: `3 days`. */
export function lasting(ms: number): string {
  const [unit, size] = UNITS.find(([, one]) => ms >= one) ?? ['ms', 1];
  const count = Math.floor(ms / size);
  return unit === 'ms' ? `${count} ms` : `${count} ${unit}${count === 1 ? '' : 's'}`;
}
