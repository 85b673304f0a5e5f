import { type Call, type Delivery, type DeliveryRow, evidenceLine } from '../destination.ts';
import { fieldValues } from '../fields.ts';
import { isOwn, type Lead, MARK, pageIn, split } from './replies.ts';
import type { Settings } from './settings.ts';

type Values = Record<string, string | number | boolean>;

/** What is to be said, and to whom. */
export interface Saying {
  readonly email: string;
  readonly delivery: Delivery;
  /** Choices that have a field. */
  readonly rows: readonly DeliveryRow[];
  readonly settings: Settings;
  /** All mail is stopped at once. */
  readonly stops: boolean;
}

const UNREADABLE: Call = { outcome: { kind: 'failed', reason: 'unreadable-reply' } };
const MUST_ACT: Call = { outcome: { kind: 'needs-user-action', reason: 'unsubscribed-at-marketo' } };
const UNKNOWN: Call = { outcome: { kind: 'skipped', reason: 'no-such-lead' } };

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const FIELDS = 'id,unsubscribed,unsubscribedReason';

/** Who was found so far, and the parameter that asks for who is left. */
interface Pages {
  readonly found: readonly Lead[];
  readonly from: string;
}

/** Marketo takes a look-up by POST too, so that the address stands in no URL. `next` gets everybody who has it. */
export const lookUp = (
  email: string,
  next: (leads: readonly Lead[]) => readonly Call[],
  pages?: Pages,
): Call => ({
  method: 'POST',
  path: '/rest/v1/leads.json?_method=GET',
  lookup: true,
  headers: FORM,
  body: `filterType=email&filterValues=${encodeURIComponent(email)}&fields=${FIELDS}${pages?.from ?? ''}`,
  next: (reply) => {
    const page = pageIn(reply);
    if (!page) return [UNREADABLE];
    const found = pages ? [...pages.found, ...page.leads] : page.leads;
    if (page.next === undefined) return next(found);
    return [lookUp(email, next, { found, from: `&nextPageToken=${encodeURIComponent(page.next)}` })];
  },
});

const isByPerson = ({ unsubscribed, reason }: Lead): boolean => unsubscribed && !isOwn(reason);

const isOut = ({ unsubscribed }: Lead): boolean => unsubscribed;

/**
 * What is said of everybody who has the address: withdrawals first. What lifts an unsubscribe lifts it for all of them,
 * so that it stays where anybody's is not Heed's.
 */
export function told(saying: Saying, leads: readonly Lead[]): readonly Call[] {
  const { email, delivery, stops } = saying;
  const asksForMail = wantsMail(saying);
  const theirs = leads.some(isByPerson);
  const lifts = asksForMail && !theirs && leads.some(isOut);
  const [noes, yeses] = [said(saying, 'withdrawn'), said(saying, 'granted')];
  const out = stops ? { ...noes, ...globalStop(delivery) } : noes;
  const back = lifts ? { ...yeses, ...LIFTED } : yeses;
  return [
    ...write(leads, (lead) => (isByPerson(lead) ? noes : out)),
    ...write(leads, (lead) => (isOut(lead) ? back : yeses)),
    ...(lifts ? [lookUp(email, stillOut)] : []),
    ...(asksForMail && theirs ? [MUST_ACT] : []),
  ];
}

const wantsMail = ({ rows, stops }: Saying): boolean =>
  !stops && rows.some(({ state, channel }) => state === 'granted' && channel === 'email');

const said = ({ rows, settings }: Saying, state: DeliveryRow['state']): Values =>
  fieldValues<boolean>(rows, settings.topics, { state, value: state === 'granted' });

/**
 * Nobody confirmed that the API may lift an unsubscribe, and a durable one meets somebody new with the same address: it
 * is looked whether they are out.
 */
const stillOut = (leads: readonly Lead[]): readonly Call[] => (leads.some(isOut) ? [MUST_ACT] : []);

const LIFTED = { unsubscribed: false, unsubscribedReason: '' };

/** With the evidence of the person's words about mail, if there are any about a topic of Heed's. */
function globalStop(delivery: Delivery): Values {
  const row = delivery.choices.find(({ state, channel }) => state === 'withdrawn' && channel === 'email');
  const why = row ? evidenceLine(delivery, row) : delivery.recordedAt;
  return { unsubscribed: true, unsubscribedReason: `${MARK}${why}`.slice(0, 255) };
}

const PATH = '/rest/v1/leads.json';

/** Updates of people by id; up to 300 people of whatever delivery go in one request. */
function write(leads: readonly Lead[], valuesFor: (lead: Lead) => Values): readonly Call[] {
  const items = leads.flatMap((lead) => itemOf(lead, valuesFor(lead)));
  const call: Call = { method: 'POST', path: PATH, group: 'update', items, wrap: updated, split };
  return items.length > 0 ? [call] : [];
}

function itemOf({ id }: Lead, values: Values): readonly Values[] {
  for (const _ in values) return [{ id, ...values }];
  return [];
}

const updated = (input: readonly unknown[]) => ({ action: 'updateOnly', lookupField: 'id', input });
const created = (input: readonly unknown[]) => ({ action: 'createOrUpdate', lookupField: 'email', input });

/** Nobody has the address: somebody is added only for a grant of theirs. */
export function missing(saying: Saying): readonly Call[] {
  const { email, delivery, rows, settings, stops } = saying;
  const grants = rows.some(({ state }) => state === 'granted');
  if (!settings.create || !grants || delivery.retired) return [UNKNOWN];
  const values = { ...said(saying, 'withdrawn'), ...said(saying, 'granted') };
  const items = [{ email, ...values, ...(stops && globalStop(delivery)) }];
  return [
    { method: 'POST', path: PATH, group: 'create', items, wrap: created, split },
    ...(wantsMail(saying) ? [lookUp(email, stillOut)] : []),
  ];
}
