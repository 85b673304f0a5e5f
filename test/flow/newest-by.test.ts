import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toIso } from '../../lib/domain/time.ts';
import { newestBy } from '../../lib/flow/newest-by.ts';
import type { StoredRaw } from '../../lib/ports.ts';
import { aChange, aVersion } from '../aws-store/builders.ts';

const START = Date.UTC(2026, 0, 1);

const step = fc.record({
  after: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 1_000 }), fc.constant(1e9)),
  fate: fc.constantFrom('there', 'there', 'there', 'broken', 'gone'),
});

/** Versions as they lie in the table: some cannot be read, and of some not even the number is left. */
function table(steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]) {
  const before = aVersion('ada', aChange(0, 'granted'));
  let at = START;
  return steps.flatMap(({ after, fate }, i): readonly StoredRaw[] => {
    at += after;
    const [version, recordedAt] = [i + 1, toIso(at)];
    const stored = { ...before, version: { ...before.version, version, recordedAt } };
    if (fate === 'gone') return [];
    return [{ version, recordedAt, broken: fate === 'broken', ...(fate === 'there' && { stored }) }];
  });
}

test('the newest by a moment is found among broken and lost ones, however they came, in few reads', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 200 }), fc.nat(), async (steps, pick) => {
      const all = table(steps);
      const newest = all.at(-1);
      if (!newest) return;
      const moment = all[pick % all.length]?.recordedAt ?? '';
      let reads = 0;
      const raw = async (_: string, { below = 1e9, limit }: { below?: number; limit: number }) => {
        reads += 1;
        expect(reads).toBeLessThan(80);
        return all
          .filter(({ version }) => version < below)
          .reverse()
          .slice(0, limit);
      };
      const found = await newestBy({ raw }, { subject: 'ada', newest, moment });
      const by = all.filter(({ recordedAt = '' }) => recordedAt <= moment);
      const stored = by.findLast((one) => one.stored);
      const broken = by.findLast((one) => one.broken && one.version > (stored?.version ?? 0));
      expect(found.stored?.version.version).toBe(stored?.version);
      expect(found.broken?.version).toBe(broken?.version);
    }),
    { numRuns: 300 },
  );
});
