import type { PageModel } from '../lib/page/model.ts';
import type { Greeting } from './greeting.ts';
import type { Session } from './session.ts';
import type { Wish } from './wishes.ts';

export interface View {
  readonly session: Session;
  readonly greeting: Greeting;
  /** Address of her history. */
  readonly history: string;
  /** Level of the brands' headings. */
  readonly level: number;
}

/** A model is there. */
export interface Drawing extends View {
  readonly model: PageModel;
  /** Places with wishes that could not be sent. */
  readonly unsent: ReadonlySet<string>;
  /** Places that are asked again. */
  readonly asked: ReadonlySet<string>;
}

/** Where a field stands beside what was committed. */
interface Progress {
  /** Being sent. */
  readonly wish: Wish | undefined;
  /** Could not be sent, and waits for a retry. */
  readonly unsent: boolean;
  /** Was stopped elsewhere since, and is asked again. */
  readonly asked?: boolean;
}

/** What of a field's state a site can style. */
export const partsOf = (name: string, { wish, unsent, asked = false }: Progress): string =>
  [name, ...(wish ? ['saving'] : []), ...(unsent ? ['unsent'] : []), ...(asked ? ['asked'] : [])].join(' ');

/** The same in words. */
export function progressOf({ wish, unsent }: Progress, words: PageModel['words']): string | undefined {
  if (wish) return words.saving;
  return unsent ? words.unsent : undefined;
}
