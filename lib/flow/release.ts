import { HOUR, toIso, toMs } from '../domain/time.ts';
import type { Clock, Lanes, Ledger, Log } from '../ports.ts';
import { BACKLOG, markRequeued } from './gaps.ts';
import type { LaneFacts } from './lane.ts';

export interface ReleasePorts {
  readonly ledger: Pick<Ledger, 'answeredWith' | 'items' | 'note'>;
  readonly log: Pick<Log, 'read' | 'write'>;
  readonly lanes: Pick<Lanes, 'force' | 'waiting'>;
  readonly clock: Clock;
}

type Released = { readonly subject: string; readonly version?: number; readonly at: string };

const PAGE = 100;

/** Deliveries given up for now are tried again this long after, ms, and at most so many a run. */
const REST = HOUR;
const MOST_GIVEN_UP = 500;

/**
 * Sends again what an answer had set aside and something has since released: everything held or failed once the lane's
 * settings, secret or pause changed, and what was given up for now once it has rested. A worker that was a moment slower
 * than reconcile to learn of a change may have answered by what it knew: what it held for a pause is released later too.
 */
export async function release(
  ports: ReleasePorts,
  lane: LaneFacts,
  run: { readonly setupChanged: boolean; readonly grace: number },
): Promise<void> {
  if (lane.paused) return;
  if (run.setupChanged) {
    await replay(ports, lane, { outcomes: ['held', 'failed'] });
    return;
  }
  if ((await ports.lanes.waiting(lane.destination.id)) > BACKLOG) return;
  const now = ports.clock.now();
  const { items } = await ports.ledger.answeredWith(lane.destination.id, 'held', { limit: MOST_GIVEN_UP });
  const rested = items.filter(({ at }) => toMs(at) + REST < now);
  if (rested.length === 0) return;
  if (lane.destination.kind === 'log') await releaseVersions(ports, lane, rested, now);
  else await releaseSubjects(ports, lane, { rested, before: now - run.grace, now });
}

/** An entry stays an answer while it is tried again, and rests anew: were its message lost, it would be found again. */
async function releaseVersions(
  ports: ReleasePorts,
  { destination: { id } }: LaneFacts,
  rested: readonly Released[],
  now: number,
): Promise<void> {
  const versions = rested.flatMap(({ subject, version }) =>
    version === undefined ? [] : [{ subject, version }],
  );
  const entries = [...(await ports.log.read(id, versions)).values()];
  const givenUp = entries.filter(({ outcome, reason }) => outcome === 'held' && isGivenUp(reason));
  for (let from = 0; from < givenUp.length; from += PAGE) {
    const page = givenUp.slice(from, from + PAGE);
    await ports.log.write(page.map((entry) => ({ ...entry, at: toIso(now) })));
    await ports.lanes.force(
      id,
      page.map(({ subject, version }) => ({ subject, version })),
    );
  }
}

interface Rested {
  readonly rested: readonly Released[];
  /** Somebody whose next attempt is due after this (ms) is at it. */
  readonly before: number;
  readonly now: number;
}

/** Of held deliveries, those that were given up (others wait for something else) and that nobody is at. */
async function releaseSubjects(
  ports: ReleasePorts,
  lane: LaneFacts,
  { rested, before, now }: Rested,
): Promise<void> {
  const { id } = lane.destination;
  const items = await ports.ledger.items(
    id,
    rested.map(({ subject }) => subject),
  );
  const givenUp = rested.filter(({ subject }) => {
    const item = items.get(subject);
    const busyUntil = item?.retrying ? toMs(item.retrying.until) : 0;
    return isGivenUp(item?.answered?.reason) && busyUntil < before;
  });
  for (let from = 0; from < givenUp.length; from += PAGE) {
    const page = givenUp.slice(from, from + PAGE).map(({ subject, version = 0 }) => ({
      ...{ subject, version },
      attempts: items.get(subject)?.retrying?.attempts ?? 0,
    }));
    await ports.lanes.force(id, page);
    await markRequeued(ports, lane, page, now);
  }
}

const isGivenUp = (reason: string | undefined): boolean =>
  /^(paused$|gave-up-|long-wait-)/.test(reason ?? '');

export interface ReplayPorts extends Pick<ReleasePorts, 'ledger' | 'clock'> {
  readonly lanes: Pick<Lanes, 'force'>;
}

/** What an operator may send again. */
export interface ReplayRequest {
  readonly outcomes: readonly ('held' | 'failed' | 'needs-user-action')[];
}

/** Sends again what one of these lanes failed or holds; a name that is none of theirs is nobody's. */
export const sendAgainIn =
  (ports: ReplayPorts, lanes: readonly LaneFacts[]) =>
  async (destination: string): Promise<void> => {
    const lane = lanes.find((one) => one.destination.id === destination);
    if (lane && !lane.paused) await replay(ports, lane, { outcomes: ['failed', 'held'] });
  };

/**
 * Sends again everything a lane has answered in one of these ways; gives how many. The index lists the oldest answers
 * first: it ends where they are newer than this call, or workers who fail at once would keep it going for ever.
 */
export async function replay(
  ports: ReplayPorts,
  lane: LaneFacts,
  { outcomes }: ReplayRequest,
): Promise<number> {
  const begun = toIso(ports.clock.now());
  let count = 0;
  for (const outcome of outcomes) {
    for (let after: string | undefined, more = true; more; ) {
      const page = await ports.ledger.answeredWith(lane.destination.id, outcome, {
        limit: PAGE,
        ...(after !== undefined && { after }),
      });
      const items = page.items.filter(({ at }) => at <= begun);
      await ports.lanes.force(
        lane.destination.id,
        items.map(({ subject, version = 0 }) => ({ subject, version })),
      );
      count += items.length;
      after = page.next;
      more = after !== undefined && items.length === page.items.length;
    }
  }
  return count;
}
