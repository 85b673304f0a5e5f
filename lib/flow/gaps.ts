import { REQUEUED } from '../domain/outcome.ts';
import { MINUTE, toIso, toMs } from '../domain/time.ts';
import type { Clock, DeliveryItem, Lanes, Ledger, Log, LogEntry, Recorded } from '../ports.ts';
import type { LaneFacts } from './lane.ts';
import { sentWith } from './sent-times.ts';

/** A version that a destination cares about and has not answered. `busyUntil`: somebody is at it until then, ms. */
export interface Gap {
  readonly subject: string;
  readonly version: number;
  readonly busyUntil: number;
  /** What a `state` destination's item said. */
  readonly item?: DeliveryItem | undefined;
  /** What a `log` destination's log said. */
  readonly entry?: LogEntry | undefined;
}

/** A queue this long is working off its backlog: what waits in it is not put there twice. */
export const BACKLOG = 500;

/** Put back at once: a request that waits for a socket is one that times out. */
const AT_ONCE = 50;

/** How long a version that was put back has before it is put back again, ms. */
const PATIENCE = 30 * MINUTE;

/** Versions a `state` destination has not answered: of each subject the newest one counts. */
export async function stateGaps(
  ledger: Pick<Ledger, 'items'>,
  destination: string,
  recorded: readonly Recorded[],
): Promise<readonly Gap[]> {
  const newest = new Map<string, number>();
  for (const { subject, version } of recorded)
    newest.set(subject, Math.max(version, newest.get(subject) ?? 0));
  const items = newest.size > 0 ? await ledger.items(destination, [...newest.keys()]) : new Map();
  return [...newest].flatMap(([subject, version]) => {
    const item = items.get(subject);
    const upTo = Math.max(item?.version ?? 0, item?.answered?.version ?? 0);
    return upTo >= version ? [] : [{ subject, version, busyUntil: busyBy(item?.retrying?.until), item }];
  });
}

/** Versions a `log` destination (or the bus) was never told. */
export async function logGaps(
  log: Pick<Log, 'read'>,
  destination: string,
  recorded: readonly Recorded[],
): Promise<readonly Gap[]> {
  if (recorded.length === 0) return [];
  const entries = await log.read(destination, recorded);
  return recorded.flatMap(({ subject, version }) => {
    const entry = entries.get(`${subject}:${version}`);
    if (entry && entry.outcome !== 'retry') return [];
    return [{ subject, version, busyUntil: busyBy(entry?.at), entry }];
  });
}

/** ms; 0 where nobody is at it. */
export const busyBy = (until: string | undefined): number => (until === undefined ? 0 : toMs(until));

export interface PutBackPorts {
  readonly ledger: Pick<Ledger, 'putBack'>;
  readonly log: Pick<Log, 'replace'>;
  readonly lanes: Pick<Lanes, 'force'>;
  readonly clock: Clock;
}

type RequeuePorts = PutBackPorts & { readonly lanes: Pick<Lanes, 'waiting'> };

/** Puts gaps back into the lane, forced, except those somebody is at. `grace`: ms a due attempt may be late. */
export async function requeue(
  ports: RequeuePorts,
  lane: LaneFacts,
  gaps: readonly Gap[],
  grace: number,
): Promise<number> {
  const { id } = lane.destination;
  const now = ports.clock.now();
  const idle = newestOnly(
    lane,
    gaps.filter(({ busyUntil }) => busyUntil + grace < now),
  );
  if (idle.length === 0 || (await ports.lanes.waiting(id)) > BACKLOG) return 0;
  return putBack(ports, lane, idle);
}

/** A `state` lane sends the newest record anyway: one message for each subject. */
function newestOnly(lane: LaneFacts, gaps: readonly Gap[]): readonly Gap[] {
  if (lane.destination.kind === 'log') return gaps;
  const bySubject = new Map<string, Gap>();
  for (const gap of gaps)
    if (gap.version > (bySubject.get(gap.subject)?.version ?? 0)) bySubject.set(gap.subject, gap);
  return [...bySubject.values()];
}

type PutBack = Pick<Gap, 'subject' | 'version' | 'item' | 'entry'>;

/**
 * Notes what is put back, so that the next run leaves it alone for a while, then puts it there: a note that came later
 * would say nothing was sent of what its message has sent by then. Where somebody was at it since it was read, nothing
 * is put back. Gives how many were.
 */
export async function putBack(
  ports: PutBackPorts,
  lane: LaneFacts,
  versions: readonly PutBack[],
): Promise<number> {
  let count = 0;
  for (let from = 0; from < versions.length; from += AT_ONCE) {
    const page = versions.slice(from, from + AT_ONCE);
    const noted = await Promise.all(page.map((one) => note(ports, lane, one)));
    const mine = page.flatMap(({ subject, version }, i) => (noted[i] ? [{ subject, version }] : []));
    await ports.lanes.force(lane.destination.id, mine);
    count += mine.length;
  }
  return count;
}

/** With the attempts made before its message was lost, and when: what they sent may have arrived. */
function note(
  { ledger, log, clock }: PutBackPorts,
  { destination: { id, kind } }: LaneFacts,
  { subject, version, item, entry }: PutBack,
): Promise<boolean> {
  const now = clock.now();
  const until = toIso(now + PATIENCE);
  if (kind === 'log') {
    const retry = { at: until, outcome: 'retry', attempts: entry?.attempts ?? 0, reason: REQUEUED } as const;
    return log.replace({ subject, destination: id, version, ...retry, ...sentWith(entry, undefined) }, entry);
  }
  const attempts = item?.retrying?.attempts ?? 0;
  const at = attempts > 0 ? item?.retrying?.at : undefined;
  const retrying = { version, at: at ?? toIso(now), until, attempts, reason: REQUEUED };
  return ledger.putBack({ subject, destination: id, revision: item?.revision ?? 0 }, retrying);
}
