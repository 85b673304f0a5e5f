import * as z from 'zod';

const BatchResponse = z.object({
  batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish(),
});

/**
 * What a handler with `ReportBatchItemFailures` says failed: identifiers of the batch, or `all` where Lambda would
 * take the whole batch for failed (an answer it cannot read, or an identifier that is not in the batch).
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const failuresIn = (response: unknown, batch: ReadonlySet<string>): ReadonlySet<string> | 'all' => {
  if (response === undefined || response === null) return new Set();
  const parsed = BatchResponse.safeParse(response);
  if (!parsed.success) return 'all';
  const failed = new Set((parsed.data.batchItemFailures ?? []).map((failure) => failure.itemIdentifier));
  return [...failed].every((identifier) => batch.has(identifier)) ? failed : 'all';
};
