import { widened } from '../domain/interest.ts';
import type { LaneMark, Marks } from '../ports.ts';
import { formerOf } from './former.ts';
import type { LaneFacts } from './lane.ts';
import type { Told } from './read-deliveries.ts';

/** What a lane's mark remembers of it from now on: what it is, and all it ever cared about. */
export function rememberedOf(
  {
    destination: { title, kind },
    interest,
  }: Pick<LaneFacts, 'interest'> & {
    readonly destination: Pick<LaneFacts['destination'], 'title' | 'kind'>;
  },
  before: LaneMark | undefined,
): Pick<LaneMark, 'told'> {
  if (kind === 'watch') return {};
  return { told: { title, kind, interest: widened(interest, before?.told?.interest ?? interest) } };
}

/**
 * The destination that a search names, with all it ever cared about; one that is not enabled any more by what its mark
 * remembers. None: there never was such a one.
 */
export async function everTold(
  { marks, destinations }: { readonly marks: Pick<Marks, 'read'>; readonly destinations: readonly Told[] },
  id: string | undefined,
): Promise<readonly Told[]> {
  if (id === undefined) return [];
  const told = destinations.find((one) => one.id === id);
  const mark = await marks.read(id);
  if (told) return [{ ...told, ever: widened(told.interest, mark?.told?.interest ?? told.interest) }];
  return mark?.told ? [formerOf(id, mark.told.kind, mark)] : [];
}
