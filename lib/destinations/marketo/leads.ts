import { type Call, type Delivery, type DeliveryRow, evidenceLine } from '../destination.ts';
import { fieldValues } from '../fields.ts';
import { type Lead, leadsIn, split } from './replies.ts';
import type { Settings } from './settings.ts';

type Values = Record<string, string | number | boolean>;

const valuesOf = (rows: readonly DeliveryRow[], { topics }: Settings): Values =>
  fieldValues<boolean>(rows, topics, ({ state }) => state === 'granted');

/** Begins the reason of an unsubscribe that was Heed's: only such a one is lifted by a grant. */
const MARK = 'Heed: ';

const byPerson = ({ unsubscribed, unsubscribedReason }: Lead): boolean =>
  unsubscribed === true && !unsubscribedReason?.startsWith(MARK);

const UNREADABLE: Call = { outcome: { kind: 'failed', reason: 'unreadable-reply' } };
const MUST_ACT: Call = { outcome: { kind: 'needs-user-action', reason: 'unsubscribed-at-marketo' } };

/** Marketo takes a look-up by POST too, so that the address stands in no URL. */
export const lookUp = (email: string, next: (leads: readonly Lead[]) => readonly Call[]): Call => ({
  ...{ method: 'POST', path: '/rest/v1/leads.json?_method=GET', lookup: true },
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({
    ...{ filterType: 'email', filterValues: email, fields: 'id,unsubscribed,unsubscribedReason' },
  }).toString(),
  next: (reply) => {
    const leads = leadsIn(reply);
    return leads ? next(leads) : [UNREADABLE];
  },
});

/** What is said of everybody who has the address: withdrawals first. */
export function told(
  delivery: Delivery,
  rows: readonly DeliveryRow[],
  leads: readonly Lead[],
  settings: Settings,
): readonly Call[] {
  const withdrawn = rows.filter(({ state }) => state === 'withdrawn');
  const granted = rows.filter(({ state }) => state === 'granted');
  const stops = settings.globalStop && delivery.stoppedAll.includes('email');
  const grantsMail = !stops && granted.some(({ channel }) => channel === 'email');
  const stop = stops ? globalStop(delivery, withdrawn) : {};
  const lifts = (lead: Lead): boolean => grantsMail && lead.unsubscribed === true && !byPerson(lead);
  return [
    ...write(leads, (lead) => ({ ...valuesOf(withdrawn, settings), ...(byPerson(lead) ? {} : stop) })),
    ...write(leads, (lead) => ({ ...valuesOf(granted, settings), ...(lifts(lead) && LIFTED) })),
    ...(leads.some(lifts) ? [lookUp(delivery.identifiers['email'] ?? '', stillOut)] : []),
    ...(grantsMail && leads.some(byPerson) ? [MUST_ACT] : []),
  ];
}

/**
 * Nobody confirmed that the API may lift an unsubscribe, and a durable one meets somebody new with the same address: it
 * is looked whether they are out.
 */
const stillOut = (leads: readonly Lead[]): readonly Call[] =>
  leads.some(({ unsubscribed }) => unsubscribed === true) ? [MUST_ACT] : [];

const LIFTED = { unsubscribed: false, unsubscribedReason: '' };

const globalStop = (delivery: Delivery, [row]: readonly DeliveryRow[]): Values => ({
  unsubscribed: true,
  unsubscribedReason: `${MARK}${row ? evidenceLine(delivery, row) : delivery.recordedAt}`.slice(0, 255),
});

/** Updates of people by id; up to 300 people of whatever delivery go in one request. */
function write(leads: readonly Lead[], valuesFor: (lead: Lead) => Values): readonly Call[] {
  const items = leads.flatMap((lead) => {
    const values = valuesFor(lead);
    return Object.keys(values).length > 0 ? [{ id: lead.id, ...values }] : [];
  });
  const call: Call = {
    method: 'POST',
    path: '/rest/v1/leads.json',
    group: 'update',
    items,
    wrap: updated,
    split,
  };
  return items.length > 0 ? [call] : [];
}

const updated = (input: readonly unknown[]) => ({ action: 'updateOnly', lookupField: 'id', input });
const created = (input: readonly unknown[]) => ({ action: 'createOrUpdate', lookupField: 'email', input });

/** Nobody has the address: somebody is added only for a grant of theirs. */
export function missing(
  delivery: Delivery,
  rows: readonly DeliveryRow[],
  settings: Settings,
): readonly Call[] {
  const grants = rows.some(({ state }) => state === 'granted');
  if (!settings.create || !grants || delivery.retired)
    return [{ outcome: { kind: 'skipped', reason: 'no-such-lead' } }];
  const email = delivery.identifiers['email'] ?? '';
  const items = [{ email, ...valuesOf(rows, settings) }];
  const mail = rows.some(({ state, channel }) => state === 'granted' && channel === 'email');
  return [
    { method: 'POST', path: '/rest/v1/leads.json', group: 'create', items, wrap: created, split },
    ...(mail ? [lookUp(email, stillOut)] : []),
  ];
}
