import type { Lane } from '../../../lib/flow/lane.ts';
import { publish } from '../../../lib/flow/publish.ts';
import { type ReconcilePorts, reconcile } from '../../../lib/flow/reconcile.ts';
import { replay } from '../../../lib/flow/release.ts';
import { restart } from '../../../lib/flow/restart.ts';
import type { LaneMark } from '../../../lib/ports.ts';
import { NOW } from '../../builders.ts';
import { ledgerOf, logOf } from './ledger.ts';
import { CATALOGUE } from './people.ts';
import { clockOf, force } from './ports.ts';
import { FUNCTION_TIMEOUT, VISIBILITY, type World } from './world.ts';

/** What runs beside the workers, as shipped. Its requests happen at once: what they race with is the workers' own. */
export interface Upkeep {
  readonly publish: () => Promise<void>;
  readonly reconcile: (queuesLost: boolean) => Promise<void>;
  /** The whole engine dies, its queues with it, and starts again. */
  readonly crash: () => Promise<void>;
  /** Sends again what is held or failed. */
  readonly replay: () => Promise<number>;
}

const setupOf = async (): Promise<string> => 'as it was';

export function upkeep(world: World, lane: Lane): Upkeep {
  const ports = portsOf(world);
  return {
    publish: async () => {
      const { unpublished, random } = world;
      const versions = unpublished.splice(random.below(unpublished.length), 1);
      await publish(ports)(versions.map(({ stored }) => stored.version));
    },
    reconcile: async (queuesLost) => {
      world.say(() => 'reconcile');
      await reconcile(ports, [lane])({ setupOf, settleTime: queuesLost ? 0 : 2 * VISIBILITY, queuesLost });
    },
    crash: async () => {
      lose(world);
      const ports = portsOf(world, world.plan.lie !== 'a restart without force');
      const crashedAt = world.now() - world.random.below(500);
      await restart(ports, [lane])({ setupOf, functionTimeout: FUNCTION_TIMEOUT, crashedAt });
    },
    replay: () => replay(ports, lane, { outcomes: ['held', 'failed'] }),
  };
}

/** What is under way at the vendor arrives before anything is sent again: a new engine is slower than that. */
function lose(world: World): void {
  world.say(() => 'the engine dies and its queues are lost');
  for (const worker of [...world.workers.values()]) world.kill(worker);
  world.queue.lose();
  world.onTheBus.length = 0;
  for (const { arrive } of world.vendor.late.splice(0)) arrive();
}

function portsOf(
  world: World,
  forced = true,
): ReconcilePorts & { readonly ledger: ReturnType<typeof ledgerOf> } {
  const { people, book } = world;
  const marks = new Map<string, LaneMark>();
  return {
    catalogue: CATALOGUE,
    clock: clockOf(world),
    records: {
      recordedIn: async (minute) => people.recordedIn(minute),
      version: async (subject, version) => people.version(subject, version)?.stored,
    },
    ledger: ledgerOf(book),
    log: logOf(book),
    marks: {
      read: async (lane) => marks.get(lane) ?? { lowWater: NOW, setup: await setupOf() },
      write: async (lane, mark) => {
        marks.set(lane, mark);
      },
    },
    bus: {
      put: async (entries) => {
        for (const { detail } of entries) {
          const id = 'id' in detail ? detail.id : '';
          world.onTheBus.push(...people.all().filter(({ event }) => event.id === id));
        }
        return entries.map(() => true);
      },
    },
    lanes: {
      force: async (_destination, messages) => force(world, messages, { forced }),
      waiting: async () => 0,
      delay: async () => {},
    },
  };
}
