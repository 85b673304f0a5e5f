import { type Answers, chosenIn } from './answer.ts';
import { type Catalogue, expandPairs } from './catalogue.ts';
import { type Awaited, awaitedIn } from './double-opt-in.ts';
import type { ControlKey } from './page-change.ts';
import type { HeedRecord } from './vocabulary.ts';

/** How a record looks to the person it is about. */
export interface Shown {
  readonly answer: Answers;
  /** The request that waits for her confirmation. */
  readonly awaited: (pair: ControlKey) => Awaited | undefined;
  /** Permitted, or asked for and waiting to be confirmed: on any of the channels that it stands for. */
  readonly isOn: (control: ControlKey) => boolean;
}

/** What a page says of a record as of `at` (ms): what she has chosen, also while it is restricted and permits nothing. */
export function shownIn(record: HeedRecord, catalogue: Catalogue, at: number): Shown {
  const answer = chosenIn(record, catalogue, at);
  const waiting = new Map(
    awaitedIn(record, catalogue, at).map((one) => [`${one.topic} ${one.channel}`, one] as const),
  );
  const awaited = ({ topic, channel }: ControlKey) => waiting.get(`${topic} ${channel}`);
  return {
    answer,
    awaited,
    isOn: (control) =>
      expandPairs(catalogue, control).some(
        (pair) => answer(pair.topic, pair.channel).state === 'granted' || awaited(pair) !== undefined,
      ),
  };
}
