import { type Call, type Delivery, type DeliveryRow, evidenceLine, type SingleCall } from '../destination.ts';
import { heldIn, isOwn, type Record, recordIn } from './replies.ts';
import type { Settings } from './settings.ts';

const consentOf = ({ topic, channel }: DeliveryRow, { topics }: Settings): string | undefined =>
  topics[topic]?.[channel];

/** One consent as the default schema has it: https://identitydocs.akamai.com */
function written(delivery: Delivery, row: DeliveryRow, { clientId, types }: Settings): object {
  const type = types[row.legalBasis ?? ''];
  return {
    granted: row.state === 'granted',
    context: evidenceLine(delivery, row),
    ...(type !== undefined && { type }),
    clientId,
    updated: `${row.occurredAt.slice(0, 10)} ${row.occurredAt.slice(11, 19)} +0000`,
  };
}

/**
 * Updates what is named and leaves the rest of the record alone: never by `entity.replace`, which empties it. Withdrawals
 * go alone and first, so that a consent the schema lacks keeps none of them waiting. Before anything is granted the record
 * is read: a consent that somebody took back at a site is not overwritten before the notice of it has come.
 */
export function tell(delivery: Delivery, settings: Settings): readonly Call[] {
  const who = whoIn(delivery, settings);
  if (who === undefined) return [];
  const rowsOf = (state: DeliveryRow['state']): readonly DeliveryRow[] =>
    delivery.choices.filter((row) => row.state === state && consentOf(row, settings) !== undefined);
  const [withdrawn, granted] = [rowsOf('withdrawn'), rowsOf('granted')];
  const write = (rows: readonly DeliveryRow[]): readonly Call[] => {
    const consents = Object.fromEntries(
      rows.map((row) => [consentOf(row, settings), written(delivery, row, settings)]),
    );
    return rows.length > 0 ? [request('/entity.update', settings, `${who}&${valueWith(consents)}`)] : [];
  };
  if (granted.length === 0) return write(withdrawn);
  const next: NonNullable<SingleCall['next']> = (reply) => {
    const record = recordIn(reply, settings.emailAttribute);
    if (!record) return [{ outcome: { kind: 'failed', reason: 'unreadable-reply' } }];
    const open = granted.filter((row) => mayGrant(record, row, settings));
    return open.length === granted.length ? write(open) : [...write(open), MUST_ACT];
  };
  return [...write(withdrawn), { ...request('/entity', settings, who), lookup: true, next }];
}

const MUST_ACT: Call = {
  outcome: { kind: 'needs-user-action', reason: 'opted-out-at-akamai-identity-cloud' },
};

const request = (path: string, { entityType }: Settings, more: string): SingleCall => ({
  ...{ method: 'POST', path, body: `type_name=${entityType}&${more}` },
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

const valueWith = (consents: object): string => `value=${encodeURIComponent(JSON.stringify({ consents }))}`;

/** Not over a no that somebody said at a site, unless what the person says here is newer. A system's grant never. */
function mayGrant(record: Record, row: DeliveryRow, settings: Settings): boolean {
  const held = heldIn(record, consentOf(row, settings) ?? '');
  if (!held || held.granted || isOwn(held, settings)) return true;
  const isPerson = row.actor === 'subject' || row.actor === 'agent';
  return isPerson && held.updated !== undefined && row.occurredAt > held.updated;
}

/** By id, where it is known; values of attributes are written as JSON. A part of a form. */
function whoIn({ identifiers }: Delivery, { emailAttribute }: Settings): string | undefined {
  const uuid = identifiers['akamai-identity-cloud'];
  if (uuid !== undefined) return `uuid=${encodeURIComponent(uuid)}`;
  const email = identifiers['email'];
  if (email === undefined) return undefined;
  return `key_attribute=${emailAttribute}&key_value=${encodeURIComponent(JSON.stringify(email))}`;
}
