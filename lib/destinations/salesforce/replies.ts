import type { Outcome } from '../../domain/outcome.ts';
import { type KnownOutcome, type Reply, reasonOf } from '../destination.ts';
import { isJson, type Json, objectsIn, textIn } from '../json.ts';

/** A record that stands for the person; `party` is the Individual that consent rows hang on. */
export interface Person {
  readonly object: 'Contact' | 'Lead';
  readonly id: string;
  readonly party: string | undefined;
  /** This very record is the person's, by its id; others may only carry the same address. */
  readonly known: boolean;
  /** The record as it was found. */
  readonly record: Json;
}

/** The records of a query's result; undefined where it is none, or does not hold them all. */
export const recordsIn = (found: unknown): readonly Json[] | undefined =>
  isJson(found) && found['done'] !== false ? objectsIn(found['records']) : undefined;

/** What the questions of one request were answered; undefined where the reply is no such answer. */
const answersIn = (body: unknown): readonly Json[] | undefined =>
  isJson(body) ? objectsIn(body['compositeResponse']) : undefined;

/** A request that asked several things is a 200 whatever they were answered. */
export function answered({ status, body }: Reply): Outcome | undefined {
  const refused =
    status === 200 ? answersIn(body)?.find(({ httpStatusCode }) => httpStatusCode !== 200) : undefined;
  if (!refused) return undefined;
  const outcome = refusal(objectsIn(refused['body'])?.[0] ?? {});
  return Number(refused['httpStatusCode']) >= 500 && outcome.kind === 'failed'
    ? { kind: 'retry', reason: outcome.reason }
    : outcome;
}

/** People that so many questions found; undefined where the reply is not the result of all of them. */
export function peopleIn({ body }: Reply, questions: number): readonly Person[] | undefined {
  const answers = answersIn(body);
  if (answers?.length !== questions) return undefined;
  const people: Person[] = [];
  for (const { referenceId, body: found } of answers) {
    const some = recordsIn(found)?.map((record) => personIn(referenceId, record));
    if (!some?.every((person) => person !== undefined)) return undefined;
    people.push(...some);
  }
  return people;
}

function personIn(object: unknown, record: Json): Person | undefined {
  const id = textIn(record, 'Id');
  if (id === undefined || (object !== 'Contact' && object !== 'Lead')) return undefined;
  return { object, id, party: textIn(record, 'IndividualId'), known: false, record };
}

const answer = (kind: 'failed' | 'needs-user-action', reason: string): KnownOutcome => ({
  outcome: { kind, reason },
});
export const UNREADABLE = answer('failed', 'unreadable-reply');
/** Who of them granted it, only a record id could say. */
export const SEVERAL_PEOPLE = answer('failed', 'several-people');
/** Somebody opted out there after the grant: it takes a new one. */
export const OPTED_OUT = answer('needs-user-action', 'opted-out-at-salesforce');

/** Codes that pass by themselves: https://developer.salesforce.com/docs/platform/api-rest/guide/errorcodes.html */
const PASSING = new Set([
  'REQUEST_LIMIT_EXCEEDED',
  'UNABLE_TO_LOCK_ROW',
  'SERVER_UNAVAILABLE',
  'QUERY_TIMEOUT',
  'REQUEST_RUNNING_TOO_LONG',
]);

/** A trigger that met a lock reports a code of its own and names the lock in its message only. */
function refusal(problem: Json): Outcome {
  const code = textIn(problem, 'errorCode') ?? textIn(problem, 'statusCode');
  const message = textIn(problem, 'message') ?? '';
  const locked = code === 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY' && message.includes('UNABLE_TO_LOCK_ROW');
  const passing = locked || (code !== undefined && PASSING.has(code));
  return { kind: passing ? 'retry' : 'failed', reason: reasonOf(code, 'refused') };
}

const LATER: Outcome = { kind: 'retry', reason: 'unreadable-reply' };

/** One outcome per record, in order: a 200 says nothing about any of them. */
export function split({ status, body }: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  if (status >= 300) return undefined;
  const results = objectsIn(body);
  return results?.length === items.length ? results.map(saved) : items.map(() => LATER);
}

function saved(result: Json): Outcome {
  const { success } = result;
  if (typeof success !== 'boolean') return LATER;
  const reference = textIn(result, 'id');
  if (success) return { kind: 'delivered', ...(reference && { reference }) };
  const problem = objectsIn(result['errors'])?.[0];
  return problem ? refusal(problem) : { kind: 'failed', reason: 'refused' };
}

/** A session that ended, and what passes by itself. */
const LEFT_TO_STATUS = new Set([401, 408, 425, 429]);

/** Errors are a list; its first code becomes the reason. 300: an external id is not unique after all. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status < 300 || LEFT_TO_STATUS.has(status) || status >= 500) return undefined;
  if (status === 300) return { kind: 'failed', reason: 'duplicate-external-id' };
  const problem = objectsIn(body)?.[0];
  return problem && refusal(problem);
}
