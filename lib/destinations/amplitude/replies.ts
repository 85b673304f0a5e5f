import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';

const Taken = z.object({ code: z.int(), events_ingested: z.int() });

/** Lists of indices, or maps of a name to them; what is in them is read by nobody. */
const Refused = z.object({
  error: z.string().default(''),
  missing_field: z.unknown().optional(),
  events_with_invalid_fields: z.unknown().optional(),
  events_with_missing_fields: z.unknown().optional(),
  silenced_events: z.unknown().optional(),
  throttled_events: z.unknown().optional(),
});
type Refused = z.output<typeof Refused>;

const hasAny = (list: unknown): boolean =>
  typeof list === 'object' && list !== null && Object.keys(list).length > 0;

/** Seconds to leave a user in peace who was sent too much about. */
const PAUSE = 30;

const isAboutKey = ({ missing_field, error }: Refused): boolean =>
  missing_field === 'api_key' || /api.key/i.test(error);

/** A wrong key is a 400: there may be a new one. */
export function expired({ status, body }: Reply): boolean {
  const { data } = Refused.safeParse(status === 400 ? body : undefined);
  return data !== undefined && isAboutKey(data);
}

function refusal(refused: Refused): Outcome {
  const failed = (reason: string): Outcome => ({ kind: 'failed', reason });
  if (isAboutKey(refused)) return failed('invalid-api-key');
  if (hasAny(refused.events_with_invalid_fields)) return failed('invalid-fields');
  if (hasAny(refused.events_with_missing_fields)) return failed('missing-fields');
  if (hasAny(refused.silenced_events)) return failed('silenced');
  if (hasAny(refused.throttled_events)) return { kind: 'retry', reason: 'throttled', after: PAUSE };
  return failed('http-400');
}

/**
 * A wrong key is a 400. One that names some events of many is that of them all, and shared code sends each person's
 * again by itself. A 200 that ingested nothing is no success.
 */
export function interpret({ status, body, headers }: Reply): Outcome | undefined {
  if (status === 200) {
    const { data } = Taken.safeParse(body);
    const ingested = data?.code === 200 && data.events_ingested > 0;
    return ingested ? undefined : { kind: 'retry', reason: 'nothing-ingested' };
  }
  const { data } = Refused.safeParse(body);
  if (status === 429 && hasAny(data?.throttled_events) && headers['retry-after'] === undefined)
    return { kind: 'retry', reason: 'throttled', after: PAUSE };
  return status === 400 ? refusal(data ?? { error: '' }) : undefined;
}
