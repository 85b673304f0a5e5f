import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { passes } from '../aws.ts';
import { type Reply, reasonOf } from '../destination.ts';

const Put = z.object({
  Entries: z.array(z.object({ EventId: z.string().optional(), ErrorCode: z.string().optional() })),
});

/** One outcome for each entry, in order: a 200 says nothing about any of them. A request refused whole is read by its status. */
export function split({ status, body }: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  if (status >= 300) return undefined;
  const entries = Put.safeParse(body).data?.Entries;
  if (entries?.length !== items.length)
    return items.map(() => ({ kind: 'retry', reason: 'unreadable-reply' }));
  return entries.map(({ EventId, ErrorCode }) => {
    if (ErrorCode === undefined && EventId !== undefined) return { kind: 'delivered', reference: EventId };
    const passing = ErrorCode !== undefined && passes(ErrorCode);
    return { kind: passing ? 'retry' : 'failed', reason: reasonOf(ErrorCode, 'refused') };
  });
}
