import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';

/** Numbers of faults: https://developer.goacoustic.com/acoustic-campaign/reference/error-codes */
const SESSION_ENDED = '145';
const ALREADY_OUT = '129';
const ABSENT = new Set(['123', '128', '1001', '1008']);
/** Internal errors, and a contact that somebody else has added in between. */
const PASSING = new Set([
  '50',
  '120',
  '122',
  '130',
  '138',
  '311',
  '315',
  '1003',
  '1004',
  '1005',
  SESSION_ENDED,
]);

/** Each operation spells it in its own way: TRUE, true, or SUCCESS. */
const DONE = /^(true|success)$/i;

interface Xml {
  readonly done: boolean;
  /** Number of the fault. */
  readonly fault: string | undefined;
}

const SUCCESS = /<SUCCESS>\s*(\w+)\s*<\/SUCCESS>/;
const ERROR_ID = /<errorid>\s*(\d{1,6})\s*<\/errorid>/;
const OPTED_OUT = /<OptedOut>[^<]*[^<\s][^<]*<\/OptedOut>/;

/** An answer of the XML API; undefined for what is none, such as a page of a gateway. */
function xmlIn({ body }: Reply): Xml | undefined {
  const [, success] = (typeof body === 'string' && SUCCESS.exec(body)) || [];
  if (typeof body !== 'string' || success === undefined) return undefined;
  return DONE.test(success) ? SUCCEEDED : { done: false, fault: ERROR_ID.exec(body)?.[1] };
}

const SUCCEEDED: Xml = { done: true, fault: undefined };

const isXml = ({ headers, body }: Reply): boolean =>
  typeof body === 'string' &&
  (body.trimStart().startsWith('<') || (headers['content-type'] ?? '').includes('xml'));

/** Nobody of that key: a fault inside a 200, or a 404 of the REST API that is about the contact and not the database. */
export const isAbsent = (reply: Reply): boolean => isNobody(reply, xmlIn(reply));

function isNobody({ status, body }: Reply, xml: Xml | undefined): boolean {
  if (xml) return ABSENT.has(xml.fault ?? '');
  return status === 404 && /no (matching )?contact/i.test(JSON.stringify(body));
}

export const expired = (reply: Reply): boolean => reply.status < 300 && xmlIn(reply)?.fault === SESSION_ENDED;

/** A 200 of the XML API is success only where it says so. */
export function interpret(reply: Reply): Outcome | undefined {
  const xml = xmlIn(reply);
  if (isNobody(reply, xml)) return { kind: 'skipped', reason: 'no-such-contact' };
  if (reply.status >= 300 || xml?.done) return undefined;
  if (xml) return outcomeOf(xml.fault);
  return isXml(reply) ? { kind: 'retry', reason: 'unreadable-reply' } : undefined;
}

function outcomeOf(fault: string | undefined): Outcome {
  if (fault === ALREADY_OUT) return { kind: 'delivered' };
  const reason = fault === undefined ? 'fault' : `fault-${fault}`;
  return { kind: PASSING.has(fault ?? '') ? 'retry' : 'failed', reason };
}

/** A look-up that finds nobody has found that out. */
export const orNobody = (reply: Reply): Outcome | undefined =>
  isAbsent(reply) ? { kind: 'delivered' } : undefined;

/** An opt-out is put into a queue: it takes effect in its own time. */
export const queued = (reply: Reply): Outcome | undefined =>
  xmlIn(reply)?.done ? { kind: 'delivered', appliedLater: true } : undefined;

/** What a database knows of a contact. */
export interface Found {
  readonly optedOut: boolean;
  /** Heed noted that it did that. */
  readonly byHeed: boolean;
}

const COLUMNS = /<COLUMN>\s*<NAME>([^<]*)<\/NAME>\s*<VALUE>(?:<!\[CDATA\[)?([^<\]]*)/g;

/** Undefined where there is no such contact. */
export function foundIn(reply: Reply, stopColumn: string | undefined): Found | undefined {
  const { body } = reply;
  if (typeof body !== 'string' || isAbsent(reply)) return undefined;
  const optedOut = OPTED_OUT.test(body);
  return {
    optedOut,
    byHeed: optedOut && stopColumn !== undefined && isNoted(body, stopColumn.toUpperCase()),
  };
}

const isNoted = (xml: string, stopColumn: string): boolean =>
  [...xml.matchAll(COLUMNS)].some(
    ([, name, value]) => name?.toUpperCase() === stopColumn && value?.trim() !== '',
  );
