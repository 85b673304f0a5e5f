import type { Chance } from './chance.ts';

/** Somebody invented. */
export interface Person {
  readonly subject: string;
  /** Some have left a phone number only. */
  readonly email: string | undefined;
  readonly phone: string;
  /** The address they move to during the day. */
  readonly nextEmail: string | undefined;
}

const FIRST = ['alma', 'bo', 'carla', 'emil', 'freja', 'gustav', 'ida', 'johan', 'karen', 'liv'] as const;
const LAST = ['berg', 'dahl', 'friis', 'holm', 'juhl', 'krogh', 'lund', 'moller', 'nord', 'skov'] as const;

/** `run` is part of every id and address, so that one run of the demo never meets another's people. */
export function invent(count: number, run: string, chance: Chance): readonly Person[] {
  return Array.from({ length: count }, (_, at) => {
    const name = `${chance.pick(FIRST)}.${chance.pick(LAST)}.${at}`;
    const email = chance.happens(0.95) ? `${name}@${run}.example` : undefined;
    const moves = email !== undefined && chance.happens(0.03);
    return {
      subject: `${run}-${String(at).padStart(5, '0')}`,
      email,
      phone: `+4520${String(at % 1_000_000).padStart(6, '0')}`,
      nextEmail: moves ? `${name}@new.${run}.example` : undefined,
    };
  });
}
