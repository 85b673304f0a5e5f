import type { InboundNotice, Learned, Receive } from '../destinations/destination.ts';
import { sha256 } from '../domain/digest.ts';
import type { Fault } from '../domain/refusal.ts';
import type { Vendor } from '../ports.ts';
import { askAll, type Taught } from './ask.ts';
import { verdictOn } from './genuine.ts';
import { greeter, jsonOf } from './greet.ts';
import type { Lane } from './lane.ts';
import type { Verdict } from './proving.ts';
import { type Published, publishedBy } from './published.ts';
import { type Taken, type TakePorts, takeAll } from './take-reported.ts';
import { type Unfinished, unfinishedIn } from './unfinished.ts';

export interface ReceivePorts extends TakePorts {
  /** A destination's own HTTP side: for the keys it publishes, and for what its notices leave to be asked. */
  readonly vendorFor: (lane: Pick<Lane, 'destination' | 'settings'>) => Vendor;
  /** Sends again what a destination failed or holds. */
  readonly sendAgain: (destination: string) => Promise<void>;
}

/** Who is said to have sent a notice. */
export interface Sender extends Pick<Lane, 'destination' | 'settings'> {
  readonly secret: unknown;
}

/** What became of a vendor's notice. `ignored`: echoes of what Heed sent, and grants nobody vouches for. */
export type Received =
  | {
      readonly kind: 'accepted';
      readonly changes: number;
      readonly unchanged: number;
      readonly ignored: number;
    }
  | {
      readonly kind: 'refused';
      readonly status: 401 | 422 | 503;
      readonly detail: string;
      readonly errors?: readonly Fault[];
    };

type Refused = Extract<Received, { readonly kind: 'refused' }>;

type Receiving = (sender: Sender, notice: InboundNotice, deadline: number) => Promise<Received>;

/** Most questions that one notice may lead to, and how many are asked at once: the vendor waits for the answer. */
const MOST_ASKS = 200;
const AT_ONCE = 5;

/**
 * Takes a vendor's own notice. An unsubscribe is the person's act; a grant is only the vendor's word. Each choice is
 * stored on its own, so that no stop hangs on its neighbours. What says nothing new makes no version: loops end here.
 * Where not everything could be learned or stored the vendor is told to send it again, and what was learned of it is
 * not asked for twice. `deadline`: ms.
 */
export function receive(ports: ReceivePorts): Receiving {
  const known = new Map<string, Published>();
  const [unfinished, greet] = [unfinishedIn(ports.clock), greeter(ports.clock)];
  const publishedOf = (sender: Sender): Published => {
    const { id } = sender.destination;
    const published = known.get(id) ?? publishedBy({ vendor: ports.vendorFor(sender), clock: ports.clock });
    known.set(id, published);
    return published;
  };
  return async (sender, notice, deadline) => {
    const { destination, settings } = sender;
    const { receive: receiver } = destination;
    if (!receiver) return FORGED;
    const proving = {
      settings,
      secret: destination.secret.parse(sender.secret),
      now: ports.clock.now(),
      published: publishedOf(sender),
    };
    const verdict = await verdictOn(receiver.signature, notice, proving);
    const heard =
      verdict.kind === 'genuine'
        ? learnedFrom(receiver, settings, { notice, verdict })
        : (greet(destination, proving, notice) ?? UNPROVED[verdict.kind]);
    if ('kind' in heard) return heard;
    return takeLearned(ports, sender, { learned: heard, body: notice.body, deadline, unfinished });
  };
}

const FORGED: Refused = {
  ...{ kind: 'refused', status: 401, detail: 'The signature is missing, wrong or too old.' },
};
const again = (detail: string): Refused => ({ kind: 'refused', status: 503, detail });
const UNPROVED = {
  refused: FORGED,
  undecided: again('The keys to check the signature by cannot be read now.'),
};

interface Proved {
  readonly notice: InboundNotice;
  readonly verdict: Extract<Verdict, { readonly kind: 'genuine' }>;
}

function learnedFrom(
  receiver: Receive<unknown, unknown>,
  settings: unknown,
  { notice, verdict }: Proved,
): Learned | Refused {
  const body = bodyOf(receiver, { notice, verdict });
  const learned = body === undefined ? NO_JSON : receiver.changes(body, settings);
  return 'invalid' in learned ? { kind: 'refused', status: 422, detail: learned.invalid } : learned;
}

const NO_JSON = { invalid: 'The body is not JSON.' };

function bodyOf({ body }: Receive<unknown, unknown>, { notice, verdict }: Proved): unknown {
  if (body === 'jwt') return verdict.claims;
  return body === 'form' ? fieldsOf(notice.body) : jsonOf(notice.body);
}

/** Of fields with one name the last counts. */
const fieldsOf = (body: string): Readonly<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams(body));

interface Taking {
  readonly learned: Learned;
  readonly body: string;
  readonly deadline: number;
  readonly unfinished: Unfinished;
}

async function takeLearned(ports: ReceivePorts, sender: Sender, taking: Taking): Promise<Received> {
  const { destination } = sender;
  const { learned, body } = taking;
  const digest = sha256(body);
  const taken: Taken[] = [];
  const take = async ({ choices }: Learned): Promise<boolean> => {
    const some = await takeAll(ports, destination, { choices, digest });
    taken.push(...some);
    return !some.includes('busy');
  };
  await take(learned);
  if (learned.repaired !== undefined) await ports.sendAgain(learned.repaired);
  const trouble = await askFor(ports, sender, { ...taking, name: `${destination.id} ${digest}`, take });
  if (trouble !== undefined) {
    ports.line?.({ level: 'warn', message: 'ask', destination: destination.id, reason: trouble });
    return again('Not everything it points to could be learned; send the notice again.');
  }
  if (taken.includes('busy')) return again('Too many changes at once; send the notice again.');
  if (learned.unread !== undefined) {
    ports.line?.({ level: 'warn', message: 'unread', destination: destination.id });
    return { kind: 'refused', status: 422, detail: learned.unread };
  }
  const count = (what: Taken): number => taken.filter((one) => one === what).length;
  return {
    kind: 'accepted',
    changes: count('changes'),
    unchanged: count('unchanged'),
    ignored: count('ignored'),
  };
}

interface Pointed extends Taking {
  /** What the notice goes by. */
  readonly name: string;
  /** Stores what was learned; false where not all of it could be. */
  readonly take: (learned: Learned) => Promise<boolean>;
}

/** Asks what a notice points to. Wherever one attempt ends, the next begins elsewhere, in another process too. */
async function askFor(
  ports: ReceivePorts,
  sender: Sender,
  { learned: { asks = [] }, deadline, unfinished, name, take }: Pointed,
): Promise<string | undefined> {
  const { clock, vendorFor } = ports;
  const left = unfinished.left(name, asks);
  const from = Math.floor(clock.chance() * left.length);
  const asking = {
    ...{ vendor: vendorFor(sender), clock, destination: sender.destination, deadline },
    ...{ most: MOST_ASKS, atOnce: AT_ONCE },
    take: async ({ ask, learned }: Taught) => {
      if ((await take(learned)) && !learned.asks?.length) unfinished.learned(name, ask);
    },
  };
  const trouble = await askAll(asking, [...left.slice(from), ...left.slice(0, from)]);
  if (trouble === undefined) unfinished.finished(name);
  return trouble;
}
