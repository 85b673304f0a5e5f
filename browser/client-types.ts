/** What a form of yours recorded, or why it did not. None of these is thrown. */
export type Recorded =
  /** Stored, or it was so already. */
  | { readonly kind: 'done'; readonly version: number; readonly outcomes: readonly Outcome[] }
  /** The whole could not be taken, for the reason given. Its withdrawals were recorded all the same, and nothing else. */
  | {
      readonly kind: 'withdrawn';
      readonly version: number;
      readonly outcomes: readonly Outcome[];
      readonly detail: string;
      readonly errors: readonly Fault[];
    }
  /** No answer came, several times. Call again with the same `idempotencyKey`: nothing is recorded twice. */
  | { readonly kind: 'offline' }
  /** The token does not work: it ran out, or was never one. */
  | { readonly kind: 'invalid' }
  /** What was sent cannot be taken as it is: what is wrong, and where. */
  | { readonly kind: 'refused'; readonly detail: string; readonly errors: readonly Fault[] }
  /** Something is wrong at the other end; later it may work. */
  | { readonly kind: 'failed' };

/** What became of one choice. */
export interface Outcome {
  readonly topic: string;
  readonly channel: string;
  /** `pending`: granted, and waiting to be confirmed by a message that was sent. */
  readonly state: 'granted' | 'withdrawn' | 'pending';
  /** `superseded`: a newer choice stands. `refused`: a withdrawal outranks it. */
  readonly outcome: 'applied' | 'unchanged' | 'superseded' | 'refused';
  readonly reason?: string;
}

/** One thing wrong with what was sent. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** What a person chose in a form of yours. */
export interface Form {
  /** Her own token, made for `preferences`: it says who she is. */
  readonly token: string;
  readonly choices: readonly Choice[];
  readonly preferences?: readonly { readonly key: string; readonly value: string }[];
  /** What was shown to her. A grant needs it; who spoke, where and when Heed knows. */
  readonly evidence?: ShownEvidence;
  /** Origin of Heed. Default: where this script came from. */
  readonly api?: string;
  /** Keeps a change from being recorded twice when the same form is sent again. Default: a new one for each call. */
  readonly idempotencyKey?: string;
}

export interface Choice {
  /** A topic such as `acme/newsletter`; to withdraw also `acme/*` or `*`. */
  readonly topic: string;
  /** A channel such as `email`, or `*` for all. */
  readonly channel: string;
  readonly state: 'granted' | 'withdrawn';
}

export interface ShownEvidence {
  /** The text she agreed to. One that Heed does not keep needs the SHA-256 (hex) of exactly what was shown. */
  readonly notice: {
    readonly id: string;
    readonly version: string;
    readonly language: string;
    readonly sha256?: string;
  };
  readonly legalBasis: 'consent' | 'soft-opt-in' | 'legitimate-interest' | 'contract' | 'legal-obligation';
  /** How she said it. Default: `form`. */
  readonly method?: 'form' | 'component';
  /** A code such as `DK` or `US-CA`. */
  readonly jurisdiction?: string;
}

/**
 * Records what a person chose in a form of yours. Tries again where no answer comes, and never records twice. Where the
 * whole is refused its withdrawals are recorded all the same: a stop always gets through. Calls for one token are sent one
 * after another, in their order.
 */
export declare function record(form: Form): Promise<Recorded>;

export declare const heed: { readonly record: typeof record };
