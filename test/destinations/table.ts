import type { Destination } from '../../lib/destinations/destination.ts';
import type { Simulator } from '../simulators/simulator.ts';

/** A person of the suite, with an identifier of every kind that a destination may go by. */
export interface Person {
  readonly subject: string;
  readonly email: string;
  /** E.164 */
  readonly phone: string;
  /** The company's own customer number. */
  readonly customer: string;
  /** The vendor's own id of the person: identifiers of the kind that is named like the destination. */
  readonly own: string;
}

/** One thing a vendor reports of its own accord. */
export interface Report {
  /** Where its notices go. */
  readonly url: string;
  readonly who: Person;
  readonly topic: string;
  readonly channel: string;
  /** ms */
  readonly occurredAt: number;
  /** What somebody else than the vendor would have sent, to be refused. */
  readonly spoilt?: 'signature' | 'body' | 'age';
}

/** One destination before one vendor: what the contract suite needs to know of both. Made anew for each test. */
export interface Case {
  readonly destination: Destination;
  readonly simulator: Simulator;
  /** As in `heed.config.ts`, with these topics mapped: `acme/surveys` to something the vendor lacks. */
  readonly settings: (topics: readonly string[]) => unknown;
  /** Read after the simulator has started. */
  readonly secret: () => unknown;
  /** Channels on which this case can tell the vendor of the mapped topics: the suite speaks on each. */
  readonly channels: readonly string[];
  /** The vendor's own id of the `n`th person, where it has a form; left out, a number of six digits. */
  readonly own?: (n: number) => string;
  /** Enters a person whom the vendor has to know beforehand. */
  readonly enter: (who: Person) => void;
  /** Would the vendor contact this person about this topic on this channel? undefined: it was never told. */
  readonly permitted: (who: Person, topic: string, channel: string) => boolean | undefined;
  /** Subscribes a person at the vendor itself, as if long before Heed came. */
  readonly already: (who: Person, topic: string, channel: string) => void;
  /** What becomes of a person the vendor does not know. */
  readonly unknown: string;
  /** What becomes of a delivery whose token is refused once. */
  readonly refusedOnce: string;
  /** What becomes of a topic that the vendor lacks. */
  readonly lacking: string;
  /** An exception: one request says everything of a person, so that a refused grant keeps a withdrawal waiting too. */
  readonly wholesale?: true;
  /** A refusal that trying again does not change, in the vendor's words, and what becomes of it. */
  readonly refusal: { readonly cause: () => void; readonly outcome: string };
  /** A success that is a failure; missing where 2xx always means success. */
  readonly hidden?: { readonly cause: () => void; readonly outcome: string };
  /** Most requests that a batch of people may take; missing where this case says one person a request. */
  readonly batch?: { readonly people: number; readonly requests: number };
  /** What the vendor keeps beside a choice as text, and which parts of the evidence it has fields for. */
  readonly evidence?: {
    readonly of: (who: Person, topic: string, channel: string) => string | undefined;
    readonly holds: readonly ('time' | 'source' | 'notice' | 'basis')[];
  };
  /** Does the vendor hold anything of this person? Of a destination that can erase. */
  readonly held?: (who: Person) => boolean;
  /** Kinds of identifier by which it erases nobody all the same. */
  readonly keptBy?: readonly string[];
  /** Makes the vendor send its own, signed notice of an unsubscribe; gives the status it was answered with. */
  readonly report?: (report: Report) => Promise<number>;
  /** What the vendor cannot prove: `age` where it signs no time, `body` where its notices are not signed at all. */
  readonly unproved?: readonly ('age' | 'body')[];
  /**
   * What its notices do not tell: `topic` where they are about a whole channel, `time` where they name no moment; a kind of
   * identifier where they never name people by it, and the vendor cannot be asked.
   */
  readonly untold?: readonly ('topic' | 'time' | 'customer' | 'phone')[];
  /** The person unsubscribes at the vendor, where the next poll finds it. */
  readonly leave?: (who: Person, topic: string, channel: string, occurredAt: number) => void;
}

/** A destination in one of the ways it can be set up. */
export interface Table {
  readonly title: string;
  readonly make: () => Case;
}
