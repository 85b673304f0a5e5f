import { MINUTE, toIso, toMs } from './time.ts';
import type { Version } from './vocabulary.ts';

/**
 * A version recorded longer than this after the person chose is listed by when she chose, ms: so what had been chosen by a
 * moment is found without reading all that was recorded since.
 */
export const LATE = MINUTE;

export const isLate = ({ recordedAt, change }: Pick<Version, 'recordedAt' | 'change'>): boolean =>
  change.evidence.occurredAt < toIso(toMs(recordedAt) - LATE);
