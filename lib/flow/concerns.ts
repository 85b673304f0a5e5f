import { resolve } from '../domain/answer.ts';
import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import { type About, aboutOf } from '../domain/event.ts';
import { cares, type Interest } from '../domain/interest.ts';
import { toMs } from '../domain/time.ts';
import type { Version } from '../domain/vocabulary.ts';
import type { Records } from '../ports.ts';
import type { Concern, Trails } from './trails.ts';

export interface AboutPorts {
  readonly catalogue: Catalogue;
  readonly records: Pick<Records, 'version'>;
}

export const caresAbout = (
  { interest }: { readonly interest: Interest },
  { about }: Pick<Concern, 'about'>,
): boolean => about !== undefined && cares(interest, about);

/** What a version was about when it was recorded, by the version itself. */
export const aboutThen = (version: Version, catalogue: Catalogue): About =>
  aboutOf(version, catalogue, resolve(version.record, catalogue, toMs(version.recordedAt)));

/**
 * What versions are about, newest first. Where an item does not say so, which no digest would notice, the version itself is
 * asked; one that cannot be relied on either stays without.
 */
export async function concernsOf(
  ports: AboutPorts & { readonly trails: Pick<Trails, 'abouts'> },
  subject: string,
  page: { readonly below?: number; readonly limit: number },
): Promise<readonly Concern[]> {
  const concerns = await ports.trails.abouts(subject, page);
  return Promise.all(concerns.map((concern) => (concern.about ? concern : asked(ports, subject, concern))));
}

async function asked(
  { records, catalogue }: AboutPorts,
  subject: string,
  concern: Concern,
): Promise<Concern> {
  const stored = await orBroken(records.version(subject, concern.version));
  if (stored === undefined || stored instanceof BrokenVersionError) return concern;
  const { recordedAt } = stored.version;
  return { ...concern, recordedAt, about: aboutThen(stored.version, catalogue) };
}
