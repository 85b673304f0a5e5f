import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';

const Fault = z.object({ code: z.coerce.string().regex(/^\d{3,4}$/) });
const Said = z.object({
  success: z.boolean(),
  errors: z.array(Fault).default([]),
  result: z.array(z.unknown()).default([]),
});
const Row = z.object({ status: z.string(), reasons: z.array(Fault).default([]) });

/** An access token that is not known, or has ended. */
const SESSION = new Set(['601', '602']);
/** https://experienceleague.adobe.com/en/docs/marketo-developer/marketo/rest/error-codes */
const PASSING = new Set(['502', '604', '606', '608', '611', '614', '615', '713', '719']);
/** The day's calls are used up; they come back at midnight in Chicago, and nobody needs to know when that is. */
const QUOTA = '607';
const HOUR = 3600;

const reason = (code: string): string => `marketo-${code}`;

/** Whatever Marketo refuses it refuses inside 200. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status !== 200) return undefined;
  const said = Said.safeParse(body).data;
  if (!said) return { kind: 'retry', reason: 'unreadable-reply' };
  if (said.success) return undefined;
  const code = said.errors[0]?.code ?? '';
  if (code === QUOTA) return { kind: 'retry', reason: reason(code), after: HOUR };
  if (PASSING.has(code) || SESSION.has(code)) return { kind: 'retry', reason: reason(code) };
  return { kind: 'failed', reason: code === '' ? 'refused' : reason(code) };
}

/** The session has ended, which Marketo says inside 200 as well. */
export function expired({ status, body }: Reply): boolean {
  const said = status === 200 ? Said.safeParse(body).data : undefined;
  return said?.success === false && said.errors.some(({ code }) => SESSION.has(code));
}

const DONE = new Set(['created', 'updated']);
/** Nobody has this id any longer: the person was deleted, or merged into another. */
const GONE = '1004';

/** One outcome per person, in the order they were sent. */
export function split(reply: Reply): readonly Outcome[] | undefined {
  if (reply.status !== 200 || interpret(reply)) return undefined;
  return Said.safeParse(reply.body).data?.result.map((row): Outcome => {
    const { status, reasons } = Row.safeParse(row).data ?? { status: '', reasons: [] };
    if (DONE.has(status)) return { kind: 'delivered' };
    const code = reasons[0]?.code ?? '';
    if (code === GONE) return { kind: 'retry', reason: reason(code) };
    return { kind: 'failed', reason: code === '' ? 'refused' : reason(code) };
  });
}

const Lead = z.object({
  id: z.int().positive(),
  unsubscribed: z.boolean().nullish(),
  unsubscribedReason: z.string().nullish(),
});
export type Lead = z.output<typeof Lead>;

/** The people whom a look-up found; undefined where that cannot be read. */
export function leadsIn({ body }: Reply): readonly Lead[] | undefined {
  const said = Said.safeParse(body).data;
  return said?.success ? z.array(Lead).safeParse(said.result).data : undefined;
}
