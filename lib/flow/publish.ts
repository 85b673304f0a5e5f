import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import type { Catalogue } from '../domain/catalogue.ts';
import { confirmationOf } from '../domain/confirmation-event.ts';
import { eventOf } from '../domain/event.ts';
import { toIso } from '../domain/time.ts';
import type { Version } from '../domain/vocabulary.ts';
import type { Bus, BusEntry, Clock, Log, LogEntry, Records } from '../ports.ts';

/** The bus's own name in the log of what was told: every version must appear under it. */
export const BUS = 'bus';

/** How long it is remembered that a version was published, ms. Longer than any stream or reconcile looks back. */
const REMEMBERED = 30 * 24 * 3_600_000;

/** EventBridge takes ten entries at a time. */
const MOST_ENTRIES = 10;

const ATTEMPTS = 4;

export interface PublishPorts {
  readonly catalogue: Catalogue;
  readonly bus: Bus;
  readonly log: Pick<Log, 'write'>;
  readonly clock: Clock;
}

/**
 * Publishes versions as events, in their order, retrying only those that were not taken. Tells which never were: a version
 * that makes two events is published when both are.
 */
export const publish =
  (ports: PublishPorts) =>
  async (versions: readonly Version[]): Promise<readonly boolean[]> => {
    const made = versions.map((version) => entriesOf(ports.catalogue, version));
    const entries = made.flat();
    const put: boolean[] = [];
    for (let from = 0; from < entries.length; from += MOST_ENTRIES)
      put.push(...(await putAll(ports, entries.slice(from, from + MOST_ENTRIES))));
    const taken = made.map(({ length }) => put.splice(0, length).every(Boolean));
    const now = ports.clock.now();
    const published = versions.filter((_, i) => taken[i]).map((version) => publishedEntry(version, now));
    if (published.length > 0) await ports.log.write(published, now + REMEMBERED);
    return taken;
  };

/** Versions that are read and published at a time. */
const PART = 100;

/**
 * Publishes versions that are in the table, a part at a time: there may be very many. Tells which never were. A broken
 * one is answered `failed`: it will never be an event, and what waits for it waits for ever.
 */
export const publishStored =
  (ports: PublishPorts & { readonly records: Pick<Records, 'version'> }) =>
  async (
    named: readonly { readonly subject: string; readonly version: number }[],
  ): Promise<readonly boolean[]> => {
    const taken: boolean[] = [];
    for (let from = 0; from < named.length; from += PART) {
      const stored = await Promise.all(
        named
          .slice(from, from + PART)
          .map(({ subject, version }) => orBroken(ports.records.version(subject, version))),
      );
      const broken = stored.filter((found) => found instanceof BrokenVersionError);
      await ports.log.write(broken.map((one) => brokenEntry(one, ports.clock.now())));
      const versions = stored.flatMap((found) => (found && 'document' in found ? [found.version] : []));
      taken.push(...(await publish(ports)(versions)));
    }
    return taken;
  };

/** What changed, and where it does, what the person is to confirm. */
function entriesOf(catalogue: Catalogue, version: Version): readonly BusEntry[] {
  const confirmation = confirmationOf(version, catalogue);
  const events = [eventOf(version, catalogue), ...(confirmation ? [confirmation] : [])];
  return events.map((detail) => ({ type: detail.type, time: version.recordedAt, detail }));
}

const publishedEntry = (
  { subject, version }: Pick<Version, 'subject' | 'version'>,
  now: number,
): LogEntry => ({
  subject,
  destination: BUS,
  version,
  at: toIso(now),
  attempts: 1,
  outcome: 'delivered',
});

const brokenEntry = (broken: BrokenVersionError, now: number): LogEntry => ({
  ...publishedEntry(broken, now),
  outcome: 'failed',
  reason: 'broken-version',
});

async function putAll(
  { bus, clock }: PublishPorts,
  entries: readonly BusEntry[],
): Promise<readonly boolean[]> {
  const taken = entries.map(() => false);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const open = [...taken.keys()].filter((i) => !taken[i]);
    const results = await bus.put(open.flatMap((i) => entries[i] ?? []));
    for (const [position, i] of open.entries()) taken[i] = results[position] === true;
    if (taken.every(Boolean)) break;
    if (attempt < ATTEMPTS) await clock.sleep(50 * 2 ** attempt * (0.5 + clock.chance()));
  }
  return taken;
}
