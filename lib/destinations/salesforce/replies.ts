import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import { type Reply, reasonOf } from '../destination.ts';

const Problem = z.object({
  errorCode: z.string().optional(),
  statusCode: z.string().optional(),
  message: z.string().default(''),
});
const Problems = z.array(Problem).min(1);
const Results = z.array(
  z.object({ id: z.string().nullish(), success: z.boolean(), errors: z.array(Problem).default([]) }),
);
const Found = z.object({
  records: z.array(z.object({ Id: z.string(), IndividualId: z.string().nullish() })),
});

/** A record that stands for the person; `party` is the Individual that consent rows hang on. */
export interface Person {
  readonly object: 'Contact' | 'Lead';
  readonly id: string;
  readonly party: string | undefined;
  /** This very record is the person's, by its id; others may only carry the same address. */
  readonly known: boolean;
}

/** Records a lookup found; undefined where the reply is not the result of one. */
export const peopleIn = ({ body }: Reply, object: Person['object']): readonly Person[] | undefined =>
  Found.safeParse(body).data?.records.map(({ Id, IndividualId }) => ({
    object,
    id: Id,
    party: IndividualId ?? undefined,
    known: false,
  }));

/** Codes that pass by themselves: https://developer.salesforce.com/docs/platform/api-rest/guide/errorcodes.html */
const PASSING = new Set([
  'REQUEST_LIMIT_EXCEEDED',
  'UNABLE_TO_LOCK_ROW',
  'SERVER_UNAVAILABLE',
  'QUERY_TIMEOUT',
  'REQUEST_RUNNING_TOO_LONG',
]);

/** A trigger that met a lock reports a code of its own and names the lock in its message only. */
function refusal({ errorCode, statusCode, message }: z.output<typeof Problem>): Outcome {
  const code = errorCode ?? statusCode;
  const locked = code === 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY' && message.includes('UNABLE_TO_LOCK_ROW');
  const passing = locked || (code !== undefined && PASSING.has(code));
  return { kind: passing ? 'retry' : 'failed', reason: reasonOf(code, 'refused') };
}

/** One outcome per record, in order: a 200 says nothing about any of them. */
export function split({ status, body }: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  if (status >= 300) return undefined;
  const results = Results.safeParse(body).data;
  if (results?.length !== items.length)
    return items.map(() => ({ kind: 'retry', reason: 'unreadable-reply' }));
  return results.map(({ id, success, errors: [problem] }) => {
    if (success) return { kind: 'delivered', ...(id && { reference: id }) };
    return problem ? refusal(problem) : { kind: 'failed', reason: 'refused' };
  });
}

/** Errors are a list; its first code becomes the reason. 300: an external id is not unique after all. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status < 300 || status === 401 || status >= 500) return undefined;
  if (status === 300) return { kind: 'failed', reason: 'duplicate-external-id' };
  const problem = Problems.safeParse(body).data?.[0];
  return problem && refusal(problem);
}
