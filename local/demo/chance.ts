/** Chance that a seed decides: the same seed makes the same day. */
export interface Chance {
  /** Uniform in [0, 1). */
  next(): number;
  happens(probability: number): boolean;
  /** A whole number from 0 to `below` - 1. */
  whole(below: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/** Mulberry32, a generator in the public domain: plenty for inventing people. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (below: number): number => Math.floor(next() * below);
  return {
    next,
    whole,
    happens: (probability) => next() < probability,
    pick: (from) => from[whole(from.length)] ?? from[0],
  };
}
