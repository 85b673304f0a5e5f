import { TIMED_OUT_SECONDS } from '../../../lib/flow/lane.ts';
import type { Request, Sent } from '../../../lib/ports.ts';
import { type Person, Said } from './destinations.ts';
import type { World } from './world.ts';

/** A request that nobody waits for any more and that arrives when it likes, at the latest at `by`. */
export interface Late {
  readonly by: number;
  readonly arrive: () => void;
}

/** A vendor that stores the last write of each topic per address, and nothing else. */
export interface Vendor {
  readonly people: Map<string, Record<string, string>>;
  /** Requests on their way whose answer nobody will hear. */
  readonly late: Late[];
  readonly send: (world: World, request: Request, of: string) => Sent;
  /** The sender died: the request may have arrived, may arrive until `by`, or never. */
  readonly orphan: (world: World, request: Request, by: number) => void;
  readonly settleAfter: number;
}

const replied = (
  status: number,
  body: unknown = {},
  headers: Readonly<Record<string, string>> = {},
): Sent => ({
  kind: 'reply',
  reply: { status, headers, body },
});

const silence = (timedOut: boolean): Sent => ({ kind: 'silence', timedOut });

const peopleIn = ({ body }: Request): readonly Person[] =>
  body === undefined ? [] : Said.parse(body).people;

export function vendor(settleAfter: number): Vendor {
  const people = new Map<string, Record<string, string>>();
  const late: Late[] = [];
  const store = ({ address, choices }: Person): void => {
    people.set(address, { ...people.get(address), ...choices });
  };
  const arrive = (world: World, told: readonly Person[]): void => {
    for (const person of told) {
      world.say(() => `the vendor stores ${JSON.stringify(person)}`);
      store(person);
    }
  };
  const arriveLate = (world: World, told: readonly Person[], by: number): void => {
    if (told.length > 0) late.push({ by, arrive: () => arrive(world, told) });
  };
  const bound = (world: World): number => world.now() + Math.max(settleAfter, TIMED_OUT_SECONDS) * 1000 - 1;
  return {
    people,
    late,
    settleAfter,
    send: (world, request, of) => {
      const told = peopleIn(request);
      const fault =
        world.faults() && world.random.happens(world.plan.faultRate) ? world.random.pick(FAULTS) : 'none';
      world.say(
        () => `${of}: ${request.method} ${JSON.stringify(told)}${fault === 'none' ? '' : `: ${fault}`}`,
      );
      const applied = { now: () => arrive(world, told), later: () => arriveLate(world, told, bound(world)) };
      const answer = fault === 'none' ? undefined : ANSWERS[fault](world, applied);
      return answer ?? took(world, request, told, applied);
    },
    orphan: (world, request, by) => {
      const told = peopleIn(request);
      if (world.random.happens(0.4)) arriveLate(world, told, by);
      else if (world.random.happens(0.5)) arrive(world, told);
    },
  };

  /** No fault: rows of a batch are answered one by one, and a vendor that applies later says so. */
  function took(world: World, request: Request, told: readonly Person[], applied: Applied): Sent {
    if (request.path === '/people/batch') return rows(world, told);
    if (settleAfter === 0) applied.now();
    else late.push({ by: world.now() + settleAfter * 1000 - 1, arrive: () => arrive(world, told) });
    return replied(settleAfter === 0 ? 200 : 202);
  }

  function rows(world: World, told: readonly Person[]): Sent {
    const statuses = told.map((person) => {
      const fails = world.faults() && world.random.happens(world.plan.faultRate / 2);
      if (!fails) arrive(world, [person]);
      return fails ? world.random.pick([400, 503]) : 200;
    });
    return replied(200, { rows: statuses });
  }
}

interface Applied {
  readonly now: () => void;
  readonly later: () => void;
}

type Fault =
  | 'refuses'
  | 'is down'
  | 'is down after storing'
  | 'is busy'
  | 'is busy for long'
  | 'unreachable'
  | TimedOut;
type TimedOut = 'lost on the way' | 'its answer is lost' | 'delayed';

const FAULTS: readonly Fault[] = [
  'refuses',
  'is down',
  'is down after storing',
  'is busy',
  'is busy for long',
  'unreachable',
  'lost on the way',
  'its answer is lost',
  'delayed',
  'delayed',
  'delayed',
];

/** Longest a request is waited for, ms. */
const TIMEOUT = 10_000;

function timesOut(world: World): Sent {
  world.pass(TIMEOUT);
  return silence(true);
}

const ANSWERS: Readonly<Record<Fault, (world: World, applied: Applied) => Sent>> = {
  refuses: () => replied(400),
  'is down': () => replied(503),
  'is down after storing': (_world, { now }) => {
    now();
    return replied(500);
  },
  'is busy': (world) => replied(429, {}, { 'retry-after': String(1 + world.random.below(90)) }),
  'is busy for long': (world) => {
    const until = world.now() + (1 + world.random.below(13)) * 3_600_000;
    return replied(429, {}, { 'retry-after': new Date(until).toUTCString() });
  },
  unreachable: () => silence(false),
  'lost on the way': timesOut,
  'its answer is lost': (world, { now }) => {
    now();
    return timesOut(world);
  },
  delayed: (world, { later }) => {
    const sent = timesOut(world);
    later();
    return sent;
  },
};
