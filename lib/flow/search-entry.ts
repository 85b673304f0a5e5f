import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import type { About } from '../domain/event.ts';
import { type Facts, factsOf } from '../domain/facts.ts';
import type { Entry } from '../domain/searching.ts';
import type { Recorded } from '../ports.ts';
import { type AboutPorts, aboutThen } from './concerns.ts';

export type EntryPorts = AboutPorts;

/**
 * What a version is searched by. Where the index by time does not say, or an older Heed wrote less, the version itself is asked; undefined for one that
 * cannot be read either.
 */
export async function entryFor(ports: EntryPorts, recorded: Recorded): Promise<Entry | undefined> {
  const { subject, version, recordedAt, about, facts } = recorded;
  if (facts?.said) return entryOf({ subject, version, recordedAt }, about, facts);
  const stored = await orBroken(ports.records.version(subject, version));
  if (stored === undefined || stored instanceof BrokenVersionError) return undefined;
  return entryOf(stored.version, aboutThen(stored.version, ports.catalogue), factsOf(stored.version));
}

const entryOf = (
  { subject, version, recordedAt }: Pick<Entry, 'subject' | 'version' | 'recordedAt'>,
  { topics, channels }: Pick<About, 'topics' | 'channels'>,
  facts: Facts,
): Entry => ({ ...facts, subject, version, recordedAt, topics, channels });
