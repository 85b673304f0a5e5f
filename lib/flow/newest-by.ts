import type { Records, Stored, StoredRaw } from '../ports.ts';

export interface Limit {
  readonly subject: string;
  /** The newest version there is, or the newest that may count. */
  readonly newest: StoredRaw;
  /** ISO */
  readonly moment: string;
}

/** What had been recorded by a moment. */
export interface Recorded {
  /** The newest version that can be relied on. */
  readonly stored: Stored | undefined;
  /** The newest of those above it that cannot be, where there are any. */
  readonly broken?: StoredRaw;
}

type Raw = Pick<Records, 'raw'>;

/**
 * The newest version recorded up to a moment, of `newest` and those before it: recording times rise with the number. Only
 * versions that can be relied on say where to look; of the others their items' own times are taken, which permit nothing.
 */
export async function newestBy(records: Raw, limit: Limit): Promise<Recorded> {
  let stored: Stored | undefined;
  let next: Stored | undefined;
  let [low, high] = [1, limit.newest.version];
  let probe: StoredRaw | undefined = limit.newest;
  while (low <= high) {
    const middle: number = probe?.version ?? Math.floor((low + high) / 2);
    const found: Stored | undefined = await reliableAt(records, limit.subject, { probe, low, middle });
    probe = undefined;
    if (found && found.version.recordedAt > limit.moment) {
      next = found;
      high = found.version.version - 1;
    } else {
      stored = found ?? stored;
      low = middle + 1;
    }
  }
  const broken = await brokenBy(records, limit, { stored, high, next });
  return { stored, ...(broken && { broken }) };
}

interface Probing {
  /** The version in the middle, where it has been read. */
  readonly probe: StoredRaw | undefined;
  readonly low: number;
  readonly middle: number;
}

const STEP = 8;

/** The version in the middle, or the next below it that can be relied on, if there is one before `low`. */
async function reliableAt(
  records: Raw,
  subject: string,
  { probe, low, middle }: Probing,
): Promise<Stored | undefined> {
  let page = probe ? [probe] : await records.raw(subject, { below: middle + 1, limit: 1 });
  for (;;) {
    const found = page.find(({ broken, version }) => !broken || version < low);
    const last = page.at(-1);
    if (found || !last) return found && found.version >= low ? found.stored : undefined;
    page = await records.raw(subject, { below: last.version, limit: STEP });
  }
}

/** After any time, as a text. */
const MAX = '~';

interface Edge {
  readonly stored: Stored | undefined;
  /** Those above this one were recorded later, beginning with the next. */
  readonly high: number;
  readonly next: Stored | undefined;
}

/**
 * Of the broken versions between the newest that counts and the next that does not, the newest that may count: a time that
 * cannot be, between those two, is not believed.
 */
async function brokenBy(
  records: Raw,
  { subject, moment }: Limit,
  { stored, high, next }: Edge,
): Promise<StoredRaw | undefined> {
  const above = stored?.version.version ?? 0;
  if (high <= above) return undefined;
  const [since, until = MAX] = [stored?.version.recordedAt ?? '', next?.version.recordedAt];
  const page = await records.raw(subject, { below: high + 1, limit: high - above });
  return page.find(
    ({ version, recordedAt = '' }) =>
      version > above && (recordedAt <= moment || recordedAt <= since || recordedAt >= until),
  );
}
