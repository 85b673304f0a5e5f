import { type ChangeBody, onlyWithdraws } from '../../lib/domain/change.ts';
import { type Fault, withdrawalsOf } from '../../lib/domain/refusal.ts';
import type { HttpEvent, HttpResponse } from '../../lib/http/message.ts';
import { problem } from '../../lib/http/problem.ts';
import type { Step } from './api.ts';

/** What the headers of a change ask for. */
export interface Conditions {
  readonly ifMatch?: number;
  readonly idempotencyKey?: string;
}

interface Conditional {
  readonly json: ChangeBody;
  readonly conditions: Conditions;
}

const IDEMPOTENCY_KEY = /^[\x20-\x7e]{1,255}$/;
const ENTITY_TAG = /^(?:W\/)?"(0|[1-9][0-9]{0,9})"$/;

/** Reads `If-Match` and `Idempotency-Key`. */
export const conditions = (): Step<Conditional> => ({
  before: function readConditions({ event }) {
    const read = conditionsOf(event, onlyWithdraws(event.json));
    if ('path' in read) return malformed(read, event.json);
    Object.assign(event, { conditions: read });
    return undefined;
  },
});

/** A change that only withdraws is not made to match anything. */
function conditionsOf({ headers }: HttpEvent, stop: boolean): Conditions | Fault {
  const idempotencyKey = headers['idempotency-key'];
  if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey))
    return { path: 'Idempotency-Key', message: '1 to 255 printable ASCII characters' };
  const wanted = headers['if-match']?.trim() ?? '*';
  const [, version] = stop ? [] : (ENTITY_TAG.exec(wanted) ?? []);
  if (!stop && wanted !== '*' && version === undefined)
    return { path: 'If-Match', message: 'one entity tag such as "12", or *' };
  return {
    ...(version !== undefined && { ifMatch: Number(version) }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
}

function malformed(fault: Fault, body: ChangeBody): HttpResponse {
  const withdrawals = withdrawalsOf(body);
  return problem('invalid-header', { errors: [fault], ...(withdrawals && { withdrawals }) });
}
