import type { Published } from './published.ts';

/** What a notice is proved with. */
export interface Proving {
  readonly settings: unknown;
  readonly secret: unknown;
  /** ms */
  readonly now: number;
  /** The vendor's published keys, for the signatures that rest on them. */
  readonly published?: Published;
}

/** `undecided`: what the vendor publishes its keys in cannot be read now. `claims`: of the token that proves it. */
export type Verdict =
  | { readonly kind: 'genuine'; readonly claims?: unknown }
  | { readonly kind: 'refused' }
  | { readonly kind: 'undecided' };
