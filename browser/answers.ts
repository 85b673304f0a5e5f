import type { PageModel, SavedModel } from '../lib/page/model.ts';

/** One thing wrong with what was sent: where, and what. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** What went wrong, as a value: none of these is a reason to throw. */
export type Trouble =
  /** No answer came. Nothing is known to be saved; sending it again is safe. */
  | { readonly kind: 'offline' }
  /** The token does not work: it ran out, or was never one. */
  | { readonly kind: 'invalid' }
  /** What was sent cannot be taken as it is. */
  | { readonly kind: 'refused'; readonly detail: string; readonly errors: readonly Fault[] }
  /** Something is wrong at the other end; later it may work. */
  | { readonly kind: 'failed' };

export type Loaded = Trouble | { readonly kind: 'done'; readonly model: PageModel };
export type Saved = Trouble | { readonly kind: 'done'; readonly saved: SavedModel };
