import { type Call, type Delivery, type DeliveryRow, evidenceLine } from '../destination.ts';
import { type Account, byPerson, textIn } from './accounts.ts';
import { fieldsOf, type Settings } from './settings.ts';

export const PATH = '/identity/v2/manage/account';

export const UNREADABLE: Call = { outcome: { kind: 'failed', reason: 'unreadable-reply' } };
const MUST_ACT: Call = { outcome: { kind: 'needs-user-action', reason: 'unsubscribed-at-loginradius' } };

interface Telling {
  readonly rows: readonly DeliveryRow[];
  readonly settings: Settings;
  /** As it was read, where it was. */
  readonly account?: Account;
}

/** Withdrawals go alone and first. Updates change what they name and leave the rest of the profile alone. */
export function write(uid: string, delivery: Delivery, telling: Telling): readonly Call[] {
  const { stop, lift, refused } = subscriptionOf(delivery, telling);
  const put = (state: string, more: Subscription | undefined): readonly Call[] => {
    const { fields = {}, ...flag } = more ?? {};
    const CustomFields = { ...valuesOf(state, delivery, telling), ...fields };
    const path = `${PATH}/${encodeURIComponent(uid)}`;
    return Object.keys(CustomFields).length > 0
      ? [{ method: 'PUT', path, body: { CustomFields, ...flag } }]
      : [];
  };
  return [...put('withdrawn', stop), ...put('granted', lift), ...(refused ? [MUST_ACT] : [])];
}

interface Subscription {
  readonly IsEmailSubscribed: boolean;
  readonly fields: Readonly<Record<string, string>>;
}

/** What becomes of the subscription to all e-mail. Heed lifts only what it noted as its own. */
function subscriptionOf(
  delivery: Delivery,
  { rows, settings, account }: Telling,
): { readonly stop?: Subscription; readonly lift?: Subscription; readonly refused?: boolean } {
  const { stopField } = settings;
  if (stopField === undefined || !account) return {};
  const refused = byPerson(account, settings);
  if (delivery.stoppedAll.includes('email'))
    return refused
      ? {}
      : { stop: { IsEmailSubscribed: false, fields: { [stopField]: delivery.recordedAt } } };
  if (!rows.some(({ state, channel }) => state === 'granted' && channel === 'email')) return {};
  const own = textIn(account.fields[stopField]) !== '';
  return { refused, ...(own && { lift: { IsEmailSubscribed: true, fields: { [stopField]: '' } } }) };
}

function valuesOf(
  state: string,
  delivery: Delivery,
  { rows, settings }: Telling,
): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const row of rows) {
    const fields = row.state === state ? fieldsOf(settings, row) : undefined;
    if (!fields) continue;
    const value = settings.values[row.state];
    values[fields.choice] = value;
    if (fields.evidence !== undefined) values[fields.evidence] = `${value}; ${evidenceLine(delivery, row)}`;
  }
  return values;
}
