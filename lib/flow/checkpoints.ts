import type { SignedCheckpoint } from '../domain/checkpoint.ts';

/** The checkpoints there are, to be found quickly. The archive is what counts: these can be made again from it. */
export interface Checkpoints {
  readonly newest: () => Promise<SignedCheckpoint | undefined>;
  readonly numbered: (number: number) => Promise<SignedCheckpoint | undefined>;
  /** Once it is there, as often as it is asked for. False: another has that number. */
  readonly add: (one: SignedCheckpoint) => Promise<boolean>;
  /** Newest first, those below a number. */
  readonly list: (page: {
    readonly below?: number;
    readonly limit: number;
  }) => Promise<readonly SignedCheckpoint[]>;
  /** The first whose period ends after a moment: the one that holds what was recorded then, unless it was shown late. */
  readonly endingAfter: (recordedAt: string) => Promise<SignedCheckpoint | undefined>;
  /** Up to when (ms) nothing was recorded since the newest. */
  readonly quietUpTo: () => Promise<number | undefined>;
  readonly noteQuiet: (upTo: number) => Promise<void>;
}
