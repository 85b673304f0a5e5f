import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';
import { EMAIL } from './settings.ts';

/** By key value, then by code. An empty list where there are none. */
const Errors = z.union([z.record(z.string(), z.record(z.string(), z.unknown())), z.array(z.unknown())]);
const Said = z.object({
  replyCode: z.int(),
  replyText: z.string().default(''),
  data: z
    .object({ ids: z.array(z.unknown()).default([]), errors: Errors.optional() })
    .optional()
    .catch(undefined),
});

const NO_SUCH_CONTACT = '2008';
/** The same contact was being made by somebody else. */
const ALREADY_EXISTS = '2009';
/** The account's fields could not be loaded; they ask to be asked later. */
const NOT_NOW = '2001';

/** One code has several meanings; two requests that met at a new contact are known by the text. */
function refusal(code: string, text: unknown): Outcome {
  const met = code === ALREADY_EXISTS || (typeof text === 'string' && text.includes('already exists'));
  return { kind: met || code === NOT_NOW ? 'retry' : 'failed', reason: `emarsys-${code}` };
}

/** Whether it is known by the reply to one contact that nobody is there. */
const isNobody = (code: string): boolean => code === NO_SUCH_CONTACT;
const NOBODY: Outcome = { kind: 'skipped', reason: 'no-such-contact' };

/**
 * One outcome per contact. Errors are listed by the contact's address; a contact that is neither among the errors nor
 * among the ids was not written, whatever the status.
 */
export function split({ status, body }: Reply, items: readonly unknown[]): readonly Outcome[] | undefined {
  const said = Said.safeParse(body).data;
  if (said?.replyCode !== 0) return alone(status, said?.replyCode, items.length);
  if (status >= 300) return undefined;
  const { ids = [], errors = {} } = said.data ?? {};
  const listed = new Map(Object.entries(errors).map(([name, codes]) => [name.toLowerCase(), codes]));
  const faults = items.map((item) => faultIn(listed.get(addressIn(item))));
  if (ids.length >= faults.filter((fault) => fault === undefined).length)
    return faults.map((fault) => fault ?? { kind: 'delivered' });
  const general = faultIn([...listed.values()][0]);
  return faults.map((fault) => fault ?? general ?? { kind: 'retry', reason: 'unconfirmed' });
}

/** A reply that refuses the request whole says who is not there only where one contact went alone. */
const alone = (status: number, code: number | undefined, many: number): readonly Outcome[] | undefined =>
  status < 500 && many === 1 && isNobody(String(code)) ? [NOBODY] : undefined;

function faultIn(codes: unknown): Outcome | undefined {
  const [first] = typeof codes === 'object' && codes !== null ? Object.entries(codes) : [];
  if (!first) return undefined;
  const [code, text] = first;
  if (isNobody(code)) return NOBODY;
  return /^\d{1,6}$/.test(code) ? refusal(code, text) : { kind: 'failed', reason: 'refused' };
}

const Contact = z.record(z.string(), z.unknown());
const addressIn = (item: unknown): string =>
  String(Contact.safeParse(item).data?.[EMAIL] ?? '').toLowerCase();

/** Emarsys refuses inside 200 too. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  if (status === 401 || status === 429 || status >= 500) return undefined;
  const said = Said.safeParse(body).data;
  if (!said) return status < 300 ? { kind: 'retry', reason: 'unreadable-reply' } : undefined;
  return said.replyCode === 0 ? undefined : refusal(String(said.replyCode), said.replyText);
}

const Found = z.object({
  replyCode: z.int(),
  data: z
    .object({ result: z.union([z.array(Contact), z.literal(false)]).default(false) })
    .optional()
    .catch(undefined),
});

/** Of a look-up: that nobody was found is an answer too. */
export const foundNobody = ({ status, body }: Reply): Outcome | undefined =>
  status < 300 && isNobody(String(Found.safeParse(body).data?.replyCode)) ? { kind: 'delivered' } : undefined;

/** The contacts that a look-up found; undefined where the reply is not the result of one. */
export function contactsIn({ body }: Reply): readonly z.output<typeof Contact>[] | undefined {
  const found = Found.safeParse(body).data;
  if (!found) return undefined;
  return found.data?.result || [];
}
