import { expect, test } from 'vitest';
import { NO_INTEREST } from '../../lib/domain/interest.ts';
import { everTold } from '../../lib/flow/ever-told.ts';
import type { LaneFacts } from '../../lib/flow/lane.ts';
import { type ReconcilePorts, reconcile } from '../../lib/flow/reconcile.ts';
import { aCatalogue, NOW } from '../builders.ts';
import { marksInMemory } from '../memory-search.ts';

const laneOf = (kind: 'state' | 'watch', topics: LaneFacts['interest']['topics']): LaneFacts => ({
  destination: { id: 'mailer', title: 'Mailer', kind, impact: '', identifiedBy: [] },
  ...{ settings: {}, paused: false, interest: { topics, channels: ['email'] } },
});

const nothing = async (): Promise<undefined> => undefined;
const never = async (): Promise<never> => {
  throw new Error('not asked for here');
};

function quiet() {
  const marks = marksInMemory();
  const ports: ReconcilePorts = {
    ...{ catalogue: aCatalogue(), marks, bus: { put: never } },
    clock: { now: () => NOW, sleep: nothing, chance: () => 0 },
    records: { recordedIn: async () => [], version: never },
    log: { read: never, write: never, replace: never },
    lanes: { force: never, waiting: async () => 0, delay: never },
    ledger: {
      ...{ items: never, note: never, putBack: never },
      ...{ answeredWith: async () => ({ items: [] }), count: async () => 0 },
    },
  };
  const run = (lane: LaneFacts) =>
    reconcile(ports, [lane])({ setupOf: async () => 'the same', settleTime: 0 });
  return { marks, run };
}

test('what a lane cared about before its mapping changed is remembered', async () => {
  const { marks, run } = quiet();
  await run(laneOf('state', ['acme/newsletter', 'acme/offers']));
  await run(laneOf('state', ['acme/news']));
  await run(laneOf('state', ['acme/news']));
  const topics = ['acme/news', 'acme/newsletter', 'acme/offers'];
  expect((await marks.read('mailer'))?.told).toEqual({
    ...{ title: 'Mailer', kind: 'state', interest: { topics, channels: ['email'] } },
  });
  const interest = { topics: ['acme/news'], channels: ['email'] };
  const mailer = { id: 'mailer', title: 'Mailer', kind: 'state', interest } as const;
  expect(await everTold({ marks, destinations: [mailer] }, 'mailer')).toEqual([
    { ...mailer, ever: { topics, channels: ['email'] } },
  ]);
  expect(await everTold({ marks, destinations: [] }, 'mailer')).toMatchObject([
    { id: 'mailer', former: true, interest: { topics } },
  ]);
  await run(laneOf('state', 'all'));
  expect((await marks.read('mailer'))?.told?.interest.topics).toBe('all');
});

test('a lane that holds no copy of anything is not remembered as one that was told', async () => {
  const { marks, run } = quiet();
  await run({ ...laneOf('watch', []), interest: NO_INTEREST });
  expect(await marks.read('mailer')).toEqual({ lowWater: NOW, setup: 'the same' });
  expect(await everTold({ marks, destinations: [] }, 'mailer')).toEqual([]);
});
