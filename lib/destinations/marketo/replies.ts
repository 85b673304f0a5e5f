import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';
import { isJson, type Json, objectsIn, textIn } from '../json.ts';

/** An access token that is not known, or has ended. */
const SESSION = new Set(['601', '602']);
/** https://experienceleague.adobe.com/en/docs/marketo-developer/marketo/rest/error-codes */
const PASSING = new Set(['502', '604', '606', '608', '611', '614', '615', '713', '719']);
/** The day's calls are used up; they come back at midnight in Chicago, and nobody needs to know when that is. */
const QUOTA = '607';
const HOUR = 3600;

const reason = (code: string): string => (code === '' ? 'refused' : `marketo-${code}`);

/** The code of the first fault of a request or of a record; empty where there is none. */
function codeIn(faults: unknown): string {
  const code = objectsIn(faults)?.[0]?.['code'];
  const text = typeof code === 'number' ? String(code) : code;
  return typeof text === 'string' && /^\d{3,4}$/.test(text) ? text : '';
}

/** Whatever Marketo refuses it refuses inside 200. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status !== 200) return undefined;
  if (!isJson(body) || typeof body['success'] !== 'boolean')
    return { kind: 'retry', reason: 'unreadable-reply' };
  if (body['success']) return undefined;
  const code = codeIn(body['errors']);
  if (code === QUOTA) return { kind: 'retry', reason: reason(code), after: HOUR };
  const passes = PASSING.has(code) || SESSION.has(code);
  return { kind: passes ? 'retry' : 'failed', reason: reason(code) };
}

/** The session has ended, which Marketo says inside 200 as well. */
export const expired = ({ status, body }: Reply): boolean =>
  status === 200 && isJson(body) && body['success'] === false && SESSION.has(codeIn(body['errors']));

const DELIVERED: Outcome = { kind: 'delivered' };
const DONE = new Set(['created', 'updated']);
/**
 * Not as it was when it was looked: the person was deleted, or merged into another (1004); others have the address by
 * now (1007); another delivery of the same request is about the same person (1036).
 */
const MOVED = new Set(['1004', '1007', '1036']);

/** One outcome per person, in the order they were sent. */
export function split(reply: Reply): readonly Outcome[] | undefined {
  if (reply.status !== 200 || interpret(reply)) return undefined;
  const rows = isJson(reply.body) ? reply.body['result'] : undefined;
  return Array.isArray(rows) ? rows.map(outcomeOf) : [];
}

function outcomeOf(row: unknown): Outcome {
  const { status, reasons }: Json = isJson(row) ? row : {};
  if (typeof status === 'string' && DONE.has(status)) return DELIVERED;
  const code = codeIn(reasons);
  return { kind: MOVED.has(code) ? 'retry' : 'failed', reason: reason(code) };
}

export interface Lead {
  readonly id: number;
  /** From all mail. */
  readonly unsubscribed: boolean;
  readonly reason: string;
}

/** A page of the people whom a look-up found, and the token of the next. */
export interface Page {
  readonly leads: readonly Lead[];
  readonly next: string | undefined;
}

/** Undefined where it cannot be read. */
export function pageIn({ body }: Reply): Page | undefined {
  if (!isJson(body) || body['success'] !== true) return undefined;
  const leads: Lead[] = [];
  for (const row of objectsIn(body['result'] ?? []) ?? [{}]) {
    const lead = leadIn(row);
    if (!lead) return undefined;
    leads.push(lead);
  }
  return { leads, next: body['moreResult'] === true ? textIn(body, 'nextPageToken') : undefined };
}

function leadIn(row: Json): Lead | undefined {
  const { id, unsubscribed, unsubscribedReason } = row;
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return undefined;
  const reason = typeof unsubscribedReason === 'string' ? unsubscribedReason : '';
  if (unsubscribed === true) return { id, unsubscribed, reason };
  return unsubscribed === false || unsubscribed == null ? { id, unsubscribed: false, reason } : undefined;
}

/** Begins the reason of an unsubscribe that was Heed's: only such a one is lifted by a grant. */
export const MARK = 'Heed: ';

export const isOwn = (reason: unknown): boolean => typeof reason === 'string' && reason.startsWith(MARK);
