import { cares } from '../domain/interest.ts';
import type { Entry } from '../domain/searching.ts';
import type { Ledger, Log, Marks } from '../ports.ts';
import { type Fate, fateOf, loggedFate, notToldAt } from './fate.ts';
import type { Told } from './read-deliveries.ts';
import { stateFate } from './told.ts';
import type { Trails } from './trails.ts';

export interface FatesPorts {
  readonly ledger: Pick<Ledger, 'items'>;
  readonly log: Pick<Log, 'read'>;
  readonly trails: Pick<Trails, 'upFrom'>;
  /** Of the lanes. */
  readonly marks: Pick<Marks, 'read'>;
}

type Named = Pick<Entry, 'subject' | 'version' | 'recordedAt' | 'topics' | 'channels'>;

/** What became of many subjects' versions at a destination, in their order. */
export async function fatesAt(
  { ledger, log, trails, marks }: FatesPorts,
  told: Told,
  versions: readonly Named[],
): Promise<readonly Fate[]> {
  const { id, kind, interest } = told;
  const notTold = notToldAt(marks, told);
  if (kind === 'log') {
    const entries = await log.read(id, versions);
    const fates = versions.map(({ subject, version, recordedAt, ...about }) =>
      notTold(loggedFate(entries.get(`${subject}:${version}`), cares(interest, about)), recordedAt),
    );
    return Promise.all(fates);
  }
  const items = await ledger.items(id, [...new Set(versions.map(({ subject }) => subject))]);
  return Promise.all(
    versions.map(async ({ subject, version, recordedAt, ...about }) => {
      const item = items.get(subject);
      const facts = { version, concerned: cares(interest, about) };
      const fate = item ? await stateFate(trails, item, facts) : fateOf(version, { ...facts, trail: [] });
      return notTold(fate, recordedAt);
    }),
  );
}
