import { HOUR, toIso, toMs } from '../domain/time.ts';
import type { Clock, Lanes, Ledger, Log } from '../ports.ts';
import { BACKLOG, busyBy, putBack } from './gaps.ts';
import type { LaneFacts } from './lane.ts';
import { sentWith } from './sent-times.ts';
import { isGivenUp } from './settle.ts';

export interface ReleasePorts {
  readonly ledger: Pick<Ledger, 'answeredWith' | 'items' | 'putBack'>;
  readonly log: Pick<Log, 'read' | 'replace'>;
  readonly lanes: Pick<Lanes, 'force' | 'waiting'>;
  readonly clock: Clock;
}

type Released = { readonly subject: string; readonly version?: number; readonly at: string };

const PAGE = 50;

/** Deliveries given up for now are tried again this long after, ms, and at most so many a run. */
const REST = HOUR;
const MOST_GIVEN_UP = 500;

/** Held answers that are looked at: at once, and in a run. */
const LOOKED = 500;
const MOST_LOOKED = 20_000;

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
  let left = MOST_GIVEN_UP;
  for await (const rested of restedIn(ports, lane)) {
    left -= await releasePage(ports, lane, { rested, left, before: ports.clock.now() - run.grace });
    if (left <= 0) return;
  }
}

/** What is held and has rested, a page at a time, the oldest first: what waits for something else may come before. */
async function* restedIn(
  { ledger, clock }: ReleasePorts,
  lane: LaneFacts,
): AsyncGenerator<readonly Released[]> {
  const before = clock.now() - REST;
  let after: string | undefined;
  for (let looked = 0; looked < MOST_LOOKED; looked += LOOKED) {
    const page = await ledger.answeredWith(lane.destination.id, 'held', {
      limit: LOOKED,
      ...(after !== undefined && { after }),
    });
    const rested = page.items.filter(({ at }) => toMs(at) < before);
    if (rested.length > 0) yield rested;
    after = page.next;
    if (after === undefined || rested.length < page.items.length) return;
  }
}

interface Rested {
  readonly rested: readonly Released[];
  /** At most so many are sent. */
  readonly left: number;
  /** Somebody whose next attempt is due after this (ms) is at it. */
  readonly before: number;
}

const releasePage = (ports: ReleasePorts, lane: LaneFacts, page: Rested): Promise<number> =>
  lane.destination.kind === 'log' ? releaseVersions(ports, lane, page) : releaseSubjects(ports, lane, page);

/**
 * An entry stays an answer while it is tried again, and rests anew from before it is sent: were its message lost, it
 * would be found again. One whose next attempt is still to come is left to it.
 */
async function releaseVersions(
  ports: ReleasePorts,
  { destination: { id } }: LaneFacts,
  { rested, left, before }: Rested,
): Promise<number> {
  const versions = rested.flatMap(({ subject, version }) =>
    version === undefined ? [] : [{ subject, version }],
  );
  const entries = [...(await ports.log.read(id, versions)).values()];
  const givenUp = entries.filter(
    ({ outcome, reason, until }) => outcome === 'held' && isGivenUp(reason) && busyBy(until) < before,
  );
  const chosen = givenUp.slice(0, left);
  for (let from = 0; from < chosen.length; from += PAGE) {
    const page = chosen.slice(from, from + PAGE);
    const at = toIso(ports.clock.now());
    const mine = await Promise.all(
      page.map((entry) => ports.log.replace({ ...entry, at, ...sentWith(entry, undefined) }, entry)),
    );
    await ports.lanes.force(
      id,
      page.flatMap(({ subject, version }, i) => (mine[i] ? [{ subject, version }] : [])),
    );
  }
  return chosen.length;
}

/** Of held deliveries, those that were given up (others wait for something else) and that nobody is at. */
async function releaseSubjects(
  ports: ReleasePorts,
  lane: LaneFacts,
  { rested, left, before }: Rested,
): Promise<number> {
  const items = await ports.ledger.items(
    lane.destination.id,
    rested.map(({ subject }) => subject),
  );
  const givenUp = rested.flatMap(({ subject, version = 0 }) => {
    const item = items.get(subject);
    const busyUntil = busyBy(item?.retrying?.until);
    return isGivenUp(item?.answered?.reason) && busyUntil < before ? [{ subject, version, item }] : [];
  });
  return putBack(ports, lane, givenUp.slice(0, left));
}

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
