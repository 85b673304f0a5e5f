import type { PageChange, PageModel, SavedModel } from '../lib/page/model.ts';
import type { Loaded, Saved, Trouble } from './answers.ts';
import { type Address, load, save } from './api.ts';
import type { FirstWords } from './greeting.ts';
import { type Queue, queueOf } from './queue.ts';
import { controlPlace, placeOf, type Wish } from './wishes.ts';

/** What is said about the last thing that happened. */
export interface Said {
  readonly kind: SavedModel['outcome'] | Trouble['kind'];
  readonly text: string;
  /** What takes it back. */
  readonly undo?: PageChange;
  /** It may work when it is tried again. */
  readonly retry?: true;
}

/** What one person's component shows at a moment. */
export interface Shown {
  /** Missing until it has come, and once its token works no more. */
  readonly model?: PageModel;
  readonly said?: Said;
  /** Places of controls that were stopped elsewhere since, and are asked again. */
  readonly asked?: ReadonlySet<string>;
}

export interface SessionPorts {
  readonly address: Address;
  readonly words: FirstWords;
  /** Something is to be shown anew. */
  readonly changed: () => void;
  readonly saved: (saved: SavedModel) => void;
  readonly troubled: (kind: Trouble['kind'], message: string) => void;
}

export interface Session extends Pick<Queue, 'underWay' | 'kept' | 'hurry'> {
  readonly shown: () => Shown;
  readonly wish: (wish: Wish) => void;
  /** Once more what did not work. */
  readonly retry: () => void;
  /** Reads everything again, as after coming back to a page that was put away. */
  readonly reload: () => void;
  /** Nobody looks any more: what was tapped is still sent, and nothing is told of it. */
  readonly close: () => void;
}

interface State {
  readonly ports: SessionPorts;
  shown: Shown;
  closed: boolean;
}

/** Loads what one token shows, and saves what is tapped, until it is closed. */
export function openSession(ports: SessionPorts): Session {
  const state: State = { ports, shown: {}, closed: false };
  const queue = queueOf({
    send: (change) => save({ ...ports.address, change }),
    shown: () => state.shown.model,
    answered: (answer, wish) => settle(state, answer, wish),
  });
  const { underWay, kept, hurry } = queue;
  const reload = (): void => void fetchInto(state);
  reload();
  return {
    ...{ underWay, kept, hurry, reload, shown: () => state.shown },
    wish: (wish) => begin(state, () => queue.add(wish)),
    retry: () => begin(state, kept().length > 0 ? queue.retry : reload),
    close: () => {
      state.closed = true;
    },
  };
}

/** What was said before is over; the same words said again are heard again. */
function begin(state: State, act: () => void): void {
  const { said, ...rest } = state.shown;
  state.shown = rest;
  act();
  state.ports.changed();
}

async function fetchInto(state: State): Promise<void> {
  const loaded: Loaded = await load(state.ports.address);
  if (state.closed) return;
  if (loaded.kind !== 'done') {
    trouble(state, loaded);
    return;
  }
  const { model } = state.shown;
  const newer = !model || loaded.model.version >= model.version;
  state.shown = { ...state.shown, model: newer ? loaded.model : model };
  state.ports.changed();
}

function settle(state: State, answer: Saved, wish: Wish): void {
  if (state.closed) return;
  if (answer.kind !== 'done') {
    trouble(state, answer);
    /** What was wrong with the rest kept none of its withdrawals from being stored. */
    if (answer.kind === 'refused') void fetchInto(state);
    return;
  }
  const { page, outcome, status, undo } = answer.saved;
  const asked = askedAfter(state.shown, answer.saved, wish);
  state.shown = { model: page, said: { kind: outcome, text: status, ...(undo && { undo }) }, asked };
  state.ports.changed();
  state.ports.saved(answer.saved);
}

/** She is asked until she has answered. */
function askedAfter({ asked = new Set() }: Shown, saved: SavedModel, wish: Wish): ReadonlySet<string> {
  const before = wish.kind === 'stop' ? [] : [...asked].filter((place) => place !== placeOf(wish));
  return new Set([...before, ...saved.asked.map(controlPlace)]);
}

/** What was committed stays on show, but not to a token that works no more. */
function trouble(state: State, cause: Trouble): void {
  const { model } = state.shown;
  const text = wordsFor(cause, model?.words ?? state.ports.words);
  const again = cause.kind === 'offline' || cause.kind === 'failed';
  const said: Said = { kind: cause.kind, text, ...(again && { retry: true }) };
  state.shown = cause.kind === 'invalid' ? { said } : { ...state.shown, said };
  state.ports.changed();
  state.ports.troubled(cause.kind, text);
}

/** A refusal says itself what is wrong, first of all at its field. */
export function wordsFor(cause: Trouble, words: FirstWords): string {
  if (cause.kind !== 'refused') return words[cause.kind];
  return cause.errors.map(({ message }) => message).join(' ') || cause.detail || words.failed;
}
