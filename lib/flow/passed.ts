import { toIso } from '../domain/time.ts';
import type { Marks } from '../ports.ts';
import type { Concern } from './trails.ts';

/** Was a version recorded before all that this destination cares about was answered? */
export async function isPassed(marks: Pick<Marks, 'read'>, destination: string) {
  const mark = await marks.read(destination);
  const lowWater = mark ? toIso(mark.lowWater) : '';
  return ({ recordedAt }: Concern): boolean => recordedAt !== undefined && recordedAt < lowWater;
}

/** Of a destination that was told nothing, and waits for nothing. */
export function silence(concerned: boolean, doubtful: boolean): 'not-told' | 'unknown' | 'not-concerned' {
  if (concerned) return 'not-told';
  return doubtful ? 'unknown' : 'not-concerned';
}
