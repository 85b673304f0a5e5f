import type { Destination } from '../../lib/destinations/destination.ts';
import type { DeliverPorts } from '../../lib/flow/lane.ts';
import type { Request, Sent, Suppressed, TrailEntry } from '../../lib/ports.ts';
import { NOW } from '../builders.ts';
import { Said } from './model/destinations.ts';
import { type Book, book, knownIn, ledgerOf } from './model/ledger.ts';
import { CATALOGUE, type People, people } from './model/people.ts';

/** What a worker asks of its surroundings. `items`: the moment between reading addresses and reading the ledger. */
export type Port =
  | 'newest'
  | 'holders'
  | 'read'
  | 'items'
  | 'settle'
  | 'note'
  | 'touch'
  | 'send'
  | 'force'
  | 'announce';

/** A status, a whole answer, or one made from the request. */
export type Answer = number | Sent | ((request: Request) => Sent);

/** What a worker's ports stand on. */
export interface State {
  now: number;
  answers: readonly Answer[];
  readonly destination: Destination;
  readonly book: Book;
  readonly people: People;
  readonly asked: Port[];
  readonly acts: Map<Port, () => Promise<unknown>>;
  readonly stored: Map<string, Readonly<Record<string, string>>>;
  readonly sent: Request[];
  readonly forced: { subject: string; version: number; delaySeconds?: number }[];
  readonly announced: string[];
  readonly archived: TrailEntry[];
  /** By hash. */
  readonly suppressed: Map<string, Suppressed>;
}

export function stateOf(destination: Destination): State {
  const kept = book(destination.id);
  return {
    now: NOW,
    answers: [],
    destination,
    book: kept,
    people: people(ledgerOf(kept)),
    asked: [],
    acts: new Map(),
    stored: new Map(),
    sent: [],
    forced: [],
    announced: [],
    archived: [],
    suppressed: new Map(),
  };
}

async function ask({ asked, acts }: State, port: Port): Promise<void> {
  asked.push(port);
  const act = acts.get(port);
  acts.delete(port);
  await act?.();
}

/** A worker's ports, at once and in memory. */
export function portsOf(state: State): DeliverPorts {
  const { people: who, book: kept, forced, announced } = state;
  return {
    catalogue: CATALOGUE,
    clock: { now: () => state.now, chance: () => 0.5, sleep: async () => undefined },
    records: {
      newest: (subject) => ask(state, 'newest').then(() => who.newest(subject)),
      version: async (subject, version) => who.version(subject, version)?.stored,
    },
    identifiers: {
      holders: (_kind, hash) => ask(state, 'holders').then(() => countedAt(state, hash)),
      suppressed: async (names) => names.flatMap(({ hash }) => state.suppressed.get(hash) ?? []),
    },
    ledger: ledgerPort(state),
    log: {
      read: (id, versions) => ask(state, 'read').then(() => knownIn(kept, id, versions)),
      replace: async (entry, before) => kept.replace(entry, before),
    },
    marks: { read: async () => undefined },
    vendor: { send: (request) => ask(state, 'send').then(() => answer(state, request)) },
    bus: {
      put: async (entries) => {
        await ask(state, 'announce');
        announced.push(...entries.map(({ type }) => type));
        return entries.map(() => true);
      },
    },
    lanes: {
      force: async (_destination, messages, later) => {
        await ask(state, 'force');
        forced.push(...messages.map(({ subject, version }) => ({ subject, version, ...later })));
      },
    },
  };
}

const countedAt = ({ people: who, suppressed }: State, hash: string): readonly string[] => [
  ...new Set([...who.holders(hash), ...(suppressed.get(hash)?.kept ?? [])]),
];

function ledgerPort(state: State): DeliverPorts['ledger'] {
  const { people: who, book: kept, archived } = state;
  return {
    read: async (_destination, subjects) => {
      await ask(state, 'read');
      const identifiers = new Map(subjects.map((name) => [name, who.identifiers(name)]));
      await ask(state, 'items');
      const known = (name: string) => ({ item: kept.item(name), identifiers: identifiers.get(name) ?? [] });
      return new Map(subjects.map((name) => [name, known(name)]));
    },
    settle: async (item, trail = []) => {
      await ask(state, 'settle');
      const won = kept.settle(item);
      if (won) archived.push(...trail);
      return won;
    },
    note: (_destination, subject, retrying) => ask(state, 'note').then(() => kept.note(subject, retrying)),
    touch: (_destination, subject) => ask(state, 'touch').then(() => kept.touch(subject)),
  };
}

export const reply = (
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: unknown = {},
): Sent => ({ kind: 'reply', reply: { status, headers, body } });

export const TIMED_OUT: Sent = { kind: 'silence', timedOut: true };
export const UNREACHABLE: Sent = { kind: 'silence', timedOut: false };

function answer(state: State, request: Request): Sent {
  const [next = 200, ...rest] = state.answers;
  state.answers = rest;
  state.sent.push(request);
  const given = typeof next === 'function' ? next(request) : next;
  const sent = typeof given === 'number' ? reply(given) : given;
  if (sent.kind === 'reply' && sent.reply.status < 300) store(state, request);
  return sent;
}

function store({ stored }: State, { body }: Request): void {
  for (const { address, choices } of Said.safeParse(body).data?.people ?? [])
    stored.set(address, { ...stored.get(address), ...choices });
}
