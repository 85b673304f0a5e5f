import { createHash } from 'node:crypto';
import type { Ask } from '../destinations/destination.ts';
import type { Clock } from '../ports.ts';

/**
 * What was learned already of notices that could not be learned from in one go: where one is sent again to the same
 * process, it goes on where it ended, however much it points to.
 */
export interface Unfinished {
  /** The questions of a notice that are still to be asked. */
  readonly left: (notice: string, asks: readonly Ask[]) => readonly Ask[];
  /** This question was answered, and all that its answer said was stored. */
  readonly learned: (notice: string, ask: Ask) => void;
  /** Nothing is left: should the same notice come once more, it is a new one. */
  readonly finished: (notice: string) => void;
}

/** Notices kept at most, and for how long, ms: vendors come again within the hour. */
const MOST = 50;
const LIFETIME = 3_600_000;

interface Progress {
  readonly since: number;
  readonly names: Set<string>;
}

export function unfinishedIn({ now }: Pick<Clock, 'now'>): Unfinished {
  const kept = new Map<string, Progress>();
  const progressOf = (notice: string): Progress | undefined => {
    const progress = kept.get(notice);
    return progress && now() - progress.since < LIFETIME ? progress : undefined;
  };
  return {
    left: (notice, asks) => {
      const names = progressOf(notice)?.names;
      return names ? asks.filter((ask) => !names.has(nameOf(ask))) : asks;
    },
    learned: (notice, ask) => {
      const progress = progressOf(notice) ?? { since: now(), names: new Set<string>() };
      kept.delete(notice);
      kept.set(notice, progress);
      progress.names.add(nameOf(ask));
      for (const oldest of kept.keys()) if (kept.size > MOST) kept.delete(oldest);
    },
    finished: (notice) => void kept.delete(notice),
  };
}

/** Says nothing of whom it asks for. */
const nameOf = ({ method, path, body }: Ask): string =>
  createHash('sha256')
    .update(JSON.stringify([method, path, body]))
    .digest('base64');
