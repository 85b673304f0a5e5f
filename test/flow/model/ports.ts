import type { DeliverPorts } from '../../../lib/flow/lane.ts';
import type { DeliveryItem, Lanes } from '../../../lib/ports.ts';
import { knownIn } from './ledger.ts';
import { CATALOGUE } from './people.ts';
import type { Worker, World } from './world.ts';

/** Does one thing at once, some time later. */
type Call = <T>(words: (result: T) => string, run: () => T) => Promise<T>;

export function callsOf(world: World, name: string, caller: number): Call {
  return (words, run) =>
    world.scheduler.call(caller, {
      run: () => {
        const result = run();
        world.say(() => `${name}: ${words(result)}`);
        return result;
      },
    });
}

/** One worker's ports: every call waits for its turn. */
export function deliverPorts(world: World, worker: Worker): DeliverPorts {
  const { people, book, plan, scheduler, vendor } = world;
  const name = `worker ${worker.id}`;
  const call = callsOf(world, name, worker.id);
  const seen = new Map<string, readonly string[]>();
  return {
    catalogue: CATALOGUE,
    clock: clockOf(world),
    records: {
      newest: (subject) =>
        call(
          (found) => `reads ${subject}:${found?.version.version}`,
          () => people.newest(subject),
        ),
      version: (subject, version) =>
        call(
          () => `reads ${subject}:${version}`,
          () => people.version(subject, version)?.stored,
        ),
    },
    identifiers: {
      suppressed: async () => [],
      holders: (_kind, hash) =>
        call(
          (holders) => `${hash}: ${holders.join() || 'nobody'}`,
          () => {
            const holders =
              (plan.lie === 'holders that are never looked at twice' && seen.get(hash)) ||
              people.holders(hash);
            seen.set(hash, holders);
            return holders;
          },
        ),
    },
    ledger: ledgerPort(world, call),
    log: {
      read: (destination, versions) =>
        call(
          () => 'reads the log',
          () => knownIn(book, destination, versions),
        ),
      replace: (entry, before) =>
        call(
          (won) => `logs ${entry.subject}:${entry.version} ${entry.outcome}: ${won ? 'won' : 'lost'}`,
          () => book.replace(entry, before),
        ),
    },
    vendor: {
      send: (request) =>
        scheduler.call(worker.id, {
          slow: true,
          run: () => vendor.send(world, request, name),
          abandoned: () => vendor.orphan(world, request, worker.hiddenUntil - 1),
        }),
    },
    marks: { read: async () => undefined },
    bus: {
      put: (entries) =>
        call(
          () => 'announces',
          () => entries.map(() => true),
        ),
    },
    lanes: {
      force: (_destination, messages, confirmation) =>
        call(
          () => `forces ${messages.map(({ subject }) => subject).join()}`,
          () => force(world, messages, { ...confirmation, confirming: confirmation !== undefined }),
        ),
    },
  };
}

export const clockOf = (world: World) => ({
  now: world.now,
  chance: world.random.next,
  sleep: async () => {},
});

function ledgerPort(world: World, call: Call): DeliverPorts['ledger'] {
  const { people, book, plan, random } = world;
  return {
    read: async (_destination, subjects) => {
      const items = () =>
        call(
          () => `reads items of ${subjects.join()}`,
          () => subjects.map(book.item),
        );
      const identifiers = () =>
        call(
          () => `reads identifiers of ${subjects.join()}`,
          () => subjects.map(people.identifiers),
        );
      const [itemsRead, identifiersRead] = await inAnyOrder(random.happens(0.5), items, identifiers);
      return new Map(
        itemsRead.map((item, i) => [item.subject, { item, identifiers: identifiersRead[i] ?? [] }]),
      );
    },
    settle: (next) =>
      call(
        (won) => `settles ${wordsOf(next)}: ${won ? 'won' : 'lost'}`,
        () => settle(world, next),
      ),
    touch: (_destination, subject) =>
      call(
        () => `touches ${subject}`,
        () => (plan.lie === 'a touch that does nothing' ? undefined : book.touch(subject)),
      ),
    note: (_destination, subject, retrying) =>
      call(
        () =>
          `notes ${subject}:${retrying.version} ${retrying.reason}, back at ${retrying.until.slice(11, 23)}`,
        () => book.note(subject, retrying),
      ),
  };
}

export const wordsOf = ({ subject, version, revision, answered }: DeliveryItem): string =>
  `${subject}:${answered?.version} ${answered?.outcome} (has ${version}, revision ${revision})`;

async function inAnyOrder<A, B>(
  first: boolean,
  a: () => Promise<A>,
  b: () => Promise<B>,
): Promise<readonly [A, B]> {
  if (first) {
    const before = await a();
    return [before, await b()];
  }
  const before = await b();
  return [await a(), before];
}

/** A settle may succeed and be answered as lost: its answer was, and the client asked again. */
function settle({ book, plan, random, faults }: World, next: DeliveryItem): boolean {
  if (plan.lie === 'a compare-and-set that always wins') {
    book.overwrite(higher(book.item(next.subject), next));
    return true;
  }
  return book.settle(next) && !(faults() && random.happens(0.02));
}

/** What a store keeps that compares nothing but versions. */
const higher = (kept: DeliveryItem, next: DeliveryItem): DeliveryItem => ({
  ...((next.answered?.version ?? 0) < (kept.answered?.version ?? 0) ? kept : next),
  version: Math.max(kept.version, next.version),
  revision: kept.revision + 1,
});

interface Forced {
  readonly forced?: boolean;
  readonly confirming?: boolean;
  readonly delaySeconds?: number;
}

/** Puts messages into the queue that must be sent. */
export function force(
  { queue, now }: World,
  messages: Parameters<Lanes['force']>[1],
  { forced = true, confirming = false, delaySeconds }: Forced = {},
): void {
  for (const { subject, version } of messages)
    queue.put({ subject, version, force: forced, confirming }, now(), delaySeconds);
}
