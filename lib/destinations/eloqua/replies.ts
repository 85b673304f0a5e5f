import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';

const Failures = z.object({ failures: z.array(z.object({ field: z.string() })).min(1) });

/** A list that holds nothing comes without its items. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item).optional(), hasMore: z.boolean() });

const Logs = listOf(
  z.object({
    statusCode: z.string().optional(),
    severity: z.string().optional(),
    count: z.coerce.number().default(0),
  }),
);
const Rejects = listOf(z.looseObject({ statusCode: z.string().optional() }));

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

/** Who a row is about, and whether the person's other calls go on where there is no such contact. */
export interface Row {
  readonly email: string;
  readonly goesOn: boolean;
}

/**
 * One outcome per row. Eloqua counts contacts it did not find, and may not say which: where that leaves it open, nothing
 * is returned, and each person is asked about alone.
 */
export function outcomesOf(synced: Synced, rows: readonly Row[]): readonly Outcome[] | undefined {
  const logged = Logs.safeParse(synced.logs).data;
  const rejected = Rejects.safeParse(synced.rejects).data;
  if (!logged || !rejected) return rows.map(() => ({ kind: 'retry', reason: 'unreadable-reply' }));
  const { items: logs = [] } = logged;
  const { items: rejects = [] } = rejected;
  if (synced.status === 'error') {
    const [error] = logs.filter(({ severity }) => severity === 'error');
    return rows.map(() => refused(error?.statusCode, 'sync-failed'));
  }
  const own = rows.map(({ email }) => rejects.find((reject) => isAbout(reject, email)));
  const count = (is: (code: string) => boolean): number =>
    logs.reduce((sum, log) => sum + (is(log.statusCode ?? '') ? log.count : 0), 0);
  const absent = count((code) => ABSENT.has(code));
  const named = new Set(own.filter((reject) => reject !== undefined)).size;
  const open =
    rejects.length > named ||
    Math.max(
      absent,
      count((code) => code === REJECTED),
    ) > named;
  if (!open)
    return rows.map((row, n) => (own[n] ? rejectedAs(own[n].statusCode, row) : { kind: 'delivered' }));
  if (rows.length > 1) return undefined;
  return rows.map((row) => rejectedAs(absent > 0 ? 'ELQ-00034' : rejects[0]?.statusCode, row));
}

function rejectedAs(code: string | undefined, { goesOn }: Row): Outcome {
  if (!ABSENT.has(code ?? '')) return refused(code, 'rejected');
  return goesOn ? { kind: 'delivered' } : { kind: 'skipped', reason: 'no-such-contact' };
}

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
    const [failure] = Failures.safeParse(body).data?.failures ?? [];
    return { kind: 'failed', reason: reasonOf(failure && `invalid-${failure.field}`, `http-${status}`) };
  }
  const counted = Logs.safeParse(body).data?.items?.find(
    ({ statusCode = '', count }) => count > 0 && (ABSENT.has(statusCode) || statusCode === REJECTED),
  );
  return counted && { kind: 'failed', reason: reasonOf(counted.statusCode, 'rejected') };
}
