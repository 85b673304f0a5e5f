import { CHANNELS, saysAnything } from '../attributes.ts';
import type { DeliveryRow } from '../destination.ts';
import type { Settings } from './settings.ts';

type Consents = Readonly<Record<string, object>>;

const consentOf = ({ occurredAt, source, notice }: DeliveryRow, consented: boolean) => ({
  consented,
  timestamp_unixtime_ms: Date.parse(occurredAt),
  location: source,
  document: notice && `${notice.id} ${notice.version} ${notice.language}`,
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

const some = (values: Consents): Consents | undefined => (saysAnything(values) ? values : undefined);

/** `consent_state` of what is mapped; undefined where nothing is. What is not named in it stays as it is. */
export function consentStateOf(rows: readonly DeliveryRow[], settings: Settings): object | undefined {
  const [gdpr, ccpa] = [some(gdprOf(rows, settings)), some(ccpaOf(rows, settings))];
  return gdpr || ccpa ? { gdpr, ccpa } : undefined;
}
