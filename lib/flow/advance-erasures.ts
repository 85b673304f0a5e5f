import { DAY, toMs } from '../domain/time.ts';
import { advance, type ErasePorts } from './erase.ts';
import { forEachOf } from './known-by.ts';
import type { RightsCase } from './rights-case.ts';

/** An erasure that a destination has kept waiting almost to its end. */
export interface EndingSoon {
  readonly subject: string;
  /** Then nobody knows any more by what address that destination could be told. */
  readonly until: string;
}

export interface Advanced {
  readonly failures: readonly unknown[];
  readonly endingSoon: readonly EndingSoon[];
}

/**
 * Takes every open erasure as far as it goes now, a few at a time. One that fails keeps no other waiting, and where there are
 * more than a run can take, each run begins with others.
 */
export async function advanceAll(ports: ErasePorts): Promise<Advanced> {
  const failures: unknown[] = [];
  const open = await ports.cases.open();
  const ending = await forEachOf(fromAnywhere(open, ports.clock.chance()), async (subject) => {
    try {
      return endingIn(await advance(ports)(subject), ports.clock.now());
    } catch (error) {
      failures.push(error);
      return [];
    }
  });
  return { failures, endingSoon: ending.flat() };
}

function fromAnywhere(subjects: readonly string[], chance: number): readonly string[] {
  const from = Math.floor(chance * subjects.length);
  return [...subjects.slice(from), ...subjects.slice(0, from)];
}

/** So long before the end somebody has to know, ms. */
const NOTICE = 2 * DAY;

/** Where less than that is declared, it is said after a day. */
function endingIn({ subject, erasure }: RightsCase, now: number): readonly EndingSoon[] {
  if (erasure?.state !== 'telling') return [];
  const { until, requestedAt } = erasure;
  const isSoon = now > toMs(until) - NOTICE && now > toMs(requestedAt) + DAY;
  return isSoon ? [{ subject, until }] : [];
}
