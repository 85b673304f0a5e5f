import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';

const Said = z.object({ errorCode: z.int() });
const Found = z.object({ results: z.array(z.object({ UID: z.string().min(1) })) });

/** Codes that pass by themselves: work that is not finished, and the limit on requests. */
const PASSING = new Set([100001, 403048]);

/** An error code begins with the status that it stands for. 0 is success; the others of 2xx say what is missing. */
const codeIn = ({ body }: Reply): number | undefined => Said.safeParse(body).data?.errorCode;

/** The status says little: unless it is asked for, everything is a 200. */
export function interpret(reply: Reply): Outcome | undefined {
  const { status } = reply;
  const code = codeIn(reply);
  if (code === undefined) return status < 300 ? { kind: 'retry', reason: 'unreadable-reply' } : undefined;
  if (code === 0) return undefined;
  const passing = PASSING.has(code) || code >= 500_000;
  return { kind: passing ? 'retry' : 'failed', reason: `gigya-${code}` };
}

/** Of a question for one account. */
export const isAccount =
  (absent: readonly number[]) =>
  (reply: Reply): Outcome | undefined => {
    const code = codeIn(reply);
    return code !== undefined && absent.includes(code)
      ? { kind: 'skipped', reason: 'no-such-account' }
      : undefined;
  };

/** Of a search: without a list of results nobody was looked for. */
export const readSearch = (reply: Reply): Outcome | undefined =>
  codeIn(reply) === 0 && !Found.safeParse(reply.body).success
    ? { kind: 'retry', reason: 'unreadable-reply' }
    : undefined;

export const accountsFound = ({ body }: Reply): readonly string[] => [
  ...new Set(Found.safeParse(body).data?.results.map(({ UID }) => UID)),
];
