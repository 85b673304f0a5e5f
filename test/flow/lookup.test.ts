import { describe, expect, test } from 'vitest';
import type { Call, SingleCall } from '../../lib/destinations/destination.ts';
import { hubspot } from '../../lib/destinations/hubspot.ts';
import { runErrands } from '../../lib/flow/calls.ts';
import { NOW } from '../builders.ts';

const { interpret: _, ...destination } = hubspot;

/** What becomes of these calls at a vendor that answers everything with a plain 200. */
const outcomeOf = (...calls: readonly Call[]) => outcomeAt(200, calls);

async function outcomeAt(status: number, calls: readonly Call[]) {
  const reply = { status, headers: {}, body: {} };
  const ports = {
    vendor: { send: async () => ({ kind: 'reply', reply }) as const },
    clock: { now: () => NOW, sleep: async () => undefined, chance: () => 0 },
  };
  return runErrands(ports, destination, [{ id: 'ada', calls }], NOW + 40_000);
}

const nobody: Call = { outcome: { kind: 'skipped', reason: 'nobody' } };

describe('a look-up that finds nobody', () => {
  test.each<[string, Pick<SingleCall, 'method' | 'lookup'>]>([
    ['by GET', { method: 'GET' }],
    ['by POST, where the vendor takes it so', { method: 'POST', lookup: true }],
  ])('%s tells nobody anything', async (_name, asked) => {
    const calls = outcomeOf({ ...asked, path: '/search', next: () => [nobody] });
    expect(await calls).toEqual([{ kind: 'skipped', reason: 'nobody' }]);
  });

  test('leaves what was told before it told', async () => {
    const calls = outcomeOf(
      { method: 'POST', path: '/contacts' },
      { method: 'POST', path: '/search', lookup: true, next: () => [nobody] },
    );
    expect(await calls).toEqual([{ kind: 'delivered' }]);
  });

  test('is read by the look-up itself, where the vendor answers as if the address were wrong', async () => {
    const lookup: Call = {
      ...{ method: 'GET', path: '/contacts/ada' },
      interpret: ({ status }) => (status === 404 ? { kind: 'delivered' } : undefined),
      next: ({ status }) => (status === 404 ? [nobody] : []),
    };
    expect(await outcomeAt(404, [lookup])).toEqual([{ kind: 'skipped', reason: 'nobody' }]);
    expect(await outcomeAt(410, [lookup])).toEqual([{ kind: 'failed', reason: 'http-410' }]);
  });
});
