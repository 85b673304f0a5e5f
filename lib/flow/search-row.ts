import { type Sought, saysSo } from '../domain/searching.ts';
import type { Hit } from './search.ts';

/** Choices that a row shows: there may be two hundred, and a thousand rows. */
const SHOWN = 50;

/** A version as it is answered: what is sought of its choices comes first. */
export function rowOf(sought: Sought, { said, further: _, ...hit }: Hit) {
  if (!said) return hit;
  const isSought = saysSo(sought);
  const rows = [...said.filter(isSought), ...said.filter((one) => !isSought(one))].slice(0, SHOWN);
  return { ...hit, said: rows.map(([topic, channel, state]) => ({ topic, channel, state })) };
}
