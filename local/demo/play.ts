import { createHash } from 'node:crypto';
import * as z from 'zod';
import { pause } from '../pause.ts';
import type { Act, Kind } from './acts.ts';
import type { Answer, Api } from './api.ts';

/** What became of all requests of one kind. */
export interface Tally {
  requests: number;
  /** Sent again under the same key, and answered with the version there was. */
  repeats: number;
  versions: number;
  /** Recorded, but a newer choice stands. */
  superseded: number;
  /** Answers nobody wanted, by status. */
  readonly wrong: Map<number, number>;
}

export type Tallies = Map<Kind, Tally>;

const newTally = (): Tally => ({ requests: 0, repeats: 0, versions: 0, superseded: 0, wrong: new Map() });

export interface Playing {
  readonly api: Api;
  /** Of the systems and staff. */
  readonly token: string;
  readonly tallies: Tallies;
  /** Told after every act. */
  readonly done: () => void;
}

const AT_ONCE = 16;

/** Plays acts in their order, some at a time, evenly over so many milliseconds (0: as fast as they go). */
export async function play(acts: readonly Act[], over: number, playing: Playing): Promise<void> {
  const start = performance.now();
  let next = 0;
  const player = async (): Promise<void> => {
    for (let at = next++; at < acts.length; at = next++) {
      const act = acts[at];
      const early = start + (over * at) / acts.length - performance.now();
      if (early > 0) await pause(early);
      if (act) await playOne(act, playing);
      playing.done();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, player));
}

async function playOne(act: Act, { api, token, tallies }: Playing): Promise<void> {
  const tally = tallies.get(act.kind) ?? newTally();
  tallies.set(act.kind, tally);
  const { subject } = act.person;
  const sending = { token: act.own ? await api.token({ subject }) : token, key: keyOf(act) };
  const send = () => api.post(`/v1/subjects/${subject}/changes`, act.body, sending);
  const first = await send();
  const version = count(tally, first);
  if (!act.twice) return;
  const second = await send();
  tally.requests += 1;
  if (second.status === first.status && versionIn(second) === version) tally.repeats += 1;
  else tally.wrong.set(second.status, (tally.wrong.get(second.status) ?? 0) + 1);
}

/** The same request has the same key, and no other has. */
const keyOf = ({ kind, person, body }: Act): string =>
  createHash('sha256')
    .update(JSON.stringify([kind, person.subject, body]))
    .digest('hex');

const Accepted = z.object({ version: z.number(), outcomes: z.array(z.object({ outcome: z.string() })) });

const versionIn = ({ body }: Answer): number | undefined => Accepted.safeParse(body).data?.version;

function count(tally: Tally, answer: Answer): number | undefined {
  tally.requests += 1;
  const accepted = answer.status === 201 ? Accepted.safeParse(answer.body).data : undefined;
  if (!accepted) tally.wrong.set(answer.status, (tally.wrong.get(answer.status) ?? 0) + 1);
  else {
    tally.versions += 1;
    tally.superseded += accepted.outcomes.some(({ outcome }) => outcome === 'superseded') ? 1 : 0;
  }
  return accepted?.version;
}
