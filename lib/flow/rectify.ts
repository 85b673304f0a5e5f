import { orBroken } from '../domain/broken-version.ts';
import { refuse } from '../domain/refusal.ts';
import { type Accepted, type AcceptPorts, type AcceptRequest, accept } from './accept.ts';

export interface Rectifying extends Pick<AcceptRequest, 'subject' | 'body' | 'caller'> {
  /** The version whose words are put right. */
  readonly corrects: number;
}

/** Puts right what a version says, by a change like any other: whoever cares is told. Its evidence names that version. */
export const rectify =
  (ports: AcceptPorts) =>
  async (request: Rectifying): Promise<Accepted> => {
    const { subject, corrects, body } = request;
    if (!(await orBroken(ports.records.version(subject, corrects)))) {
      const errors = [{ path: 'corrects', message: 'the record has no such version' }];
      const detail = 'Nothing was put right.';
      return { kind: 'refused', refusal: refuse({ type: 'invalid-change', detail, errors }, body) };
    }
    return accept(ports)(request);
  };
