import { toIso } from '../domain/time.ts';
import { type ReadPorts, readRecord, type SourcedRecordView } from './read.ts';
import type { HistoryPorts } from './read-history.ts';
import { type OwnHistory, readOwnHistory } from './read-page.ts';

export type PortabilityPorts = ReadPorts & HistoryPorts;

/** What a person can take with her (GDPR 20). */
export interface ExportView extends Omit<SourcedRecordView, 'broken'> {
  readonly format: 'heed-export/1';
  readonly exportedAt: string;
  /** Newest first. */
  readonly history: OwnHistory['versions'];
  /** The version below which the rest of it begins, where all together is too much for one answer. */
  readonly next?: number;
}

export interface Exporting {
  readonly subject: string;
  readonly masked: boolean;
  readonly below?: number | undefined;
}

/** Everything she has told or was said in her name, and how it stands: who of the staff spoke for her is not hers. */
export const exportOf =
  (ports: PortabilityPorts) =>
  async ({ subject, masked, below }: Exporting): Promise<ExportView> => {
    const { broken: _, ...record } = await readRecord(ports)({ subject, masked });
    const { versions, next } = await readOwnHistory(ports)(subject, below);
    return {
      ...{ format: 'heed-export/1', exportedAt: toIso(ports.clock.now()) },
      ...record,
      history: versions,
      ...(next !== undefined && { next }),
    };
  };
