/** A version on the timeline: when she chose and when Heed was told, ms. */
export interface Mark {
  readonly version: number;
  readonly occurredAt: number;
  readonly recordedAt: number;
}

/** What was recorded sooner than this after it was chosen did not come late, ms. */
export const PROMPT = 5 * 60_000;

/** Where a time stands between the two ends of a track, 0 to 1, and back. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly place: (at: number) => number;
  readonly time: (place: number) => number;
}

/** Every time that any mark names, rising, each once. */
const timesOf = (marks: readonly Mark[]): number[] =>
  [...new Set(marks.flatMap(({ occurredAt, recordedAt }) => [occurredAt, recordedAt]))].sort((a, b) => a - b);

/**
 * From a little before the first mark to now. `even`: as much room from each time to the next, however far apart they are;
 * otherwise as much as it took.
 */
export function scaleOver(
  marks: readonly Mark[],
  { now, even }: { readonly now: number; readonly even: boolean },
): Scale {
  const times = timesOf(marks);
  const first = times[0] ?? now - 1;
  const last = Math.max(now, times.at(-1) ?? now) + 1;
  const from = even ? first - 1 : first - Math.max(1, Math.round((last - first) / 50));
  const ticks = even ? [from, ...times, last] : [from, last];
  const step = 1 / (ticks.length - 1);
  return {
    from,
    to: last,
    place: (at) => {
      const after = firstAbove(ticks, at);
      if (after === 0) return 0;
      const [low, high] = [ticks[after - 1] ?? from, ticks[after] ?? last];
      if (after >= ticks.length) return 1;
      return (after - 1 + (at - low) / (high - low)) * step;
    },
    time: (place) => {
      const index = Math.min(Math.floor(place / step), ticks.length - 2);
      const [low, high] = [ticks[index] ?? from, ticks[index + 1] ?? last];
      return Math.round(low + (place / step - index) * (high - low));
    },
  };
}

/** Index of the first number above another, in a rising list. */
export function firstAbove(rising: readonly number[], limit: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? limit) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * So many times further on in a rising list, from a moment or from now (undefined). Beyond the last is now, before the first
 * one ms before it: there nothing had been said.
 */
export function stepped(
  rising: readonly number[],
  at: number | undefined,
  steps: number,
): number | undefined {
  const passed = at === undefined ? rising.length + 1 : firstAbove(rising, at);
  const standing = at !== undefined && rising[passed - 1] !== at && steps < 0 ? 1 : 0;
  const to = passed + steps + standing;
  if (to > rising.length) return undefined;
  return to < 1 ? (rising[0] ?? 1) - 1 : rising[to - 1];
}
