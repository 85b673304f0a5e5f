import fc from 'fast-check';

/** People with histories that begin at any second and go on at any pace. */
export const people = (most: number) =>
  fc.array(
    fc.record({
      count: fc.integer({ min: 1, max: most }),
      from: fc.nat(60),
      every: fc.integer({ min: 1, max: 20 }),
    }),
    { minLength: 1, maxLength: 4 },
  );
