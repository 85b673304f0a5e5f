import { type Outcome, worse } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';
import { isJson, type Json, objectsIn } from '../json.ts';

/** An action that HubSpot took: what it did, and what it refused. */
interface Done {
  readonly complete: boolean;
  readonly results: readonly Json[];
  readonly errors: readonly Json[];
  readonly numErrors: number;
}

/** Undefined where the reply is none of HubSpot's. */
export function doneIn(body: unknown): Done | undefined {
  if (!isJson(body)) return undefined;
  const { status, results = [], errors = [], numErrors = 0 } = body;
  const [did, refused] = [objectsIn(results), objectsIn(errors)];
  if (!did || !refused || typeof numErrors !== 'number') return undefined;
  return { complete: status === 'COMPLETE', results: did, errors: refused, numErrors };
}

const lifted = (result: Json): boolean => result['setStatusSuccessReason'] === 'RESUBSCRIBE_OCCURRED';

/** Did this reply's grant lift an unsubscribe from all? */
export const resubscribed = ({ body }: Reply): boolean => doneIn(body)?.results.some(lifted) ?? false;

/** Categories that pass by themselves; for the others somebody has to act. */
const PASSING = new Set<unknown>(['RATE_LIMITS', 'INTERNAL_ERROR', 'SERVICE_UNAVAILABLE']);
const refusal = (category: unknown, otherwise: string): Outcome => ({
  kind: PASSING.has(category) ? 'retry' : 'failed',
  reason: reasonOf(category, otherwise),
});
function worst(errors: readonly Json[], otherwise: string): Outcome {
  const [first, ...others] = errors.map(({ category }) => refusal(category, otherwise));
  return first ? others.reduce(worse, first) : { kind: 'failed', reason: otherwise };
}

/** Addresses are the same whatever their case. */
const whose = ({ subscriberIdString }: Json): string => String(subscriberIdString).toLowerCase();

/** One outcome per input of a batch: what HubSpot does not list as done has failed, whatever the status. */
export function split({ status, body }: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  const done = doneIn(body);
  if (status >= 300 || !done?.complete) return undefined;
  const inputs = objectsIn(items) ?? [];
  return inputs.map((input) => {
    const mine = done.results.filter((result) => whose(result) === whose(input));
    const did = (result: Json): boolean =>
      result['subscriptionId'] === input['subscriptionId'] && result['status'] === input['statusState'];
    if (!mine.some(did)) return worst(done.errors, 'unanswered');
    const stops = (other: Json): boolean =>
      other['statusState'] === 'UNSUBSCRIBED' && whose(other) === whose(input);
    const again = mine.some(lifted) && inputs.some(stops);
    return again ? { kind: 'retry', reason: 'resubscribed', after: 1 } : { kind: 'delivered' };
  });
}

/** What was asked for reads otherwise than what was told: pages of the timeline have no status of their own. */
const isPage = (body: unknown): boolean => isJson(body) && 'timeline' in body;

/** A token that ended, and what passes by itself. */
const LEFT_TO_STATUS = new Set([401, 408, 425, 429]);

/** A 200 is success when it is complete and without errors; a refusal's category becomes the reason. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (LEFT_TO_STATUS.has(status) || status >= 500) return undefined;
  if (status >= 300) return refusal(isJson(body) ? body['category'] : undefined, `http-${status}`);
  if (isPage(body)) return undefined;
  const done = doneIn(body);
  if (!done?.complete) return { kind: 'retry', reason: 'not-complete' };
  return done.errors.length + done.numErrors === 0 ? undefined : worst(done.errors, 'partial');
}
