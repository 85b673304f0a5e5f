import { joined } from '../domain/decide.ts';
import { changeId } from '../domain/digest.ts';
import { LATE } from '../domain/late.ts';
import { LAST_MOMENT, toIso } from '../domain/time.ts';
import type { Clock, Records, StoredRaw } from '../ports.ts';
import { asItStands, type InForce, inDoubt, inForce, NOTHING } from './in-force.ts';
import { newestBy, type Recorded } from './newest-by.ts';

export interface PastPorts {
  readonly records: Pick<Records, 'newest' | 'version' | 'raw' | 'several' | 'late'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Times in ms. `validAt`: what had been chosen by then. `knownAt`: what Heed had been told by then. Neither: now. */
export interface Moment {
  readonly validAt?: number | undefined;
  readonly knownAt?: number | undefined;
}

/** `version`: the newest known at that moment; 0 for none. */
export interface RecordThen extends InForce {
  /** The moment for which answers are to be given, ms. */
  readonly at: number;
}

const isoOf = (moment: number): string => toIso(Math.min(moment, LAST_MOMENT));

/** The record as it stood at a moment, or as it stands. */
export async function recordAt(ports: PastPorts, subject: string, moment: Moment): Promise<RecordThen> {
  const { validAt, knownAt } = moment;
  const at = validAt ?? knownAt ?? ports.clock.now();
  if (validAt === undefined && knownAt === undefined) return { ...(await inForce(ports, subject)), at };
  const [newest] = await ports.records.raw(subject, { limit: 1 });
  if (!newest) return { ...NOTHING, at };
  const asked = { subject, newest, knownAt: knownAt ?? LAST_MOMENT, at };
  if (validAt !== undefined && validAt < asked.knownAt)
    return { ...(await chosenBy(ports.records, asked)), at };
  const known = await newestBy(ports.records, { subject, newest, moment: isoOf(asked.knownAt) });
  return { ...inWhole(known, at), at };
}

interface Asked {
  readonly subject: string;
  readonly newest: StoredRaw;
  /** What Heed had been told, ms. */
  readonly knownAt: number;
  /** What had been chosen, ms. */
  readonly at: number;
}

/** All that was known. Nothing is chosen after it was recorded, so it had all been chosen as well. */
function inWhole({ stored, broken }: Recorded, at: number): InForce {
  const whole = stored ? asItStands(stored.version) : NOTHING;
  return broken ? inDoubt({ ...whole, ...numberOf(broken) }, { broken: broken.version, at }) : whole;
}

const numberOf = ({ version }: StoredRaw) => ({ version, recordedAt: null });

/**
 * What had been chosen by a moment, of all that is known. Nothing is chosen after it was recorded, so what was recorded by
 * then is a whole start. Of what was recorded since, only what came soon after can hold something older, and what is
 * listed as late: nothing else is read. What does not wait for one another is read at once.
 */
async function chosenBy(records: PastPorts['records'], asked: Asked): Promise<InForce> {
  const { subject, newest, knownAt, at } = asked;
  const [moment, reach] = [isoOf(at), isoOf(Math.min(at + LATE, knownAt))];
  const [known, soon, late] = await Promise.all([
    newestBy(records, { subject, newest, moment: isoOf(knownAt) }),
    newestBy(records, { subject, newest, moment: reach }),
    isBy(newest, reach) ? [] : records.late(subject, moment),
  ]);
  const top = known.broken ?? newestOf(known);
  if (!top || isBy(top, moment)) return inWhole(known, at);
  const edge = Math.max(soon.stored?.version.version ?? 0, soon.broken?.version ?? 0);
  const listed = late.filter((version) => version > edge && version <= top.version);
  const [{ start, since }, told] = await Promise.all([
    downTo(records, { subject, edge, moment }),
    listed.length > 0 ? records.several(subject, listed) : [],
  ]);
  const added = [...since, ...told];
  const whole = { ...joinedWith(start, added, moment), ...named(top) };
  const broken = added.filter((one) => one.broken).map(({ version }) => version);
  return broken.length > 0 ? inDoubt(whole, { broken: Math.max(...broken), at }) : whole;
}

function newestOf({ stored }: Recorded): StoredRaw | undefined {
  if (!stored) return undefined;
  const { version, recordedAt } = stored.version;
  return { version, recordedAt, broken: false, stored };
}

const isBy = ({ stored }: StoredRaw, moment: string): boolean =>
  stored !== undefined && stored.version.recordedAt <= moment;

const named = ({ version, stored }: StoredRaw) => ({
  version,
  recordedAt: stored?.version.recordedAt ?? null,
});

interface Reach {
  readonly subject: string;
  /** The highest number that counts. */
  readonly edge: number;
  readonly moment: string;
}

interface Since {
  readonly start: InForce;
  readonly since: readonly StoredRaw[];
}

/** Most often a minute holds no more. */
const FIRST_PAGE = 4;
const PAGE = 100;

/** The newest version recorded up to the moment, and all above it up to the edge. */
async function downTo(records: PastPorts['records'], { subject, edge, moment }: Reach): Promise<Since> {
  const since: StoredRaw[] = [];
  let [below, limit] = [edge + 1, FIRST_PAGE];
  while (below > 1) {
    const page = await records.raw(subject, { below, limit });
    for (const one of page) {
      if (one.stored && one.stored.version.recordedAt <= moment)
        return { start: asItStands(one.stored.version), since };
      since.push(one);
    }
    [below, limit] = [page.at(-1)?.version ?? 1, PAGE];
  }
  return { start: NOTHING, since };
}

/** What these versions say that had been chosen by the moment, joined into a record. Their order does not matter. */
function joinedWith(start: InForce, added: readonly StoredRaw[], moment: string): InForce {
  const origins: Record<string, number> = { ...start.origins };
  let { record } = start;
  for (const { stored } of added) {
    if (!stored || stored.version.change.evidence.occurredAt > moment) continue;
    const { change, version } = stored.version;
    const id = changeId(change);
    record = joined(record, change);
    origins[id] = Math.min(version, origins[id] ?? version);
  }
  return { ...start, record, origins };
}
