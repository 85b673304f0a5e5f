import type { PageChange, PageModel, SavedModel } from '../lib/page/model.ts';
import type { Saved } from './answers.ts';
import { changeOf, endedBy, placeOf, type Wish } from './wishes.ts';

type Drawn = Pick<PageModel, 'version' | 'notice'>;

interface Waiting {
  readonly wish: Wish;
  /** The page that was before her eyes when she asked. */
  readonly drawn: Drawn;
}

export interface QueuePorts {
  readonly send: (change: PageChange) => Promise<Saved>;
  /** The page as it is shown now; without one nothing can be asked for. */
  readonly shown: () => Drawn | undefined;
  /** Told of each answer, before the next wish is sent. */
  readonly answered: (answer: Saved, wish: Wish) => void;
}

export interface Queue {
  /** Sends it when its turn comes, and everything that was kept for a retry before it. */
  readonly add: (wish: Wish) => void;
  /** Sends what could not be sent. */
  readonly retry: () => void;
  /**
   * She may be leaving: what still waits for its turn is sent at once. If she stays it is sent again in its turn, which
   * changes nothing; a stop stands whichever comes first.
   */
  readonly hurry: () => void;
  /** What is being sent, or will be without anything more of her. */
  readonly underWay: (place: string) => Wish | undefined;
  /** What could not be sent and waits for a retry, first wish first. */
  readonly kept: () => readonly Wish[];
}

interface State {
  /** By place, in the order of the taps. */
  readonly waiting: Map<string, Waiting>;
  sending: Waiting | undefined;
  /** The last one could not be sent: nothing more goes until she says so. */
  stuck: boolean;
}

/**
 * Sends wishes one after another, in the order of the taps; of several about the same only the last. A wish goes with the
 * version of the page on which it was made: one made before somebody else's stop was on show is asked again.
 */
export function queueOf(ports: QueuePorts): Queue {
  const state: State = { waiting: new Map(), sending: undefined, stuck: false };
  const { waiting } = state;
  const run = (): void => void sendAll(state, ports);
  return {
    add: (wish) => {
      const drawn = ports.shown();
      if (!drawn) return;
      if (wish.kind === 'stop') forget(waiting, wish.pattern);
      waiting.delete(placeOf(wish));
      waiting.set(placeOf(wish), { wish, drawn });
      run();
    },
    retry: run,
    hurry: () => {
      if (!state.stuck)
        for (const { wish, drawn } of waiting.values()) void ports.send(changeOf(wish, drawn));
    },
    underWay: (place) => underWay(state, place),
    kept: () => (state.stuck ? [...waiting.values()].map(({ wish }) => wish) : []),
  };
}

async function sendAll(state: State, { send, answered }: QueuePorts): Promise<void> {
  state.stuck = false;
  while (!state.sending && !state.stuck) {
    const [next] = state.waiting.values();
    if (!next) return;
    state.waiting.delete(placeOf(next.wish));
    state.sending = next;
    const change = changeOf(next.wish, next.drawn);
    const answer = await send(change);
    state.sending = undefined;
    settle(state, next, answer);
    if (answer.kind === 'done') redraw(state.waiting, change.version, answer.saved);
    answered(answer, next.wish);
  }
}

function settle(state: State, sent: Waiting, { kind }: Saved): void {
  if (kind === 'invalid') state.waiting.clear();
  if (kind !== 'offline' && kind !== 'failed') return;
  state.stuck = true;
  keep(state.waiting, sent);
}

/** Back to the head of the queue, unless she has asked for something else there since. */
function keep(waiting: Map<string, Waiting>, sent: Waiting): void {
  const place = placeOf(sent.wish);
  const later = [...waiting];
  const stopped = later.some(([, { wish }]) => wish.kind === 'stop' && endedBy(sent.wish, wish.pattern));
  if (stopped || waiting.has(place)) return;
  waiting.clear();
  waiting.set(place, sent);
  for (const [name, one] of later) waiting.set(name, one);
}

/** A stop is later than they are: what it takes away is not asked for any more. */
function forget(waiting: Map<string, Waiting>, pattern: string): void {
  for (const [place, { wish }] of waiting) if (endedBy(wish, pattern)) waiting.delete(place);
}

/**
 * Wishes made while another was on its way were made on the page that is now out of date. Where that other's own version
 * is the only one that came in between, they may go with it: she made both.
 */
function redraw(waiting: Map<string, Waiting>, version: number, { outcome, page }: SavedModel): void {
  if (outcome !== 'saved' || page.version !== version + 1) return;
  for (const [place, { wish, drawn }] of waiting) {
    if (drawn.version !== version) continue;
    waiting.set(place, { wish, drawn: { version: page.version, notice: drawn.notice } });
  }
}

/** The latest wish for a place that needs nothing more of her. */
function underWay({ waiting, sending, stuck }: State, place: string): Wish | undefined {
  const next = waiting.get(place);
  if (next && !stuck) return next.wish;
  return sending && placeOf(sending.wish) === place ? sending.wish : undefined;
}
