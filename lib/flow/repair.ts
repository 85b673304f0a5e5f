import { resolve } from '../domain/answer.ts';
import { type BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import { decide, type Predecessor } from '../domain/decide.ts';
import { canonical, sha256 } from '../domain/digest.ts';
import { aboutOf } from '../domain/event.ts';
import { EMPTY_RECORD } from '../domain/registers.ts';
import { leavesRoom, toIso, toMs } from '../domain/time.ts';
import type { Change, Version } from '../domain/vocabulary.ts';
import type { Clock, Records } from '../ports.ts';

export interface RepairPorts {
  readonly records: Pick<Records, 'version' | 'append'>;
  readonly catalogue: Catalogue;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Puts a version on top of a newest one that cannot be relied on, so that the person can be heard again. What the
 * broken one said is not known, it may have been a stop: of the record before it everything is withdrawn, in Heed's
 * voice, and only she can grant again. The broken one stays where it is, for whoever examines it.
 */
export async function repair(ports: RepairPorts, broken: BrokenVersionError): Promise<void> {
  const version = await afterBroken(ports, broken);
  const document = canonical(version);
  const state = resolve(version.record, ports.catalogue, toMs(version.recordedAt));
  await ports.records.append(
    { version, document, digest: sha256(document), remembered: [] },
    { about: aboutOf(version, ports.catalogue, state) },
  );
}

/** The last version that can be relied on, in the place of a broken one. */
export const inPlaceOf = async (
  ports: { readonly records: Pick<Records, 'version'> },
  broken: BrokenVersionError,
): Promise<Version> => (await lastReliable(ports, broken)).version;

/** The version that a repair puts on top. */
async function afterBroken(ports: RepairPorts, broken: BrokenVersionError): Promise<Version> {
  const before = await lastReliable(ports, broken);
  /** A clock that is behind would date the stop before what it has to stop. */
  const now = Math.max(ports.clock.now(), toMs(before.version.recordedAt) + 1);
  const change = everythingStopped(broken.version, now);
  /** It may have brought an address that was erased, or said that an erasure began or was done: the next grant looks. */
  const standing = { ...before.version.standing, state: 'unconfirmed' as const };
  const { subject } = broken;
  const decision = decide(before, change, { subject, now, catalogue: ports.catalogue, standing });
  if (decision.kind === 'unchanged') throw broken;
  return { ...decision.version, previous: nameable(broken.digest) };
}

/** A digest that was overwritten may be any text: a version that named such a one would be at fault itself. */
const nameable = (digest: string | null): string | null =>
  digest !== null && /^[0-9a-f]{64}$/.test(digest) ? digest : null;

/** What stands in the place of what a broken version said. */
export const everythingStopped = (version: number, at: number): Change => ({
  choices: [{ topic: '*', channel: '*', state: 'withdrawn' }],
  preferences: [],
  identifiers: [],
  evidence: {
    source: 'heed',
    actor: { kind: 'system' },
    method: methodFor(version),
    occurredAt: toIso(at),
  },
});

const methodFor = (version: number): string => `broken-version-${version}`;

/** Whether a version is what was put on top of that broken one. */
export const isRepairOf = ({ change: { evidence } }: Pick<Version, 'change'>, broken: number): boolean =>
  evidence.source === 'heed' && evidence.method === methodFor(broken);

/** The newest version below a broken one that can be read, and built upon, numbered as the broken one was; an empty one if there is none. */
async function lastReliable(
  { records }: { readonly records: Pick<Records, 'version'> },
  { subject, version: place }: BrokenVersionError,
): Promise<Predecessor> {
  for (let version = place - 1; version > 0; version--) {
    const found = await orBroken(records.version(subject, version));
    if (found && 'document' in found && leavesRoom(found.version.recordedAt))
      return { digest: found.digest, version: { ...found.version, version: place } };
  }
  const evidence = {
    source: 'heed',
    actor: { kind: 'system' as const },
    method: 'none',
    occurredAt: toIso(0),
  };
  const change: Change = { choices: [], preferences: [], identifiers: [], evidence };
  const nothing = { outcomes: [], changed: [], record: EMPTY_RECORD, origins: {}, previous: null };
  return { digest: '', version: { subject, version: place, recordedAt: toIso(0), change, ...nothing } };
}
