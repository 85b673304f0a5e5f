import type { Saved } from '../../browser/answers.ts';
import { type Queue, queueOf } from '../../browser/queue.ts';
import type { Wish } from '../../browser/wishes.ts';
import type { PageChange, PageModel, SavedModel } from '../../lib/page/model.ts';

/** Lets everything that waits for nothing but its turn have it. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const pageOf = (version: number): PageModel => ({
  language: 'en',
  direction: 'ltr',
  version,
  notice: { id: 'marketing', version: '4', language: 'en', sha256: '', text: '' },
  identifiers: [],
  brands: [],
  preferences: [],
  stop: { pattern: '*', label: '', done: false },
  words: {
    ...{ saving: '', undo: '', offline: '', unsent: '', retry: '', invalid: '', failed: '' },
    ...{ nothingOn: '', save: '', history: '', notice: '', noticeVersion: '', interests: '', unchosen: '' },
    language: '',
  },
});

interface Answered {
  readonly version: number;
  readonly outcome?: SavedModel['outcome'];
}

/** The server's answer: the version that stands now, and what became of what was sent. */
export const savedAs = ({ version, outcome = 'saved' }: Answered): Saved => ({
  kind: 'done',
  saved: { page: pageOf(version), status: '', outcome, asked: [] },
});

/** A queue under a page of version 3, and a wire on which the test answers. */
export function aQueue() {
  const sent: PageChange[] = [];
  let shown = pageOf(3);
  let reply: (answer: Saved) => void = () => undefined;
  const queue = queueOf({
    send: (change) => {
      sent.push(change);
      return new Promise<Saved>((resolve) => {
        reply = resolve;
      });
    },
    shown: () => shown,
    answered: (answer) => {
      if (answer.kind === 'done') shown = answer.saved.page;
    },
  });
  const answer = async (one: Saved): Promise<void> => {
    reply(one);
    await settled();
  };
  return { queue, sent, answer };
}

export type Act =
  | { readonly kind: 'tap'; readonly topic: string; readonly on: boolean }
  | { readonly kind: 'elsewhere'; readonly topic: string }
  | { readonly kind: 'arrive' | 'answer' | 'lose' | 'retry' };

interface Entry {
  readonly topic: string;
  readonly on: boolean;
}

/** The record: what became of each topic, one entry a version. */
class Server {
  readonly log: Entry[] = [];
  /** The version of the last stop of a topic that was not hers. */
  readonly stops = new Map<string, number>();

  isOn(topic: string, version: number): boolean {
    return this.log.slice(0, version).findLast((entry) => entry.topic === topic)?.on ?? false;
  }

  stop(topic: string): void {
    this.log.push({ topic, on: false });
    this.stops.set(topic, this.log.length);
  }

  /** As Heed does: only what differs from the page it was drawn from, and no grant over a newer stop. */
  take({ version, controls: [control] }: PageChange): SavedModel['outcome'] {
    if (!control || control.on === this.isOn(control.topic, version)) return 'unchanged';
    const stopped = this.log.slice(version).some(({ topic, on }) => topic === control.topic && !on);
    if (control.on && stopped) return 'asked';
    this.log.push({ topic: control.topic, on: control.on });
    return 'saved';
  }
}

interface Flight {
  readonly change: PageChange;
  readonly reply: (answer: Saved) => void;
  outcome?: SavedModel['outcome'];
}

/**
 * A person's page, and the world around it. `wrongs`: grants that were recorded although the page on which she last asked
 * for them did not show a stop made elsewhere. `redrawn` breaks the rule: every wish goes with the newest version on show.
 */
export function aPage({ redrawn = false } = {}) {
  const server = new Server();
  const wrongs: string[] = [];
  const seen = new Map<string, number>();
  let shown = pageOf(0);
  let flight: Flight | undefined;
  const queue: Queue = queueOf({
    send: (change) =>
      new Promise<Saved>((reply) => {
        flight = { change: redrawn ? { ...change, version: shown.version } : change, reply };
      }),
    shown: () => shown,
    answered: (answer) => {
      if (answer.kind === 'done') shown = answer.saved.page;
    },
  });

  const tap = (topic: string, on: boolean): void => {
    if (on) seen.set(topic, shown.version);
    const wish: Wish = { kind: 'control', topic, channel: 'email', on };
    queue.add(wish);
  };

  function arrive(): void {
    if (!flight || flight.outcome) return;
    flight.outcome = server.take(flight.change);
    const [control] = flight.change.controls;
    if (flight.outcome !== 'saved' || !control?.on) return;
    const stopped = server.stops.get(control.topic) ?? 0;
    if (stopped > (seen.get(control.topic) ?? 0)) wrongs.push(`${control.topic} over the stop of ${stopped}`);
  }

  function answer(): void {
    arrive();
    const landed = flight;
    flight = undefined;
    landed?.reply(savedAs({ version: server.log.length, outcome: landed.outcome ?? 'unchanged' }));
  }

  function lose(): void {
    const lost = flight;
    flight = undefined;
    lost?.reply({ kind: 'offline' });
  }

  const does = async (one: Act): Promise<void> => {
    if (one.kind === 'tap') tap(one.topic, one.on);
    else if (one.kind === 'elsewhere') server.stop(one.topic);
    else ({ arrive, answer, lose, retry: queue.retry })[one.kind]();
    await settled();
  };
  return { does, wrongs };
}
