import * as z from 'zod';
import { Subject } from '../../lib/domain/subject.ts';
import { faultsOf } from '../../lib/http/faults.ts';
import { problem } from '../../lib/http/problem.ts';
import type { Step } from './api.ts';

/** The subject of the path: an opaque id. */
export const subjectOfPath = (): Step<{ readonly subject: string }> => ({
  before: function readSubject({ event }) {
    const parsed = Subject.safeParse(event.pathParameters?.['subject']);
    if (!parsed.success)
      return problem('invalid-subject', {
        errors: parsed.error.issues.map(({ message }) => ({ path: 'subject', message })),
      });
    Object.assign(event, { subject: parsed.data });
    return undefined;
  },
});

/** Query parameters. One that is not known is refused: a misspelt moment must not be read as now. */
export const query = <T>(schema: z.ZodType<T>): Step<{ readonly query: T }> => ({
  before: function readQuery({ event }) {
    const parsed = schema.safeParse(event.queryStringParameters ?? {});
    if (!parsed.success) return problem('invalid-query', { errors: faultsOf(parsed.error) });
    Object.assign(event, { query: parsed.data });
    return undefined;
  },
});

/** For a route without any: what it cannot heed is refused, and an address in one is never taken for granted. */
export const noQuery = () => query(NONE);

const NONE = z.strictObject({});
