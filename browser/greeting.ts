import type { ScriptWords } from '../lib/page/model.ts';

/** Words for before the first answer, which brings its own. */
export type FirstWords = Pick<ScriptWords, 'offline' | 'invalid' | 'failed'>;

/** What is said before the first answer has come, which brings every other word. */
export interface Greeting extends FirstWords {
  readonly loading: string;
  readonly retry: string;
  readonly direction: 'ltr' | 'rtl';
}
