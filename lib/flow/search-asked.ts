import type { Fault } from '../domain/refusal.ts';
import type { Sought } from '../domain/searching.ts';
import type { Fate } from './fate.ts';
import type { Told } from './read-deliveries.ts';
import type { Asked } from './search.ts';
import { isListed } from './search-stuck.ts';

/** A search as it was asked for: with the destination by its id. */
export interface Wanted extends Sought {
  readonly destination?: string;
  readonly outcome?: Fate['outcome'];
  readonly cursor?: string;
  readonly limit: number;
}

/** What is asked, in terms of this deployment; or what of it does not fit. */
export function askedBy(wanted: Wanted, destinations: readonly Told[]): Asked | Fault {
  const { cursor: after, limit, destination, outcome, ...sought } = wanted;
  const told = destinations.find(({ id }) => id === destination);
  if (destination !== undefined && !told) return { path: 'destination', message: 'holds no copy here' };
  const listed = told !== undefined && outcome !== undefined && isListed(outcome, told);
  if (after !== undefined && isAnswerPlace(after) !== listed)
    return { path: 'cursor', message: 'was given for another search' };
  return {
    ...{ sought, limit },
    ...(told && { at: { told, ...(outcome !== undefined && { outcome }) } }),
    ...(after !== undefined && { after }),
  };
}

/** A place among the answers of a destination is made of three keys, one among versions of one. */
const isAnswerPlace = (place: string): boolean => place.includes(' ');
