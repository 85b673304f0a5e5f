import { chosenIn, resolve, resolvedBy } from '../domain/answer.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import { aboutOf } from '../domain/event.ts';
import { toMs } from '../domain/time.ts';
import type { HeedRecord, ResolvedState, Version } from '../domain/vocabulary.ts';
import type { Findable, Records, Stored } from '../ports.ts';
import type { Admitted } from './admit.ts';
import { type MovePorts, moveIdentifiers } from './identifiers.ts';

export interface AppendPorts extends MovePorts {
  readonly catalogue: Catalogue;
  readonly records: Pick<Records, 'append' | 'version'>;
}

/** Stores a version with the identifiers that it moves. False: another writer was quicker. */
export async function append(ports: AppendPorts, stored: Stored, admitted: Admitted): Promise<boolean> {
  const { version } = stored;
  const moves = version.change.identifiers.length + admitted.lifted.length > 0;
  const move = moves ? await moveIdentifiers(ports, version, admitted) : undefined;
  return ports.records.append(stored, findableOf(version, ports.catalogue), move);
}

/** What a version is found by later. */
export function findableOf(version: Version, catalogue: Catalogue): Findable {
  const at = toMs(version.recordedAt);
  const state = resolve(version.record, catalogue, at);
  const about = aboutOf(version, catalogue, state);
  const kept = version.record.restriction?.restricted ? chosenRows(version.record, catalogue, at) : state;
  const expiresAt = kept.choices
    .flatMap((row) => (row.state === 'granted' && row.expiresAt ? [row.expiresAt] : []))
    .sort()[0];
  return { about, ...(expiresAt && { expiresAt }) };
}

/** Under a restriction grants run out all the same. */
const chosenRows = (record: HeedRecord, catalogue: Catalogue, at: number): ResolvedState =>
  resolvedBy(chosenIn(record, catalogue, at), record, catalogue);
