import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';

const Groups = z.array(z.object({ id: z.int() }));
const Suppressed = z.object({ recipient_email: z.string() });

/** Ids of the unsubscribe groups there are; undefined where the reply does not list them. */
export const groupsIn = ({ body }: Reply): ReadonlySet<number> | undefined => {
  const groups = Groups.safeParse(body).data;
  return groups && new Set(groups.map(({ id }) => id));
};

const Left = z.object({ suppressions: z.array(z.object({ id: z.int(), suppressed: z.boolean() })) });

/** Groups that an address is in. The reply may list others, too. */
export const groupsLeft = ({ body }: Reply): ReadonlySet<number> =>
  new Set(
    Left.safeParse(body).data?.suppressions.flatMap(({ id, suppressed }) => (suppressed ? [id] : [])) ?? [],
  );

/** An address that is not on the global list is answered by an empty object. */
export const isSuppressed = ({ body }: Reply): boolean => Suppressed.safeParse(body).success;

/** Who is not on a list cannot be taken off it: what was asked for is so. */
export const leftOrNeverThere = (
  { status }: Reply,
  items: readonly unknown[],
): readonly Outcome[] | undefined => (status === 404 ? items.map(() => ({ kind: 'delivered' })) : undefined);
