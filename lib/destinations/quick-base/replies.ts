import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';

const Said = z.object({
  metadata: z.object({
    /** Rows that were refused, by their place in the request, counted from 1. */
    lineErrors: z.record(z.string(), z.array(z.unknown())).optional(),
    totalNumberOfRecordsProcessed: z.int().optional(),
  }),
});

const DELIVERED: Outcome = { kind: 'delivered' };
/** Its words may quote what was sent; they are Quick Base's to show. */
const REFUSED: Outcome = { kind: 'failed', reason: 'line-error' };
const UNREADABLE: Outcome = { kind: 'retry', reason: 'unreadable-reply' };

/** One outcome per record. Good ones are kept whatever becomes of the others, under 200 as well as under 207. */
export function split({ status, body }: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  if (status >= 300) return undefined;
  const said = Said.safeParse(body).data?.metadata;
  if (!said) return items.map(() => UNREADABLE);
  const { lineErrors } = said;
  if (!lineErrors) return items.map(() => DELIVERED);
  return items.map((_, n) => (lineErrors[String(n + 1)] ? REFUSED : DELIVERED));
}
