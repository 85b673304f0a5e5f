/** A text message that somebody sent to us, as its carrier's service passes it on. */
export interface TextMessage {
  readonly from: string;
  readonly text: string;
  /** What it goes by at that service: one that comes twice is taken once. */
  readonly id?: string;
  /** When it was sent, ms, where the service vouches for that. */
  readonly at?: number;
  /** SHA-256 (hex) of what it came in, where that names nobody to whoever tries all numbers. */
  readonly digest?: string;
  /** The service has answered it by itself. */
  readonly answered?: true;
}

/** What a service's request turns out to be. `nothing`: genuine, and no message. */
export type Inbound =
  | { readonly kind: 'message'; readonly message: TextMessage }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly status: 401 | 422 | 503 };

export const refusedBy = (status: 401 | 422 | 503): Inbound => ({ kind: 'refused', status });
