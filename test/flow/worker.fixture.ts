import type { Destination } from '../../lib/destinations/destination.ts';
import { deliver } from '../../lib/flow/deliver.ts';
import type { Disposition, Lane, LaneMessage } from '../../lib/flow/lane.ts';
import type { DeliveryItem, Request, TrailEntry } from '../../lib/ports.ts';
import { aChange, type ChangeShape } from '../builders.ts';
import { STATE_DESTINATIONS } from './model/destinations.ts';
import { sealedAddress } from './model/people.ts';
import { type Answer, type Port, portsOf, type State, stateOf } from './worker-ports.fixture.ts';

export { reply, TIMED_OUT, UNREACHABLE } from './worker-ports.fixture.ts';

export const SECOND = 1_000;
export const HOUR = 3_600 * SECOND;

/** One lane with its worker, over stores in memory; the test says what the vendor answers, and when it is. */
export interface Stage {
  /** Records a change, at `address` if one is given, and gives the message that tells of it. */
  readonly says: (subject: string, change: ChangeShape, address?: string | null) => Promise<LaneMessage>;
  /** These were erased of an address, and are counted there for their stop. */
  readonly keeps: (address: string, ...erased: readonly string[]) => void;
  /** One run of the function that may take `time` ms. */
  readonly work: (messages: readonly LaneMessage[], time?: number) => Promise<readonly Disposition[]>;
  readonly pass: (ms: number) => void;
  /** What the vendor does with the next requests, one each; after that it takes everything. */
  readonly vendor: (...answers: readonly Answer[]) => void;
  /** Happens once, when this port is asked next, before it answers. */
  readonly before: (port: Port, act: () => Promise<unknown>) => void;
  /** How often a port was asked. */
  readonly asked: (port: Port) => number;
  readonly sent: readonly Request[];
  /** What the vendor stores for an address. */
  readonly has: (address: string) => Readonly<Record<string, string>>;
  readonly item: (subject: string) => DeliveryItem;
  readonly forced: readonly {
    readonly subject: string;
    readonly version: number;
    readonly delaySeconds?: number;
  }[];
  readonly announced: readonly string[];
  readonly archived: readonly TrailEntry[];
  /** What a `log` lane has logged of a version. */
  readonly logged: (subject: string, version: number) => string | undefined;
}

/** A destination of the model check, or one made from it. */
export function aDestination(id: string, overrides: Partial<Destination> = {}): Destination {
  const found = STATE_DESTINATIONS.find((destination) => destination.id === id);
  if (!found) throw new Error(`there is no destination ${id}`);
  return { ...found, ...overrides };
}

export function aStage(destination: Destination = aDestination('whole'), lane: Partial<Lane> = {}): Stage {
  const state = stateOf(destination);
  const ports = portsOf(state);
  const interest = { topics: 'all', channels: 'all' } as const;
  const whole: Lane = { destination, settings: {}, interest, paused: false, ...lane };
  return {
    says: (subject, change, address) => record(state, { subject, change, address }),
    keeps: (address, ...kept) => {
      const { kind, hash } = sealedAddress(address);
      state.suppressed.set(hash, { kind, hash, kept });
    },
    work: (batch, time = 60 * SECOND) => deliver(ports, whole)(batch, state.now + time),
    pass: (ms) => {
      state.now += ms;
    },
    vendor: (...answers) => {
      state.answers = answers;
    },
    before: (port, act) => state.acts.set(port, act),
    asked: (port) => state.asked.filter((other) => other === port).length,
    sent: state.sent,
    has: (address) => state.stored.get(address) ?? {},
    item: state.book.item,
    forced: state.forced,
    announced: state.announced,
    archived: state.archived,
    logged: (subject, version) => state.book.log.get(`${destination.id} ${subject}:${version}`)?.outcome,
  };
}

/** What somebody says; `address`: where they can be reached, undefined for what it was. */
interface Saying {
  readonly subject: string;
  readonly change: ChangeShape;
  readonly address?: string | null | undefined;
}

/** Records a change, and gives the message that tells of it. */
export async function record(
  { people: who, now }: State,
  { subject, change, address }: Saying,
): Promise<LaneMessage> {
  const gone = { kind: 'email', hash: null, sealed: null };
  const identifiers = address === undefined ? [] : [address === null ? gone : sealedAddress(address)];
  const made = await who.record(subject, aChange({ ...change, identifiers }), now);
  if (!made) throw new Error('this change makes no version');
  const { event } = made;
  const { version } = event.data;
  const attempt = { receiveCount: 1, sentAt: now, force: false, confirming: false };
  return { id: `message of ${event.id}`, subject, version, event, ...attempt };
}

/** The same message on its next attempt. */
export const again = (message: LaneMessage): LaneMessage => ({
  ...message,
  receiveCount: message.receiveCount + 1,
});

/** A message that something put back: it has no event. */
export const forcedOf = ({ event: _, ...message }: LaneMessage): LaneMessage => ({ ...message, force: true });
