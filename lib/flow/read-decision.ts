import { answersOf, type Because } from '../domain/answer.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import type { AnswerState } from '../domain/vocabulary.ts';
import { type Moment, type PastPorts, recordAt } from './past.ts';
import { type Provenance, provenanceOf } from './provenance.ts';

export interface DecisionPorts extends PastPorts {
  readonly catalogue: Catalogue;
}

/** May we, or might we have? */
export interface DecisionView extends Partial<Provenance> {
  readonly subject: string;
  readonly topic: string;
  readonly channel: string;
  readonly permitted: boolean;
  readonly because: Because;
  readonly state: AnswerState;
  /** The newest version known at the moment that is asked for. */
  readonly version: number;
  readonly expiresAt?: string;
  /** Set where it rests on a version that cannot be relied on: then nothing is permitted. */
  readonly broken?: number;
}

export interface Question extends Moment {
  readonly subject: string;
  readonly topic: string;
  readonly channel: string;
}

/** One consistent read, unless a past moment is asked for. Anything but a standing grant is a no. */
export const readDecision =
  (ports: DecisionPorts) =>
  async ({ subject, topic, channel, ...moment }: Question): Promise<DecisionView> => {
    const then = await recordAt(ports, subject, moment);
    const answer = answersOf(then.record, ports.catalogue, then.at)(topic, channel);
    const { state, because, expiresAt } = answer;
    return {
      subject,
      topic,
      channel,
      permitted: state === 'granted',
      because,
      state,
      version: then.version,
      ...(expiresAt && { expiresAt }),
      ...provenanceOf(answer, then, ports.catalogue),
      ...(then.broken !== undefined && { broken: then.broken }),
    };
  };
