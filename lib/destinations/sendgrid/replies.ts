import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';

/** Ids of the unsubscribe groups there are; undefined where the reply does not list them. */
export function groupsIn({ body }: Reply): readonly number[] | undefined {
  if (!Array.isArray(body)) return undefined;
  const ids: number[] = [];
  for (const group of body) {
    const id = idOf(group);
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}

const idOf = (group: unknown): number | undefined =>
  isObject(group) && 'id' in group && typeof group.id === 'number' ? group.id : undefined;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Groups that an address is in. The reply may list others, too. */
export function groupsLeft({ body }: Reply): readonly number[] {
  const groups = isObject(body) && 'suppressions' in body ? body.suppressions : undefined;
  if (!Array.isArray(groups)) return [];
  return groups.filter((group) => group?.suppressed === true).flatMap((group) => idOf(group) ?? []);
}

/** An address that is not on the global list is answered by an empty object. */
export const isSuppressed = ({ body }: Reply): boolean =>
  isObject(body) && 'recipient_email' in body && typeof body.recipient_email === 'string';

/** Who is not on a list cannot be taken off it: what was asked for is so. */
export const leftOrNeverThere = (
  { status }: Reply,
  items: readonly unknown[],
): readonly Outcome[] | undefined => (status === 404 ? items.map(() => ({ kind: 'delivered' })) : undefined);
