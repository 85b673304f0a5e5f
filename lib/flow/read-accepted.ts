import type { Catalogue } from '../domain/catalogue.ts';
import { EMPTY_RECORD } from '../domain/registers.ts';
import { toMs } from '../domain/time.ts';
import type { ChoiceOutcome } from '../domain/vocabulary.ts';
import type { Seals } from '../ports.ts';
import type { Accepted } from './accept.ts';
import { maskAll, openAll, type RecordView, viewOf } from './read.ts';

/** What a change came to, as its caller is told. */
export interface AcceptedView {
  readonly subject: string;
  readonly version: number;
  readonly recordedAt: string | null;
  readonly outcomes: readonly ChoiceOutcome[];
  readonly record: RecordView;
}

export interface AcceptedPorts {
  readonly catalogue: Catalogue;
  readonly seals: Pick<Seals, 'open'>;
}

/**
 * The record as of the version, so that a replay gets the same answer. Of identifiers it shows, masked, those the
 * change named: their key is at hand, and accepting a change reads nothing more.
 */
export const readAccepted =
  (ports: AcceptedPorts) =>
  async (subject: string, accepted: Exclude<Accepted, { kind: 'refused' }>): Promise<AcceptedView> => {
    const version = accepted.stored?.version;
    const named = accepted.kind === 'recorded' ? accepted.stored.version.change.identifiers : [];
    const record = viewOf(
      {
        subject,
        record: version?.record ?? EMPTY_RECORD,
        at: version ? toMs(version.recordedAt) : 0,
        version,
        identifiers: maskAll(await openAll(ports.seals, subject, named)),
      },
      ports,
    );
    const outcomes = accepted.kind === 'recorded' ? accepted.stored.version.outcomes : accepted.outcomes;
    return { subject, version: record.version, recordedAt: record.recordedAt, outcomes, record };
  };
