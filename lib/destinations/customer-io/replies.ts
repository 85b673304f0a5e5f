import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';

const Refusals = z.object({
  errors: z.array(z.object({ batch_index: z.int().nonnegative(), reason: z.string().optional() })),
});

/** 207: what is named in it was refused, and everything else taken. */
export function split({ status, body }: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  if (status !== 207) return undefined;
  const errors = Refusals.safeParse(body).data?.errors;
  if (!errors) return items.map(() => ({ kind: 'retry', reason: 'unreadable-reply' }));
  const refused = new Map(
    errors.map(({ batch_index, reason }) => [batch_index, reasonOf(reason, 'refused')]),
  );
  return items.map((_, nth) => {
    const reason = refused.get(nth);
    return reason === undefined ? { kind: 'delivered' } : { kind: 'failed', reason };
  });
}
