import { answersOf, type Because } from '../domain/answer.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import { EMPTY_RECORD } from '../domain/registers.ts';
import type { AnswerState } from '../domain/vocabulary.ts';
import type { Clock, Records } from '../ports.ts';

export interface DecisionPorts {
  readonly catalogue: Catalogue;
  readonly records: Pick<Records, 'newest'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** May we? */
export interface DecisionView {
  readonly subject: string;
  readonly topic: string;
  readonly channel: string;
  readonly permitted: boolean;
  readonly because: Because;
  readonly state: AnswerState;
  readonly version: number;
  readonly expiresAt?: string;
}

export interface Question {
  readonly subject: string;
  readonly topic: string;
  readonly channel: string;
}

/** One consistent read. Anything but a standing grant is a no. */
export const readDecision =
  ({ records, catalogue, clock }: DecisionPorts) =>
  async ({ subject, topic, channel }: Question): Promise<DecisionView> => {
    const newest = await records.newest(subject);
    const record = newest?.version.record ?? EMPTY_RECORD;
    const { state, because, expiresAt } = answersOf(record, catalogue, clock.now())(topic, channel);
    return {
      subject,
      topic,
      channel,
      permitted: state === 'granted',
      because,
      state,
      version: newest?.version.version ?? 0,
      ...(expiresAt && { expiresAt }),
    };
  };
