import { MINUTE } from '../../lib/domain/time.ts';
import { deliver } from '../../lib/flow/deliver.ts';
import type { Lane, LaneFacts } from '../../lib/flow/lane.ts';
import { publish } from '../../lib/flow/publish.ts';
import { type LaneReport, reconcile } from '../../lib/flow/reconcile.ts';
import { type ReplayRequest, replay } from '../../lib/flow/release.ts';
import { restart } from '../../lib/flow/restart.ts';
import { aChange, type ChangeShape, NOW } from '../builders.ts';
import type { Branch } from './branch.ts';
import { deliverPortsOf, type EstatePorts, type Ground, portsOn, VISIBILITY } from './estate-ports.ts';
import { people } from './model/people.ts';

const FUNCTION_TIMEOUT = MINUTE;
/** As the registry has it. */
const RECONCILE_EVERY = 5 * MINUTE;
const BATCH = 10;

/** Everything between a change and its vendors as shipped, over stores in memory and a time that the test lets pass. */
export interface Estate {
  /** Records a change, and publishes it unless told not to. */
  readonly say: (subject: string, change: ChangeShape, fate?: 'unpublished') => Promise<void>;
  /** Lets time pass: workers take what is due, reconcile runs on its schedule. */
  readonly pass: (ms: number) => Promise<void>;
  /** The newest report of a lane, or of the bus. */
  readonly report: (lane: string) => LaneReport | undefined;
  readonly replay: (branch: Branch, request: ReplayRequest) => Promise<number>;
  /** The queues are lost, and the engine starts again. */
  readonly crash: () => Promise<void>;
}

export function anEstate(branches: readonly Branch[]): Estate {
  let now = NOW;
  let due = NOW + RECONCILE_EVERY;
  const clock = { now: () => now, sleep: async () => undefined, chance: () => 0.5 };
  const ground: Ground = { branches, people: people(NOBODY_TOLD), clock };
  const ports = portsOn(ground);
  const lanes = (): readonly Lane[] => branches.map(({ lane }) => lane);
  const setupOf = async (lane: LaneFacts) => branches.find((branch) => branch.lane === lane)?.setup;
  const reports = new Map<string, LaneReport>();
  const reconcileNow = async (): Promise<void> => {
    due += RECONCILE_EVERY;
    const options = { setupOf, settleTime: 2 * VISIBILITY };
    for (const report of await reconcile(ports, lanes())(options)) reports.set(report.lane, report);
  };
  const pass = async (ms: number): Promise<void> => {
    const end = now + ms;
    while (now < end) {
      await work(ports, branches);
      const next = Math.min(end, due, ...branches.map(({ queue }) => queue.next()));
      now = Math.max(next, now + 1);
      if (now >= due) await reconcileNow();
    }
  };
  return {
    say: async (subject, change, fate) => {
      const recording = await ground.people.record(
        subject,
        aChange({ at: (now - NOW) / MINUTE, ...change }),
        now,
      );
      if (recording && fate === undefined) await publish(ports)([recording.stored.version]);
    },
    pass,
    report: (lane) => reports.get(lane),
    replay: (branch, request) => replay(ports, branch.lane, request),
    crash: async () => {
      for (const { queue } of branches) queue.lose();
      await restart(ports, lanes())({ setupOf, functionTimeout: FUNCTION_TIMEOUT, crashedAt: now });
    },
  };
}

const NOBODY_TOLD = { ofSubject: async () => ({ items: [], logged: [], archived: [] }) };

/** Workers take everything that is due, a batch at a time. */
async function work(ports: EstatePorts, branches: readonly Branch[]): Promise<void> {
  for (const branch of branches) while (await takeBatch(ports, branch));
}

async function takeBatch(ports: EstatePorts, branch: Branch): Promise<boolean> {
  const now = ports.clock.now();
  const copies = branch.queue.receive(BATCH, now, now + VISIBILITY);
  const messages = copies.map(({ id, sentAt, receiveCount, body }) => ({
    id,
    sentAt,
    receiveCount,
    ...body,
  }));
  const taken = await deliver(deliverPortsOf(ports, branch), branch.lane)(messages, now + FUNCTION_TIMEOUT);
  for (const copy of copies) {
    const again = taken.find(({ id }) => id === copy.id)?.again;
    if (again === undefined) branch.queue.remove(copy);
    else copy.visibleAt = now + again * 1000;
  }
  return copies.length > 0;
}
