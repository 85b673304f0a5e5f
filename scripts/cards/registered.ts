import { existsSync } from 'node:fs';
import type { Card } from '../../lib/destinations/card.ts';
import { destinations } from '../../lib/destinations/index.ts';
import type { Carded } from './page.ts';

const fileOf = (id: string): URL => new URL(`../../lib/destinations/${id}/card.ts`, import.meta.url);

/** Destinations of the registry by id: those with a card, and those without. */
export async function registered(): Promise<{
  readonly carded: readonly Carded[];
  readonly without: readonly string[];
}> {
  const all = Object.entries(destinations).sort(([a], [b]) => (a < b ? -1 : 1));
  const carded = all
    .filter(([id]) => existsSync(fileOf(id)))
    .map(async ([id, destination]): Promise<Carded> => {
      const { card }: { readonly card: Card } = await import(fileOf(id).href);
      return { destination, card };
    });
  const without = all.flatMap(([id]) => (existsSync(fileOf(id)) ? [] : [id]));
  return { carded: await Promise.all(carded), without };
}
