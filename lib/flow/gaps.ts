import { REQUEUED } from '../domain/outcome.ts';
import { MINUTE, toIso, toMs } from '../domain/time.ts';
import type { Clock, Lanes, Ledger, Log, Recorded } from '../ports.ts';
import type { LaneFacts } from './lane.ts';

/** A version that a destination cares about and has not answered. `busyUntil`: somebody is at it until then, ms. */
export interface Gap {
  readonly subject: string;
  readonly version: number;
  readonly busyUntil: number;
  /** Made before its message was lost: what they sent may have arrived. */
  readonly attempts?: number;
}

/** A queue this long is working off its backlog: what waits in it is not put there twice. */
export const BACKLOG = 500;

/** Notes written at once: a request that waits for a socket is one that times out. */
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
    return upTo >= version
      ? []
      : [{ subject, version, ...busyBy(item?.retrying?.until, item?.retrying?.attempts) }];
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
    return [{ subject, version, ...busyBy(entry?.at, entry?.attempts) }];
  });
}

const busyBy = (until: string | undefined, attempts = 0): Pick<Gap, 'busyUntil' | 'attempts'> => ({
  busyUntil: until === undefined ? 0 : toMs(until),
  ...(attempts > 0 && { attempts }),
});

interface RequeuePorts {
  readonly ledger: Pick<Ledger, 'note'>;
  readonly log: Pick<Log, 'write'>;
  readonly lanes: Lanes;
  readonly clock: Clock;
}

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
  await ports.lanes.force(id, idle);
  await markRequeued(ports, lane, idle, now);
  return idle.length;
}

/** A `state` lane sends the newest record anyway: one message for each subject. */
function newestOnly(lane: LaneFacts, gaps: readonly Gap[]): readonly Gap[] {
  if (lane.destination.kind === 'log') return gaps;
  const bySubject = new Map<string, Gap>();
  for (const gap of gaps)
    if (gap.version > (bySubject.get(gap.subject)?.version ?? 0)) bySubject.set(gap.subject, gap);
  return [...bySubject.values()];
}

/** Notes what was put back, so that the next run leaves it alone for a while. */
export async function markRequeued(
  ports: Pick<RequeuePorts, 'ledger' | 'log'>,
  lane: LaneFacts,
  versions: readonly Pick<Gap, 'subject' | 'version' | 'attempts'>[],
  now: number,
): Promise<void> {
  const { id, kind } = lane.destination;
  const until = toIso(now + PATIENCE);
  const reason = REQUEUED;
  if (kind === 'log') {
    await ports.log.write(
      versions.map(({ subject, version, attempts = 0 }) => ({
        ...{ subject, destination: id, version },
        ...{ at: until, outcome: 'retry', attempts, reason },
      })),
    );
    return;
  }
  for (let from = 0; from < versions.length; from += AT_ONCE) {
    await Promise.all(
      versions
        .slice(from, from + AT_ONCE)
        .map(({ subject, version, attempts = 0 }) =>
          ports.ledger.note(id, subject, { version, at: toIso(now), until, attempts, reason }),
        ),
    );
  }
}
