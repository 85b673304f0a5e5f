import { type Call, type Delivery, type DeliveryRow, evidenceLine, type Reply } from '../destination.ts';
import { foundIn } from './replies.ts';
import { add, type Columns, type Contact, find, optOut, update } from './requests.ts';
import type { Settings } from './settings.ts';

/** Calls, made once it is known whether more is said of the person after them. */
export type Maker = (goesOn: boolean) => readonly Call[];

export const textOf = (delivery: Delivery, row: DeliveryRow): string =>
  row.legalBasis ? `${evidenceLine(delivery, row)}; ${row.legalBasis}` : evidenceLine(delivery, row);

/** Rows of one state that have something to stand for them on this channel. */
export const rowsOn = (
  channel: 'email' | 'sms',
  state: DeliveryRow['state'],
  { choices, topics }: Pick<Delivery, 'choices'> & Pick<Settings, 'topics'>,
): readonly DeliveryRow[] =>
  choices.filter((row) => row.channel === channel && row.state === state && topics[row.topic]?.[channel]);

function columnsOf(
  delivery: Delivery,
  state: DeliveryRow['state'],
  { topics, values, evidence }: Settings,
): Columns {
  const columns: Record<string, string> = {};
  for (const row of rowsOn('email', state, { choices: delivery.choices, topics })) {
    const name = topics[row.topic]?.email ?? '';
    columns[name] = values[state];
    if (evidence?.time) columns[name + evidence.time] = row.occurredAt;
    if (evidence?.text) columns[name + evidence.text] = textOf(delivery, row);
  }
  return columns;
}

/** Says withdrawals, and notes beside an opt-out of the database that it is Heed's. */
export function withdrawalsTo(contact: Contact, delivery: Delivery): readonly Maker[] {
  const { globalStop, stopColumn } = contact.settings;
  const columns = columnsOf(delivery, 'withdrawn', contact.settings);
  if (globalStop && stopColumn !== undefined && delivery.stoppedAll.includes('email')) {
    const noted = { ...columns, [stopColumn]: `Heed ${delivery.subject}:${delivery.version}` };
    return [(goesOn) => [optOut(contact), update(contact, noted, goesOn)]];
  }
  return isEmpty(columns) ? [] : [(goesOn) => [update(contact, columns, goesOn)]];
}

/** While everything is stopped on e-mail nothing is granted there. */
export function grantsTo(contact: Contact, delivery: Delivery): readonly Maker[] {
  const { topics } = contact.settings;
  const granted = rowsOn('email', 'granted', { choices: delivery.choices, topics });
  if (granted.length === 0 || delivery.stoppedAll.includes('email')) return [];
  return [(goesOn) => [find(contact, (reply) => grant(contact, { reply, delivery, goesOn }))]];
}

interface Granting {
  readonly reply: Reply;
  readonly delivery: Delivery;
  readonly goesOn: boolean;
}

/** Only an opt-out of the database that Heed itself has noted is lifted. A new contact is told of withdrawals as well. */
function grant(contact: Contact, { reply, delivery, goesOn }: Granting): readonly Call[] {
  const { create, lift, stopColumn } = contact.settings;
  const found = foundIn(reply, stopColumn);
  if (!found && !create) return [answer('skipped', 'no-such-contact')];
  const granted = columnsOf(delivery, 'granted', contact.settings);
  if (!found) return [add(contact, { ...columnsOf(delivery, 'withdrawn', contact.settings), ...granted })];
  if (!found.optedOut) return [update(contact, granted, goesOn)];
  if (!found.byHeed || stopColumn === undefined)
    return [answer('needs-user-action', 'opted-out-of-database')];
  return [update(contact, { ...granted, [lift.column]: lift.value, [stopColumn]: '' }, goesOn)];
}

const isEmpty = (columns: Columns): boolean => Object.keys(columns).length === 0;

const answer = (kind: 'skipped' | 'needs-user-action', reason: string): Call => ({
  outcome: { kind, reason },
});
