import { CHANNELS, saysAnything } from '../attributes.ts';
import type { Delivery, DeliveryRow } from '../destination.ts';
import type { Settings } from './settings.ts';

type Consents = Readonly<Record<string, object>>;

/** When a person chose may lie before what was told last, although it holds: times that rise with versions never do. */
function consentOf({ delivery, settings }: Part, row: DeliveryRow, consented: boolean) {
  const { occurredAt, source, notice } = row;
  const told = settings.consentTime === 'told';
  return {
    consented,
    timestamp_unixtime_ms: Date.parse(told ? delivery.recordedAt : occurredAt),
    location: told ? `${source}; ${occurredAt}` : source,
    document: notice && `${notice.id} ${notice.version} ${notice.language}`,
  };
}

interface Part {
  readonly delivery: Delivery;
  readonly settings: Settings;
}

function gdprOf(part: Part): Consents {
  const { purposes } = part.settings;
  const gdpr: Record<string, object> = {};
  for (const row of part.delivery.choices) {
    const channel = CHANNELS.find((one) => one === row.channel);
    const purpose = channel && purposes[row.topic]?.[channel];
    if (purpose !== undefined) gdpr[purpose] = consentOf(part, row, row.state === 'granted');
  }
  return gdpr;
}

/** What is called consent is the opt-out here: a no to the sale of data is `true`. */
function ccpaOf(part: Part): Consents {
  const { dataSale } = part.settings;
  const row = part.delivery.choices.find(
    ({ topic, channel }) => topic === dataSale?.topic && channel === dataSale?.channel,
  );
  return row ? { data_sale_opt_out: consentOf(part, row, row.state === 'withdrawn') } : {};
}

const some = (values: Consents): Consents | undefined => (saysAnything(values) ? values : undefined);

/** `consent_state` of what is mapped; undefined where nothing is. What is not named in it stays as it is. */
export function consentStateOf(delivery: Delivery, settings: Settings): object | undefined {
  const part = { delivery, settings };
  const [gdpr, ccpa] = [some(gdprOf(part)), some(ccpaOf(part))];
  return gdpr || ccpa ? { gdpr, ccpa } : undefined;
}
