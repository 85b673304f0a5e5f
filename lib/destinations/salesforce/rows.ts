import type { Outcome } from '../../domain/outcome.ts';
import type { BatchCall, Delivery, DeliveryRow, Reply } from '../destination.ts';
import { type Json, objectsIn } from '../json.ts';
import { dataOf } from './lookup.ts';
import { captureSource } from './mark.ts';
import { split } from './replies.ts';
import type { Settings } from './settings.ts';

const CONSENT = { type: 'ContactPointTypeConsent' };

/**
 * One row per Individual, topic and channel, replaced by every delivery: also by that of another subject who shares the
 * address, so that there is one answer to be read, and it is the most restrictive one.
 */
export function consentOf(delivery: Delivery, row: DeliveryRow, settings: Settings, party: string) {
  const { topic, channel, state, occurredAt, expiresAt } = row;
  return {
    attributes: CONSENT,
    Name: settings.topics[topic]?.name,
    PartyId: party,
    DataUsePurposeId: settings.topics[topic]?.dataUsePurposeId,
    ContactPointType: settings.channels[channel]?.type,
    EngagementChannelTypeId: settings.channels[channel]?.engagementChannelTypeId,
    PrivacyConsentStatus: settings.status[state],
    CaptureDate: occurredAt,
    CaptureSource: captureSource(delivery, row),
    CaptureContactPointType: settings.capturedBy[row.method] ?? 'Web',
    EffectiveFrom: occurredAt,
    EffectiveTo: (state === 'granted' && expiresAt) || null,
    [settings.externalIdField]: `${party}|${topic}|${channel}`,
  };
}

/**
 * Upserts rows by their key. Of two rows of one key in a request Salesforce takes neither, and the key of a record is
 * met twice where a person left the address that the record still carries: the last one is sent, which is what the
 * person goes by now.
 */
export function upsert(items: readonly object[], settings: Settings): BatchCall {
  const { externalIdField: field } = settings;
  return {
    method: 'PATCH',
    path: `${dataOf(settings)}/composite/sobjects/${CONSENT.type}/${field}`,
    items,
    wrap: (records) => ({ allOrNone: false, records: [...byKey(records, field).values()] }),
    split: (reply, records) => outcomesOf(reply, records, field),
  };
}

const byKey = (records: readonly unknown[], field: string): ReadonlyMap<unknown, Json> =>
  new Map((objectsIn(records) ?? []).map((record) => [record[field], record]));

/** What became of the row of a key is what became of all that had it. */
function outcomesOf(
  reply: Reply,
  records: readonly unknown[],
  field: string,
): readonly Outcome[] | undefined {
  const sent = byKey(records, field);
  const outcomes = split(reply, [...sent.values()]);
  const keys = [...sent.keys()];
  return outcomes && objectsIn(records)?.flatMap((record) => outcomes[keys.indexOf(record[field])] ?? []);
}
