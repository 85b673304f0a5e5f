import type { Ask, InboundNotice, Learned, Receive } from '../destinations/destination.ts';
import { sha256 } from '../domain/digest.ts';
import type { Fault } from '../domain/refusal.ts';
import type { Vendor } from '../ports.ts';
import { askAll, type Taught } from './ask.ts';
import { type Proving, type Verdict, verdictOn } from './genuine.ts';
import type { Lane } from './lane.ts';
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
  const unfinished = unfinishedIn(ports.clock);
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
    if (verdict.kind === 'undecided') return again('The keys to check the signature by cannot be read now.');
    const learned =
      verdict.kind === 'genuine'
        ? learnedFrom(receiver, settings, { notice, verdict })
        : greetedBy(receiver, proving, notice);
    if (!learned) return FORGED;
    if ('invalid' in learned) return { kind: 'refused', status: 422, detail: learned.invalid };
    return takeLearned(ports, sender, { learned, body: notice.body, deadline, unfinished });
  };
}

const FORGED: Received = {
  ...{ kind: 'refused', status: 401, detail: 'The signature is missing, wrong or too old.' },
};

/** What a vendor asks that gives its key only to an address that has answered; nothing it teaches is taken. */
function greetedBy(
  { signature, handshake }: Receive<unknown, unknown>,
  { secret, settings }: Pick<Proving, 'secret' | 'settings'>,
  { body }: InboundNotice,
): Learned | undefined {
  if (!handshake || !('keys' in signature) || signature.keys(secret).length > 0) return undefined;
  const asks = handshake(jsonOf(body), settings);
  return asks && { choices: [], asks: asks.map((ask) => ({ ...ask, learn: onlyRead(ask) })) };
}

const onlyRead =
  ({ learn }: Ask): Ask['learn'] =>
  (reply) =>
    learn(reply) && { choices: [] };

const again = (detail: string): Received => ({ kind: 'refused', status: 503, detail });

interface Proved {
  readonly notice: InboundNotice;
  readonly verdict: Extract<Verdict, { readonly kind: 'genuine' }>;
}

function learnedFrom(
  receiver: Receive<unknown, unknown>,
  settings: unknown,
  { notice, verdict }: Proved,
): Learned | { readonly invalid: string } {
  if (receiver.body === 'jwt') return receiver.changes(verdict.claims, settings);
  if (receiver.body === 'form') return receiver.changes(fieldsOf(notice.body), settings);
  const parsed = jsonOf(notice.body);
  return parsed === undefined ? { invalid: 'The body is not JSON.' } : receiver.changes(parsed, settings);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
