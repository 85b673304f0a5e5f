import { html, type TemplateResult } from 'lit';

/** Every time is shown in UTC, to the millisecond: two auditors who compare must see the same. */
export const timeText = (at: string | number): string =>
  `${new Date(at).toISOString().replace('T', ' ').replace('Z', '')} UTC`;

export const timeOf = (at: string | undefined | null): TemplateResult | string =>
  at === undefined || at === null || Number.isNaN(Date.parse(at))
    ? '–'
    : html`<time datetime=${at}>${timeText(at)}</time>`;

/** A day, optionally a time of it, optionally an offset; without one it is UTC. */
const WRITTEN =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;

/** What somebody wrote as a time, ms. Undefined: it is none. */
export function timeIn(text: string): number | undefined {
  const [, day, time = '00:00', offset = 'Z'] = WRITTEN.exec(text.trim()) ?? [];
  if (day === undefined) return undefined;
  const at = Date.parse(`${day}T${time}${offset.toUpperCase() === 'UTC' ? 'Z' : offset}`);
  return Number.isNaN(at) ? undefined : at;
}

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
