import type { Ledger, Log } from '../ports.ts';
import type { Told } from './read-deliveries.ts';
import { type Fate, fateOf, loggedFate, stateFate } from './told.ts';
import type { Trails } from './trails.ts';

export interface FatesPorts {
  readonly ledger: Pick<Ledger, 'items'>;
  readonly log: Pick<Log, 'read'>;
  readonly trails: Pick<Trails, 'upFrom'>;
}

type Named = { readonly subject: string; readonly version: number };

/** What became of many subjects' versions at a destination that they concern, in their order. */
export async function fatesAt(
  { ledger, log, trails }: FatesPorts,
  { id, kind }: Told,
  versions: readonly Named[],
): Promise<readonly Fate[]> {
  if (kind === 'log') {
    const entries = await log.read(id, versions);
    return versions.map(({ subject, version }) => loggedFate(entries.get(`${subject}:${version}`), true));
  }
  const items = await ledger.items(id, [...new Set(versions.map(({ subject }) => subject))]);
  return Promise.all(
    versions.map(async ({ subject, version }) => {
      const item = items.get(subject);
      const facts = { version, concerned: true };
      return item ? stateFate(trails, item, facts) : fateOf(version, { ...facts, trail: [] });
    }),
  );
}
