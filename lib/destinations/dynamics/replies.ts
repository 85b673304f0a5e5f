import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';

const Failure = z.object({ error: z.object({ code: z.string() }) });
const Result = z.object({ value: z.array(z.unknown()) });

/**
 * Codes are hexadecimal numbers that all begin alike; the last five digits become a reason:
 * https://learn.microsoft.com/power-apps/developer/data-platform/reference/web-service-error-codes
 */
const CODE = /^0x800([0-9a-f]{5})$/i;

/** 404 for a purpose or a topic that is not there is somebody's to mend. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status < 400 || status === 401 || status === 429 || status >= 500) return undefined;
  if (status === 412) return { kind: 'retry', reason: 'changed-meanwhile' };
  const code = CODE.exec(Failure.safeParse(body).data?.error.code ?? '')?.[1]?.toLowerCase();
  return code === undefined ? undefined : { kind: 'failed', reason: `dataverse-${code}` };
}

/** Of a row that was found and went before it was written: it is looked for again. */
export const wentMeanwhile = ({ status }: Reply): Outcome | undefined =>
  status === 404 ? { kind: 'retry', reason: 'row-went' } : undefined;

/** Of a query: what is not its result, such as the page of a proxy, says nothing of who is there. */
export const isResult = ({ status, body }: Reply): Outcome | undefined =>
  status === 200 && !Result.safeParse(body).success
    ? { kind: 'retry', reason: 'unreadable-reply' }
    : undefined;
