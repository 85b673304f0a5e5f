import * as z from 'zod';
import { toIso, toMs } from '../domain/time.ts';
import type { Retrying, TrailEntry } from '../ports.ts';
import { Answer, LETTERS } from './outcome-letter.ts';

/** `[version, ms, attempts, letter, reason, reference]`, as short as it can be. */
export function trailText(trail: readonly TrailEntry[]): string {
  const rows = trail.map(({ version, at, attempts, outcome, reason = '', reference }) => [
    version,
    toMs(at),
    attempts,
    LETTERS[outcome],
    ...(reason === '' && reference === undefined ? [] : [reason]),
    ...(reference === undefined ? [] : [reference]),
  ]);
  return JSON.stringify(rows);
}

const Row = z.tuple([
  z.number(),
  z.number(),
  z.number(),
  Answer,
  z.string().optional(),
  z.string().optional(),
]);
const Trail = z.array(Row);

export const trailOf = (json: string): readonly TrailEntry[] =>
  Trail.parse(JSON.parse(json)).map(([version, at, attempts, outcome, reason, reference]) => ({
    version,
    at: toIso(at),
    attempts,
    outcome,
    ...(reason && { reason }),
    ...(reference !== undefined && { reference }),
  }));

export const retryingText = ({ version, attempts, reason, at, until }: Retrying): string =>
  JSON.stringify([version, attempts, reason, toMs(at), toMs(until)]);

const RetryingRow = z.tuple([z.number(), z.number(), z.string(), z.number(), z.number()]);

export function retryingOf(json: string): Retrying {
  const [version, attempts, reason, at, until] = RetryingRow.parse(JSON.parse(json));
  return { version, attempts, reason, at: toIso(at), until: toIso(until) };
}
