import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Mark, scaleOver, stepped } from '../../browser/audit/scale.ts';

const NOW = Date.UTC(2026, 4, 1);

const anyMarks = fc
  .array(fc.tuple(fc.integer({ min: NOW - 1e11, max: NOW }), fc.nat(1e9)), { maxLength: 40 })
  .map((times) =>
    times.map(([occurredAt, late], index): Mark => {
      return { version: index + 1, occurredAt, recordedAt: Math.min(NOW, occurredAt + late) };
    }),
  );

describe('a track of the timeline', () => {
  test('has every time at one place, later times further on, and gives each place its time back', () => {
    fc.assert(
      fc.property(anyMarks, fc.boolean(), (marks, even) => {
        const scale = scaleOver(marks, { now: NOW, even });
        const times = [...new Set(marks.flatMap((one) => [one.occurredAt, one.recordedAt]))].sort(
          (a, b) => a - b,
        );
        const places = times.map(scale.place);
        for (const [index, place] of places.entries()) {
          expect(place).toBeGreaterThan(places[index - 1] ?? 0);
          expect(place).toBeLessThan(1);
          expect(scale.time(place)).toBe(times[index]);
        }
        expect([scale.place(scale.from - 1), scale.place(scale.to + 1)]).toEqual([0, 1]);
      }),
    );
  });

  test('gives versions that are far apart as much room as those that are close, if asked to', () => {
    const marks = [10, 11, 5000].map(
      (at, index): Mark => ({ version: index + 1, occurredAt: at, recordedAt: at }),
    );
    const placed = (even: boolean) =>
      marks.map(({ occurredAt }) => scaleOver(marks, { now: 10_000, even }).place(occurredAt));
    const [first = 0, second = 0, third = 0] = placed(true);
    expect(second - first).toBeCloseTo(third - second);
    const [near = 0, next = 0, far = 0] = placed(false);
    expect(far - next).toBeGreaterThan(1000 * (next - near));
  });
});

describe('a step of a handle', () => {
  const times = [10, 20, 30];

  test.each([
    [undefined, -1, 30],
    [30, -1, 20],
    [25, -1, 20],
    [25, 1, 30],
    [20, 1, 30],
    [30, 1, undefined],
    [undefined, 1, undefined],
    [10, -1, 9],
    [9, -1, 9],
    [9, 1, 10],
    [30, -10, 9],
    [10, 10, undefined],
    [20, Number.NEGATIVE_INFINITY, 9],
    [20, Number.POSITIVE_INFINITY, undefined],
  ])('from %s by %s leads to %s', (at, steps, to) => expect(stepped(times, at, steps)).toBe(to));

  test('passes every version once, from now to before the first and back', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1e6), { minLength: 1 }), (all) => {
        const rising = [...all].sort((a, b) => a - b);
        const passed: (number | undefined)[] = [];
        let at: number | undefined;
        for (const _ of rising) {
          at = stepped(rising, at, -1);
          passed.push(at);
        }
        expect(passed).toEqual(rising.toReversed());
        for (let step = 1; step < rising.length; step += 1) at = stepped(rising, at, 1);
        expect([at, stepped(rising, at, 1)]).toEqual([rising.at(-1), undefined]);
      }),
    );
  });
});
