import type { Auditor } from '../audit-ports.ts';
import { BrokenVersionError, orBroken } from '../domain/broken-version.ts';
import { dueAfter } from '../domain/due.ts';
import { DAY, HOUR, toIso, toMs } from '../domain/time.ts';
import { REMAINS } from './certify.ts';
import { advance, type ErasePorts, writeErasure } from './erase.ts';
import { type ErasureToldPorts, erasureTold, untoldLogs } from './erasure-told.ts';
import {
  type Erasure,
  type ErasureTold,
  type HoldEntry,
  isOnHold,
  placedOn,
  type RightsCase,
} from './rights-case.ts';

export interface AskPorts extends ErasePorts {
  /** So long destinations are waited for. */
  readonly withinHours: number;
  readonly newId: () => string;
}

export interface Asking {
  readonly subject: string;
  readonly by: Auditor;
  readonly reason?: string | undefined;
  readonly reference?: string | undefined;
}

export interface ErasureView {
  readonly subject: string;
  /** `nothing`: nobody has ever spoken of this subject. */
  readonly state: 'telling' | 'done' | 'stopped' | 'nothing';
  readonly requestedAt: string;
  readonly due: string;
  readonly until?: string;
  readonly told: readonly ErasureTold[];
  readonly erasedAt?: string;
  readonly certificate?: string;
  readonly remains: readonly { readonly what: string; readonly ground: string }[];
}

export type AskedErasure =
  | { readonly kind: 'taken'; readonly view: ErasureView }
  | { readonly kind: 'on-hold' }
  | { readonly kind: 'busy' };

const ATTEMPTS = 5;

/** Begins an erasure, or finds the one that is under way or done. Of somebody nobody has spoken of there is nothing to erase. */
export const askErasure =
  (ports: AskPorts) =>
  async (asking: Asking): Promise<AskedErasure> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const rightsCase = await ports.cases.of(asking.subject);
      const asked = await askOnce(ports, rightsCase, asking);
      if (asked) return asked;
    }
    return { kind: 'busy' };
  };

/** Undefined: somebody else wrote in between. */
async function askOnce(
  ports: AskPorts,
  rightsCase: RightsCase,
  asking: Asking,
): Promise<AskedErasure | undefined> {
  const { subject } = asking;
  const now = ports.clock.now();
  if (isOnHold(rightsCase)) {
    const entry: HoldEntry = { action: 'refused', at: toIso(now), ...noteOf(asking) };
    return (await addHold(ports, rightsCase, entry)) ? { kind: 'on-hold' } : undefined;
  }
  const newest = await orBroken(ports.records.newest(subject));
  if (!newest) return { kind: 'taken', view: nothingIn(subject, now) };
  const version = newest instanceof BrokenVersionError ? newest.version : newest.version.version;
  if (isNew(rightsCase, version)) {
    if (!(await writeErasure(ports, rightsCase, begun(ports, { asking, rightsCase, now })))) return undefined;
  }
  const after = await advance(ports)(subject);
  return after.erasure && { kind: 'taken', view: await viewOf(ports, subject, after.erasure) };
}

/** Nothing is under way, and something was said since the last one was done. */
const isNew = ({ erasure }: RightsCase, version: number): boolean =>
  erasure === undefined ||
  erasure.state === 'stopped' ||
  (erasure.state === 'done' && erasure.erased?.version !== version);

const noteOf = ({ by, reason, reference }: Asking) => ({
  by,
  ...(reason !== undefined && { reason }),
  ...(reference !== undefined && { reference }),
});

interface Beginning {
  readonly asking: Asking;
  readonly rightsCase: RightsCase;
  readonly now: number;
}

const begun = ({ newId, withinHours }: AskPorts, { asking, rightsCase, now }: Beginning): Erasure => ({
  ...{ id: newId(), state: 'telling', requestedAt: toIso(now), due: dueAfter(now), told: [] },
  placed: placedOn(rightsCase),
  until: toIso(Math.min(now + withinHours * HOUR, toMs(dueAfter(now)) - SETTLING)),
  ...noteOf(asking),
});

/** So much time is left, at least, to settle by hand what a destination did not do before she has to have her answer. */
const SETTLING = 3 * DAY;

const nothingIn = (subject: string, now: number): ErasureView => ({
  ...{ subject, state: 'nothing', requestedAt: toIso(now), due: dueAfter(now), told: [], remains: [] },
});

/** How an erasure stands; undefined where none was asked for. */
export const readErasure =
  (ports: Pick<AskPorts, 'cases'> & ErasureToldPorts) =>
  async (subject: string): Promise<ErasureView | undefined> => {
    const { erasure } = await ports.cases.of(subject);
    return erasure && viewOf(ports, subject, erasure);
  };

async function viewOf(ports: ErasureToldPorts, subject: string, erasure: Erasure): Promise<ErasureView> {
  const { state, version, requestedAt, due, until, certificate, erased } = erasure;
  const live = state === 'telling' && version !== undefined;
  return {
    ...{ subject, state: state === 'erased' ? 'telling' : state, requestedAt, due },
    ...(state === 'telling' && { until }),
    told: live ? await toldSoFar(ports, subject, version) : erasure.told,
    ...(erased && { erasedAt: erased.at }),
    ...(certificate !== undefined && { certificate }),
    remains: state === 'stopped' ? [] : REMAINS,
  };
}

const toldSoFar = async (
  ports: ErasureToldPorts,
  subject: string,
  version: number,
): Promise<readonly ErasureTold[]> =>
  (await Promise.all([erasureTold(ports, subject, version), untoldLogs(ports, subject)])).flat();

export const addHold = (
  { cases }: Pick<AskPorts, 'cases'>,
  rightsCase: RightsCase,
  entry: HoldEntry,
): Promise<boolean> =>
  cases.write({
    ...rightsCase,
    revision: rightsCase.revision + 1,
    holds: bounded([...rightsCase.holds, entry]),
  });

/** So many refusals are kept, the newest: a case is one item, and a hold must always find room in it. */
const MOST_REFUSALS = 100;

function bounded(holds: readonly HoldEntry[]): readonly HoldEntry[] {
  const refusals = holds.filter(({ action }) => action === 'refused');
  const gone = new Set(refusals.slice(0, -MOST_REFUSALS));
  return holds.filter((entry) => !gone.has(entry));
}

export interface HoldsView {
  readonly subject: string;
  readonly standing: boolean;
  /** Newest first. */
  readonly entries: readonly HoldEntry[];
}

export interface Holding extends Asking {
  readonly action: 'place' | 'release';
}

/** Places a legal hold or releases it. One that is placed stops an erasure that has not destroyed anything yet. */
export const setHold =
  (ports: AskPorts) =>
  async (holding: Holding): Promise<HoldsView | 'busy'> => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const rightsCase = await ports.cases.of(holding.subject);
      const at = toIso(ports.clock.now());
      if (await addHold(ports, rightsCase, { action: holding.action, at, ...noteOf(holding) })) {
        await advance(ports)(holding.subject);
        return readHolds(ports)(holding.subject);
      }
    }
    return 'busy';
  };

export const readHolds =
  ({ cases }: Pick<AskPorts, 'cases'>) =>
  async (subject: string): Promise<HoldsView> => {
    const rightsCase = await cases.of(subject);
    return { subject, standing: isOnHold(rightsCase), entries: [...rightsCase.holds].reverse() };
  };
