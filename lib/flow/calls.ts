import type { BatchCall, Call, Destination, SingleCall } from '../destinations/destination.ts';
import { type Outcome, worse } from '../domain/outcome.ts';
import type { Sent, Vendor } from '../ports.ts';
import { type CallPorts, type ExchangePorts, exchange } from './exchange.ts';
import { EXCHANGE_MS } from './lane.ts';

import { followUp, type Reading, readingOf } from './reading.ts';
import { hasLeft } from './reply.ts';

/** Calls of one subject, in order. `id` is the same over all attempts of this delivery. */
export interface Errand {
  readonly id: string;
  readonly calls: readonly Call[];
}

const NOTHING: Outcome = { kind: 'skipped', reason: 'nothing-to-say' };

/** Put back untried: the function would not live to see the answer. */
const NO_TIME: Outcome = { kind: 'retry', reason: 'no-time', after: 1 };

const LAST = { follow: [], more: false, told: false, goesOn: false };

/** What became of an errand. */
export interface Ran {
  readonly outcome: Outcome;
  /** A request about it may have left Heed, if only to look it up. */
  readonly left: boolean;
}

interface Open {
  readonly id: string;
  left: boolean;
  queue: readonly Call[];
  outcome: Outcome;
}

/**
 * Carries out many subjects' calls: each subject's in order, and calls that may be joined, joined. A subject stops at
 * its first call that is not delivered. Tells what became of each errand, in order.
 */
export async function carryOut(
  ports: CallPorts,
  destination: Destination,
  errands: readonly Errand[],
  deadline: number,
): Promise<readonly Ran[]> {
  const all: Open[] = errands.map(({ id, calls }) => ({ id, queue: calls, outcome: NOTHING, left: false }));
  for (let open = all; open.length > 0; open = all.filter(({ queue }) => queue.length > 0)) {
    for (const group of groups(open, destination.limits.batch))
      await runInTime({ ...ports, deadline }, destination, group);
  }
  return all.map(({ outcome, left }) => ({ outcome, left }));
}

/** The same; gives the outcomes alone. */
export async function runErrands(...errands: Parameters<typeof carryOut>): Promise<readonly Outcome[]> {
  return (await carryOut(...errands)).map(({ outcome }) => outcome);
}

interface Part {
  readonly errand: Open;
  readonly call: SingleCall | BatchCall;
  /** Of a batch call: the items that go in this request. */
  readonly items: readonly unknown[];
  /** Items of the same call went into another request, which is still to come. */
  readonly more: boolean;
}

type Group = readonly Part[];

/** The next call of every subject: batch calls of one path together, at most `limit` items a request. */
function groups(open: readonly Open[], limit: number): readonly Group[] {
  const singles: Group[] = [];
  const batches = new Map<string, Part[]>();
  for (const errand of open) {
    const call = nextCall(errand);
    if (!call) continue;
    if ('items' in call) push(batches, nameOf(call), { errand, call, items: call.items, more: false });
    else singles.push([{ errand, call, items: [], more: false }]);
  }
  return [...singles, ...[...batches.values()].flatMap((parts) => chunks(parts, limit))];
}

/** Takes outcomes known without a request (and calls with nothing in them) off the queue, up to the next real call. */
function nextCall(errand: Open): SingleCall | BatchCall | undefined {
  for (;;) {
    const [call, ...rest] = errand.queue;
    if (!call) return undefined;
    if ('outcome' in call) errand.outcome = worse(errand.outcome, call.outcome);
    else if (!('items' in call) || call.items.length > 0) return call;
    errand.queue = rest;
  }
}

const nameOf = ({ method, path, headers, group = '' }: BatchCall): string =>
  `${method} ${path} ${group} ${JSON.stringify(headers ?? {})}`;

function push<T>(map: Map<string, T[]>, name: string, value: T): void {
  const list = map.get(name);
  if (list) list.push(value);
  else map.set(name, [value]);
}

function chunks(parts: readonly Part[], limit: number): readonly Group[] {
  const done: Part[][] = [[]];
  let room = limit;
  for (const part of parts) {
    for (let from = 0; from < part.items.length; ) {
      if (room === 0) {
        done.push([]);
        room = limit;
      }
      const items = part.items.slice(from, from + room);
      from += items.length;
      room -= items.length;
      done.at(-1)?.push({ ...part, items, more: from < part.items.length });
    }
  }
  return done.filter((group) => group.length > 0);
}

async function runInTime(ports: ExchangePorts, destination: Destination, group: Group): Promise<void> {
  if (ports.clock.now() + EXCHANGE_MS <= ports.deadline) await runGroup(ports, destination, group);
  else for (const { errand } of group) conclude(errand, NO_TIME, LAST);
}

/**
 * Sends one request. One that is refused whole, for many subjects, is sent again subject by subject: one bad row never
 * fails its neighbours. Wrong credentials are nobody's row.
 */
async function runGroup(ports: ExchangePorts, destination: Destination, group: Group): Promise<void> {
  const parts = group.filter(({ errand, call }) => errand.queue[0] === call);
  const [first] = parts;
  if (!first) return;
  const items = parts.flatMap((part) => part.items);
  const vendor = watched(ports.vendor, parts);
  const sent = await exchange({ ...ports, vendor }, { call: first.call, items, id: first.errand.id });
  const { shared, split } = readingOf(destination, { call: first.call, sent, items }, ports.clock.now());
  const ofSomeRow = !split && shared.kind === 'failed' && sent.kind === 'reply' && sent.reply.status !== 401;
  if (ofSomeRow && parts.length > 1) {
    for (const part of parts) await runInTime(ports, destination, [part]);
    return;
  }
  distribute(parts, { sent, shared, split });
}

/** Notes of whose errands a request has left. */
const watched = ({ send }: Vendor, parts: readonly Part[]): Vendor => ({
  send: async (request, id) => {
    const sent = await send(request, id);
    if (hasLeft(sent)) for (const { errand } of parts) errand.left = true;
    return sent;
  },
});

interface Answers extends Reading {
  readonly sent: Sent;
}

function distribute(parts: readonly Part[], { sent, shared, split }: Answers): void {
  let from = 0;
  for (const part of parts) {
    const own = split?.slice(from, from + part.items.length) ?? [];
    from += part.items.length;
    const outcome = own.length > 0 ? own.reduce(worse) : shared;
    const follow = followUp(part.call, sent, outcome);
    const { goesOn = false } = part.call;
    conclude(part.errand, outcome, { follow, goesOn, more: part.more, told: !isLookup(part.call) });
  }
}

const isLookup = ({ method, lookup }: SingleCall | BatchCall): boolean => lookup ?? method === 'GET';

interface Next {
  readonly follow: readonly Call[];
  /** Other items of the same call are still to be sent: the call stays. */
  readonly more: boolean;
  /** The call told the vendor something; a look-up only asked. */
  readonly told: boolean;
  readonly goesOn: boolean;
}

/** Moves a subject on to its next call, or ends it. */
function conclude(errand: Open, outcome: Outcome, { follow, more, told, goesOn }: Next): void {
  if (outcome.kind !== 'delivered' && !(goesOn && outcome.kind === 'skipped')) {
    errand.outcome = worse(errand.outcome, outcome);
    errand.queue = [];
    return;
  }
  if (told)
    errand.outcome =
      errand.outcome.kind === 'delivered'
        ? { ...errand.outcome, ...outcome }
        : worse(errand.outcome, outcome);
  if (!more) errand.queue = [...follow, ...errand.queue.slice(1)];
}
