import type { Destination } from '../../lib/destinations/destination.ts';
import type { Simulator } from '../simulators/simulator.ts';

/** One destination before one vendor: what the contract suite needs to know of both. Made anew for each test. */
export interface Case {
  readonly destination: Destination;
  readonly simulator: Simulator;
  /** As in `heed.config.ts`, with these topics mapped: `acme/surveys` to something the vendor lacks. */
  readonly settings: (topics: readonly string[]) => unknown;
  /** Read after the simulator has started. */
  readonly secret: () => unknown;
  /** Enters a person whom the vendor has to know beforehand. */
  readonly enter: (email: string) => void;
  /** Would the vendor write to this person about this topic by e-mail? undefined: it was never told. */
  readonly permitted: (
    who: { readonly subject: string; readonly email: string },
    topic: string,
  ) => boolean | undefined;
  /** What becomes of a person the vendor does not know. */
  readonly unknown: string;
  /** What becomes of a delivery whose token is refused once. */
  readonly refusedOnce: string;
  /** What becomes of a topic that the vendor lacks. */
  readonly lacking: string;
  /** A refusal that trying again does not change, in the vendor's words, and what becomes of it. */
  readonly refusal: { readonly cause: () => void; readonly outcome: string };
  /** A success that is a failure; missing where 2xx always means success. */
  readonly hidden?: { readonly cause: () => void; readonly outcome: string };
}

/** A destination in one of the ways it can be set up. */
export interface Table {
  readonly title: string;
  readonly make: () => Case;
}
