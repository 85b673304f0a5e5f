import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Version } from '../../lib/domain/vocabulary.ts';
import { publish } from '../../lib/flow/publish.ts';
import type { BusEntry, LogEntry } from '../../lib/ports.ts';
import { aCatalogue, aChange, aVersion, pending } from '../builders.ts';

const catalogue = aCatalogue();
const clock = { now: Date.now, sleep: async () => undefined, chance: () => 0.5 };
const Identified = z.object({ id: z.string() });

const asking = (subject: string): Version =>
  aVersion({ subject, catalogue, change: aChange({ choices: [pending('acme/newsletter', 'email')] }) });

/** A bus that takes at most ten, refuses what it is told to, and a log beside it. */
function aStage() {
  const refused = new Set<string>();
  const calls: string[][] = [];
  const published: string[] = [];
  const put = async (entries: readonly BusEntry[]) => {
    if (entries.length > 10) throw new Error('ten entries at most');
    const ids = entries.map(({ detail }) => Identified.parse(detail).id);
    calls.push(ids);
    return ids.map((id) => !refused.has(id));
  };
  const write = async (entries: readonly LogEntry[]) =>
    void published.push(...entries.map(({ subject, version }) => `${subject}:${version}`));
  return { ports: { catalogue, clock, bus: { put }, log: { write } }, refused, calls, published };
}

describe('publishing a version that asks for a confirmation', () => {
  test('puts what changed and what is asked, side by side, ten entries at a time', async () => {
    const { ports, calls, published } = aStage();
    const versions = Array.from({ length: 7 }, (_, i) => asking(`s${i}`));
    expect(await publish(ports)(versions)).toEqual(versions.map(() => true));
    expect(calls.map((ids) => ids.length)).toEqual([10, 4]);
    expect(calls.flat()).toEqual(
      versions.flatMap(({ subject }) => [`${subject}:1`, `${subject}:1:confirmation`]),
    );
    expect(published).toEqual(versions.map(({ subject }) => `${subject}:1`));
  });

  test.each(['s1:1', 's1:1:confirmation'])(
    'counts as published only when both were taken (%s is refused), and puts both again',
    async (id) => {
      const { ports, refused, calls, published } = aStage();
      refused.add(id);
      const versions = [asking('s0'), asking('s1'), aVersion({ subject: 's2', catalogue })];
      expect(await publish(ports)(versions)).toEqual([true, false, true]);
      expect(published).toEqual(['s0:1', 's2:1']);
      refused.clear();
      calls.splice(0);
      expect(await publish(ports)([asking('s1')])).toEqual([true]);
      expect(calls).toEqual([['s1:1', 's1:1:confirmation']]);
    },
  );
});
