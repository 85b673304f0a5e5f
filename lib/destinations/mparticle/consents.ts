import { CHANNELS, saysAnything } from '../attributes.ts';
import type { DeliveryRow } from '../destination.ts';
import type { Settings } from './settings.ts';

type Consents = Readonly<Record<string, object>>;

const consentOf = (row: DeliveryRow, consented: boolean) => ({
  consented,
  timestamp_unixtime_ms: Date.parse(row.occurredAt),
  location: row.source,
  ...(row.notice && { document: `${row.notice.id} ${row.notice.version} ${row.notice.language}` }),
});

function gdprOf(rows: readonly DeliveryRow[], { purposes }: Settings): Consents {
  const gdpr: Record<string, object> = {};
  for (const row of rows) {
    const channel = CHANNELS.find((one) => one === row.channel);
    const purpose = channel && purposes[row.topic]?.[channel];
    if (purpose !== undefined) gdpr[purpose] = consentOf(row, row.state === 'granted');
  }
  return gdpr;
}

/** What is called consent is the opt-out here: a no to the sale of data is `true`. */
function ccpaOf(rows: readonly DeliveryRow[], { dataSale }: Settings): Consents {
  const row = rows.find(({ topic, channel }) => topic === dataSale?.topic && channel === dataSale?.channel);
  return row ? { data_sale_opt_out: consentOf(row, row.state === 'withdrawn') } : {};
}

const some = (name: string, values: Consents): object => (saysAnything(values) ? { [name]: values } : {});

/** `consent_state` of what is mapped; undefined where nothing is. What is not named in it stays as it is. */
export function consentStateOf(rows: readonly DeliveryRow[], settings: Settings): object | undefined {
  const state = { ...some('gdpr', gdprOf(rows, settings)), ...some('ccpa', ccpaOf(rows, settings)) };
  return saysAnything(state) ? state : undefined;
}
