import type { Destination } from './destination.ts';

/** A destination that keeps watch: what is left of a definition where nobody's choices are copied. */
export type Watcher<S, K> = Omit<
  Destination<S, K>,
  'kind' | 'identifiedBy' | 'channels' | 'topics' | 'translate' | 'poll'
> &
  Required<Pick<Destination<S, K>, 'report'>>;

/** Gives a watcher its types. It hears of no person, and so has nothing to translate. */
export const defineWatcher = <S, K>(watcher: Watcher<S, K>): Destination<S, K> => ({
  ...watcher,
  kind: 'watch',
  identifiedBy: [],
  channels: 'all',
  topics: () => [],
  translate: () => [],
});
