import type { Learned } from '../destinations/destination.ts';
import { sha256 } from '../domain/digest.ts';
import type { Vendor } from '../ports.ts';
import { askAll, type Taught } from './ask.ts';
import type { Lane } from './lane.ts';
import { type Taken, type TakePorts, takeAll } from './take-reported.ts';

/** How far a destination has been asked for its unsubscribes. */
export interface PollMark {
  /** Counts writes, from 1: of two runs at once one alone moves the mark. */
  readonly revision: number;
  /** When it was to be asked for the first time, ms: without a cursor it is asked from then on. */
  readonly since: number;
  readonly cursor?: string;
  /** Everything that had happened there by then (ms) has been heard. */
  readonly heardUntil: number;
}

export interface PollMarks {
  readonly read: (destination: string) => Promise<PollMark | undefined>;
  /** Stores the mark if its predecessor's revision still stands. */
  readonly write: (destination: string, mark: PollMark) => Promise<boolean>;
}

export interface PollPorts extends TakePorts {
  readonly vendor: Vendor;
  readonly pollMarks: PollMarks;
}

/** What a poll brought. */
export interface Polled {
  readonly changes: number;
  readonly unchanged: number;
  readonly ignored: number;
  /** How long ago everything had last been heard, ms. */
  readonly behind: number;
  /** Why not everything there is was heard, as a code. */
  readonly trouble?: string;
}

/** Most questions of one round. Time runs out long before; a feed without an end shall not decide. */
const MOST_ASKS = 10_000;

/** Minutes between two polls; undefined where the destination is not polled, or its settings leave nothing to ask. */
export function pollEvery(
  { destination, settings }: Pick<Lane, 'destination' | 'settings'>,
  now: number,
): number | undefined {
  const { poll: poller } = destination;
  return poller && poller.ask(undefined, settings, now).length > 0 ? poller.every : undefined;
}

/** The mark a destination is polled from, made where there is none: what was before is an import. */
export async function beginPolling(
  { pollMarks, clock }: Pick<PollPorts, 'pollMarks' | 'clock'>,
  destination: string,
): Promise<PollMark> {
  const known = await pollMarks.read(destination);
  if (known) return known;
  const now = clock.now();
  const first: PollMark = { revision: 1, since: now, heardUntil: now };
  if (await pollMarks.write(destination, first)) return first;
  return (await pollMarks.read(destination)) ?? first;
}

/**
 * Asks a destination for its unsubscribes and takes them as if it had sent notices. The cursor moves only when all that
 * was learned is stored, so a poll that dies, fails or runs twice at once repeats and loses nothing; what was stored
 * already makes no version. A paused lane is polled all the same: somebody has said stop there.
 */
export const poll =
  (ports: PollPorts, lane: Lane) =>
  async (deadline: number): Promise<Polled> => {
    const { id } = lane.destination;
    const taken: Taken[] = [];
    let mark = await beginPolling(ports, id);
    for (let goesOn = true; goesOn; ) {
      const round = await hear(ports, lane, { mark, deadline });
      taken.push(...round.taken);
      const trouble = round.trouble ?? (await unlessMoved(ports, id, round.next));
      if (trouble !== undefined) return polled(ports, { taken, mark, trouble });
      mark = round.next;
      goesOn = round.goesOn;
    }
    return polled(ports, { taken, mark });
  };

/** Moves the mark; another run that has moved it meanwhile is ahead. */
const unlessMoved = async (
  { pollMarks }: PollPorts,
  destination: string,
  next: PollMark,
): Promise<string | undefined> => ((await pollMarks.write(destination, next)) ? undefined : 'polled-twice');

interface Outcome {
  readonly taken: readonly Taken[];
  readonly mark: PollMark;
  readonly trouble?: string;
}

function polled({ clock }: Pick<PollPorts, 'clock'>, { taken, mark, trouble }: Outcome): Polled {
  const count = (what: Taken): number => taken.filter((one) => one === what).length;
  return {
    changes: count('changes'),
    unchanged: count('unchanged'),
    ignored: count('ignored'),
    behind: Math.max(0, clock.now() - mark.heardUntil),
    ...(trouble !== undefined && { trouble }),
  };
}

interface Round {
  readonly taken: readonly Taken[];
  readonly trouble: string | undefined;
  /** The mark, where there was no trouble. */
  readonly next: PollMark;
  /** There is more behind the cursor. */
  readonly goesOn: boolean;
}

/** One round of questions, each answer stored before the next is asked. */
async function hear(
  ports: PollPorts,
  { destination, settings }: Lane,
  { mark, deadline }: { readonly mark: PollMark; readonly deadline: number },
): Promise<Round> {
  const { clock, vendor } = ports;
  const started = clock.now();
  const taken: Taken[] = [];
  const cursors: Pick<Learned, 'cursor' | 'more'>[] = [];
  const take = async ({ learned, text }: Taught): Promise<void> => {
    const { choices, cursor } = learned;
    taken.push(...(await takeAll(ports, destination, { choices, digest: sha256(text) })));
    if (cursor !== undefined) cursors.push(learned);
  };
  const from = mark.cursor === undefined ? mark.since : started;
  const asks = destination.poll?.ask(mark.cursor, settings, from) ?? [];
  const asking = { vendor, clock, destination, deadline, most: MOST_ASKS, atOnce: 1, take };
  const trouble = await askAll(asking, asks);
  const busy = taken.includes('busy') ? 'busy' : undefined;
  return { taken, trouble: trouble ?? busy, ...whereNext(mark, cursors.at(-1) ?? {}, started) };
}

/** Everything up to the start of a round has been heard, unless there is more to come. */
function whereNext(
  mark: PollMark,
  { cursor = mark.cursor, more }: Pick<Learned, 'cursor' | 'more'>,
  started: number,
): Pick<Round, 'next' | 'goesOn'> {
  const goesOn = more === true && cursor !== mark.cursor;
  const next: PollMark = {
    ...{ revision: mark.revision + 1, since: mark.since },
    ...(cursor !== undefined && { cursor }),
    heardUntil: goesOn ? mark.heardUntil : started,
  };
  return { next, goesOn };
}
