import * as z from 'zod';
import { LaneReported } from '../../lib/domain/event-schema.ts';
import { cares } from '../../lib/domain/interest.ts';
import { MINUTE } from '../../lib/domain/time.ts';
import type { DeliverPorts } from '../../lib/flow/lane.ts';
import { BUS } from '../../lib/flow/publish.ts';
import type { RestartPorts } from '../../lib/flow/restart.ts';
import type { BusEntry, LaneMark, Lanes, Ledger, Log } from '../../lib/ports.ts';
import { answeredWith, type Branch, vendorOf } from './branch.ts';
import { type Book, book, knownIn, ledgerOf } from './model/ledger.ts';
import { CATALOGUE, type People } from './model/people.ts';

/** What the ports stand on. */
export interface Ground {
  readonly branches: readonly Branch[];
  readonly people: People;
  readonly clock: DeliverPorts['clock'];
}

export type EstatePorts = RestartPorts & Omit<DeliverPorts, 'vendor'> & { readonly ledger: Ledger };

/** Every port but the vendors, in memory. */
export function portsOn(ground: Ground): EstatePorts {
  const { people, clock } = ground;
  const marks = new Map<string, LaneMark>();
  return {
    catalogue: CATALOGUE,
    clock,
    records: {
      newest: async (subject) => people.newest(subject),
      version: async (subject, version) => people.version(subject, version)?.stored,
      recordedIn: async (minute) => people.recordedIn(minute),
    },
    identifiers: { holders: async (_kind, hash) => people.holders(hash), suppressed: async () => [] },
    ledger: ledgerOn(ground),
    log: logOn(ground, book(BUS)),
    marks: {
      read: async (lane) => marks.get(lane),
      write: async (lane, mark) => void marks.set(lane, mark),
    },
    bus: {
      put: async (entries) => {
        for (const entry of entries) route(ground, entry);
        return entries.map(() => true);
      },
    },
    lanes: lanesOn(ground),
  };
}

export const deliverPortsOf = (ports: EstatePorts, branch: Branch): DeliverPorts => ({
  ...ports,
  vendor: vendorOf(branch, ports.clock.now),
});

function branchIn({ branches }: Ground, id: string): Branch {
  const found = branches.find(({ lane }) => lane.destination.id === id);
  if (!found) throw new Error(`there is no lane ${id}`);
  return found;
}

function ledgerOn(ground: Ground): Ledger {
  const of = (id: string) => ledgerOf(branchIn(ground, id).book);
  const all = ground.branches.map((branch) => ledgerOf(branch.book));
  return {
    read: async (id, subjects) => {
      const { book: kept } = branchIn(ground, id);
      const { people } = ground;
      return new Map(
        subjects.map((name) => [name, { item: kept.item(name), identifiers: people.identifiers(name) }]),
      );
    },
    settle: (item, archived) => of(item.destination).settle(item, archived),
    touch: (id, subject) => of(id).touch(id, subject),
    note: (id, subject, retrying) => of(id).note(id, subject, retrying),
    putBack: (item, retrying) => of(item.destination).putBack(item, retrying),
    items: (id, subjects) => of(id).items(id, subjects),
    count: async (id, outcome) =>
      id === BUS
        ? 0
        : (await answeredWith(branchIn(ground, id))(id, outcome, { limit: Number.POSITIVE_INFINITY })).items
            .length,
    settledSince: async function* (since) {
      for (const ledger of all) yield* ledger.settledSince(since);
    },
    ofSubject: async () => ({ items: [], logged: [], archived: [] }),
    answeredWith: (id, outcome, page) => answeredWith(branchIn(ground, id))(id, outcome, page),
  };
}

function logOn(ground: Ground, bus: Book): Log {
  const of = (id: string): Book => (id === BUS ? bus : branchIn(ground, id).book);
  return {
    read: async (id, versions) => knownIn(of(id), id, versions),
    write: async (entries) => {
      for (const entry of entries) of(entry.destination).write([entry]);
    },
    replace: async (entry, before) => of(entry.destination).replace(entry, before),
  };
}

const Changed = z.object({ subject: z.string(), data: z.object({ version: z.number() }) });

/** The bus hands a change to every lane that cares, and a report on a lane to those that keep watch. */
function route(ground: Ground, { type, detail }: BusEntry): void {
  const { branches, people, clock } = ground;
  if (type === 'lane.reported.v1') routeReport(ground, detail);
  if (type !== 'preferences.changed.v1') return;
  const { subject, data } = Changed.parse(detail);
  const recording = people.version(subject, data.version);
  if (!recording) throw new Error(`${subject} has no version ${data.version}`);
  const { event, listed } = recording;
  for (const { lane, queue } of branches)
    if (cares(lane.interest, listed.about))
      queue.put({ subject, version: data.version, event, force: false, confirming: false }, clock.now());
}

function routeReport({ branches, clock }: Ground, detail: object): void {
  const { subject, sequence } = LaneReported.parse(detail);
  const message = { subject, version: Number(sequence), force: false, confirming: false };
  for (const { lane, queue } of branches)
    if (lane.destination.kind === 'watch') queue.put(message, clock.now());
}

function lanesOn(ground: Ground): Lanes {
  const { clock } = ground;
  return {
    force: async (id, messages, confirmation) => {
      const { queue } = branchIn(ground, id);
      const body = { force: true, confirming: confirmation !== undefined };
      for (const { subject, version } of messages)
        queue.put({ subject, version, ...body }, clock.now(), confirmation?.delaySeconds);
    },
    waiting: async (id) => branchIn(ground, id).queue.visible(clock.now()),
    delay: async () => undefined,
  };
}

/** How long a message stays hidden from others while a worker has it, ms. */
export const VISIBILITY = 6 * MINUTE;
