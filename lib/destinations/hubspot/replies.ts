import * as z from 'zod';
import { type Outcome, worse } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';

const Key = z.object({ subscriberIdString: z.string(), subscriptionId: z.int() });
const Inputs = z.array(Key.extend({ statusState: z.string() }));
const Result = Key.extend({ status: z.string(), setStatusSuccessReason: z.string().optional() });
const Failure = z.object({ category: z.unknown().optional() });
const Done = z.object({
  status: z.string(),
  results: z.array(Result).default([]),
  errors: z.array(Failure).default([]),
  numErrors: z.int().default(0),
});

const lifted = (result: z.output<typeof Result>) => result.setStatusSuccessReason === 'RESUBSCRIBE_OCCURRED';

/** Did this reply's grant lift an unsubscribe from all? */
export const resubscribed = ({ body }: Reply): boolean =>
  Done.safeParse(body).data?.results.some(lifted) ?? false;

/** Categories that pass by themselves; for the others somebody has to act. */
const PASSING = new Set<unknown>(['RATE_LIMITS', 'INTERNAL_ERROR', 'SERVICE_UNAVAILABLE']);
const refusal = (category: unknown, otherwise: string): Outcome => ({
  kind: PASSING.has(category) ? 'retry' : 'failed',
  reason: reasonOf(category, otherwise),
});
function worst(errors: readonly z.output<typeof Failure>[], otherwise: string): Outcome {
  const [first, ...others] = errors.map(({ category }) => refusal(category, otherwise));
  return first ? others.reduce(worse, first) : { kind: 'failed', reason: otherwise };
}

/** One outcome per input of a batch: what HubSpot does not list as done has failed, whatever the status. */
export function split({ status, body }: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  const done = Done.safeParse(body).data;
  if (status >= 300 || done?.status !== 'COMPLETE') return undefined;
  const inputs = Inputs.parse(items);
  return inputs.map(({ subscriberIdString: who, subscriptionId, statusState }) => {
    const of = (entry: z.output<typeof Key>) => entry.subscriberIdString.toLowerCase() === who.toLowerCase();
    const mine = done.results.filter(of);
    if (!mine.some((result) => result.subscriptionId === subscriptionId && result.status === statusState))
      return worst(done.errors, 'unanswered');
    const again =
      mine.some(lifted) && inputs.some((input) => of(input) && input.statusState === 'UNSUBSCRIBED');
    return again ? { kind: 'retry', reason: 'resubscribed', after: 1 } : { kind: 'delivered' };
  });
}

/** What was asked for reads otherwise than what was told: pages of the timeline have no status of their own. */
const isPage = (body: unknown): boolean => typeof body === 'object' && body !== null && 'timeline' in body;

/** A 200 is success when it is complete and without errors; a refusal's category becomes the reason. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status === 401 || status === 429 || status >= 500) return undefined;
  if (status >= 300) return refusal(Failure.safeParse(body).data?.category, `http-${status}`);
  if (isPage(body)) return undefined;
  const done = Done.safeParse(body).data;
  if (done?.status !== 'COMPLETE') return { kind: 'retry', reason: 'not-complete' };
  return done.errors.length + done.numErrors === 0 ? undefined : worst(done.errors, 'partial');
}
