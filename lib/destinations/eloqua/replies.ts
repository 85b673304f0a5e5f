import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';
import { isJson, type Json, objectsIn, textIn } from '../json.ts';

/** Things in a list of Eloqua's, which has no items where there are none; undefined where it is no such list. */
function itemsIn(body: unknown): readonly Json[] | undefined {
  if (!isJson(body) || typeof body['hasMore'] !== 'boolean') return undefined;
  return objectsIn(body['items'] ?? []);
}

const countIn = ({ count }: Json): number => Number(count ?? 0) || 0;

const codeIn = (item: Json): string => textIn(item, 'statusCode') ?? '';

/** Codes that say that there is no such contact: counted over a sync, or beside a row. */
const ABSENT = new Set(['ELQ-00034', 'ELQ-00085']);
const REJECTED = 'ELQ-00060';
/** Failures that pass by themselves: staging, and what Eloqua itself calls temporary. */
const PASSING = new Set([
  ...['ELQ-00105', 'ELQ-00107', 'ELQ-00133', 'ELQ-00136', 'ELQ-00139', 'ELQ-00145', 'ELQ-00146'],
]);

const refused = (code: string | undefined, otherwise: string): Outcome => ({
  kind: PASSING.has(code ?? '') ? 'retry' : 'failed',
  reason: reasonOf(code, otherwise),
});

/** What became of a sync: its status, the rows it rejected and what it logged. */
export interface Synced {
  readonly status: string;
  readonly rejects: unknown;
  readonly logs: unknown;
}

/** Who a row is about. */
export interface Row {
  readonly email: string;
}

/**
 * One outcome per row. Eloqua counts contacts it did not find, and may not say which: where that leaves it open, nothing
 * is returned, and each person is asked about alone.
 */
export function outcomesOf(synced: Synced, rows: readonly Row[]): readonly Outcome[] | undefined {
  const logs = itemsIn(synced.logs);
  const rejects = itemsIn(synced.rejects);
  if (!logs || !rejects) return rows.map(() => ({ kind: 'retry', reason: 'unreadable-reply' }));
  if (synced.status === 'error') {
    const error = logs.find(({ severity }) => severity === 'error');
    return rows.map(() => refused(error && codeIn(error), 'sync-failed'));
  }
  const own = rows.map(({ email }) => rejects.find((reject) => isAbout(reject, email)));
  const count = (is: (code: string) => boolean): number =>
    logs.reduce((sum, log) => sum + (is(codeIn(log)) ? countIn(log) : 0), 0);
  const absent = count((code) => ABSENT.has(code));
  const named = new Set(own.filter((reject) => reject !== undefined)).size;
  const open =
    rejects.length > named ||
    Math.max(
      absent,
      count((code) => code === REJECTED),
    ) > named;
  if (!open) return own.map((reject) => (reject ? rejectedAs(codeIn(reject)) : { kind: 'delivered' }));
  if (rows.length > 1) return undefined;
  return rows.map(() => rejectedAs(absent > 0 ? 'ELQ-00034' : rejects.map(codeIn)[0]));
}

const rejectedAs = (code: string | undefined): Outcome =>
  ABSENT.has(code ?? '') ? { kind: 'skipped', reason: 'no-such-contact' } : refused(code, 'rejected');

/** A rejected row quotes its values, in whichever of its properties. */
const isAbout = (reject: object, email: string): boolean =>
  Object.values(reject).some((value) =>
    typeof value === 'object' && value !== null
      ? isAbout(value, email)
      : typeof value === 'string' && value.toLowerCase() === email.toLowerCase(),
  );

/** Reads a request that was refused, and logs of a sync that leave open whom they are about. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status === 401 || status === 429 || status >= 500) return undefined;
  if (status === 413) return { kind: 'retry', reason: 'http-413', after: 3600 };
  if (status >= 300) {
    const [failure] = (isJson(body) && objectsIn(body['failures'])) || [];
    const field = failure && textIn(failure, 'field');
    return { kind: 'failed', reason: reasonOf(field && `invalid-${field}`, `http-${status}`) };
  }
  const open = itemsIn(body)?.find(
    (item) => countIn(item) > 0 && (ABSENT.has(codeIn(item)) || codeIn(item) === REJECTED),
  );
  return open && { kind: 'failed', reason: reasonOf(codeIn(open), 'rejected') };
}
