import * as z from 'zod';
import { type Item, text } from './item.ts';

/** Outcomes as one letter each: a settle should cost one write unit, eight entries of trail included. */
export const LETTERS = {
  delivered: 'd',
  skipped: 's',
  held: 'h',
  'needs-user-action': 'n',
  failed: 'f',
  retry: 'r',
} as const;

type Kind = keyof typeof LETTERS;
const ANSWERS = { d: 'delivered', s: 'skipped', h: 'held', n: 'needs-user-action', f: 'failed' } as const;
export const Answer = z.enum(['d', 's', 'h', 'n', 'f']).transform((letter) => ANSWERS[letter]);
export const LoggedOutcome = z
  .enum(['d', 's', 'h', 'n', 'f', 'r'])
  .transform((letter) => (letter === 'r' ? ('retry' as const) : ANSWERS[letter]));

/** Outcomes that the index `byOutcome` lists: somebody may have to act on them, or asks who was left out. */
const LISTED: ReadonlySet<Kind> = new Set<Kind>(['held', 'failed', 'needs-user-action', 'skipped']);

export const laneKey = (destination: string, outcome: Kind): string => `${destination}#${outcome}`;

/** What puts an item into the index `byOutcome`, if its outcome belongs there. */
export const laneOf = (destination: string, outcome: Kind): Item =>
  LISTED.has(outcome) ? { lane: text(laneKey(destination, outcome)) } : {};
