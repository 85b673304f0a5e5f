import { describe, expect, test } from 'vitest';
import { lookUp } from '../../lib/flow/read.ts';
import type { Identifiers } from '../../lib/ports.ts';

/** An address that so many go by, of whom the first few were erased and are counted all the same. */
function finding(living: number, erased: number) {
  const gone = Array.from({ length: erased }, (_, n) => `a-${n}`);
  const all = [...gone, ...Array.from({ length: living }, (_, n) => `b-${n}`)];
  const identifiers: Pick<Identifiers, 'holders' | 'suppressed'> = {
    holders: async (_kind, _hash, limit) => all.slice(0, limit),
    suppressed: async ([name]) => (name ? [{ ...name, since: '', kept: gone }] : []),
  };
  return lookUp({ identifiers, seals: { hash: async () => 'hash' } })('email', 'family@x.example');
}

describe('a lookup', () => {
  test.each([
    [3, 0, 3, false],
    [80, 60, 80, false],
    [100, 60, 100, false],
    [101, 60, 100, true],
    [101, 0, 100, true],
  ])(
    'of an address of %i people and %i erased ones names %i, and says whether there are more',
    async (living, erased, named, more) => {
      const found = await finding(living, erased);
      expect(found.subjects).toHaveLength(named);
      expect(found.subjects.every((subject) => subject.startsWith('b-'))).toBe(true);
      expect(found.more).toBe(more);
    },
  );
});
