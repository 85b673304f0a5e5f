import type { Outcome } from '../../domain/outcome.ts';
import type { BatchCall, Call, Delivery, DeliveryRow, Reply } from '../destination.ts';
import { type Json, objectsIn, textIn } from '../json.ts';
import { isOurWithdrawal, marked } from '../mark.ts';
import { concerns, dataOf, inSeconds, optedOut, queryPath } from './lookup.ts';

import { type Person, recordsIn, split, UNREADABLE } from './replies.ts';
import type { Settings } from './settings.ts';

const CONSENT = { type: 'ContactPointTypeConsent' };

export type Consent = ReturnType<typeof consentOf>;

export interface Part {
  readonly delivery: Delivery;
  readonly settings: Settings;
  readonly people: readonly Person[];
}

/**
 * One row per Individual, topic and channel, replaced by every delivery: also by that of another subject who shares the
 * address, so that there is one answer to be read, and it is the most restrictive one.
 */
function consentOf({ delivery, settings }: Part, row: DeliveryRow, party: string) {
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
    CaptureSource: marked(delivery, row).slice(0, 255),
    CaptureContactPointType: settings.capturedBy[row.method] ?? 'Web',
    EffectiveFrom: occurredAt,
    EffectiveTo: (state === 'granted' && expiresAt) || null,
    [settings.externalIdField]: `${party}|${topic}|${channel}`,
  };
}

/** What is said of each Individual; `orphaned` where there is none to say it of. */
export function consentsOf(
  part: Part,
  rows: readonly DeliveryRow[],
): { readonly items: readonly Consent[]; readonly orphaned: boolean } {
  const items: Consent[] = [];
  let orphaned = false;
  for (const row of rows) {
    const parties = partiesFor(row.channel, part.people);
    for (const party of parties) items.push(consentOf(part, row, party));
    orphaned ||= parties.length === 0;
  }
  return { items, orphaned };
}

/** Individuals whose consent on this channel it is. */
function partiesFor(channel: string, people: readonly Person[]): readonly string[] {
  const parties: string[] = [];
  for (const person of people) {
    const { party } = person;
    if (party !== undefined && !parties.includes(party) && concerns(channel, person, people))
      parties.push(party);
  }
  return parties;
}

/**
 * Upserts rows by their key. Of two rows of one key in a request Salesforce takes neither, and the key of a record is
 * met twice where a person left the address that the record still carries: the last one is sent, which is what the
 * person goes by now.
 */
export function upsert(items: readonly Consent[], settings: Settings): readonly BatchCall[] {
  if (items.length === 0) return [];
  const { externalIdField: field } = settings;
  return [
    {
      method: 'PATCH',
      path: `${dataOf(settings)}/composite/sobjects/${CONSENT.type}/${field}`,
      items,
      wrap: (records) => ({ allOrNone: false, records: [...byKey(records, field).values()] }),
      split: (reply, records) => outcomesOf(reply, records, field),
    },
  ];
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

/** Individuals of one question: their ids go into its address. */
const MOST_PARTIES = 200;

/**
 * Looks for rows of Heed's that somebody turned over, and leaves out the grants that are older than that: an opt-out that
 * was overwritten would never be heard of.
 */
export function optedOutSince(
  granted: readonly Consent[],
  settings: Settings,
  tell: (open: readonly Consent[]) => readonly Call[],
): readonly Call[] {
  const parties = [...new Set(granted.map(({ PartyId }) => PartyId))];
  const ask = (from: number, open: readonly Consent[]): readonly Call[] => {
    const some = parties.slice(from, from + MOST_PARTIES);
    if (some.length === 0) return tell(open);
    const path = queryPath(dataOf(settings), questionAbout(some, settings));
    const next = (reply: Reply): readonly Call[] => {
      const rows = recordsIn(reply.body);
      if (!rows) return [UNREADABLE];
      const left = leftIn(rows, settings);
      return ask(
        from + some.length,
        open.filter((one) => !(inSeconds(one.CaptureDate) <= (left.get(keyOf(one, settings)) ?? -1))),
      );
    };
    return [{ method: 'GET', path, next }];
  };
  return ask(0, granted);
}

const keyOf = (row: Json, { externalIdField }: Settings): string => textIn(row, externalIdField) ?? '';

function questionAbout(parties: readonly string[], settings: Settings): string {
  const fields = `${settings.externalIdField}, CaptureSource, LastModifiedDate`;
  const whose = parties.map((party) => `'${party}'`).join(',');
  return `SELECT ${fields} FROM ${CONSENT.type} WHERE PartyId IN (${whose}) AND ${optedOut(settings)}`;
}

/** Rows by key that say no, and not because Heed said so; with when they were last changed, ms. */
const leftIn = (rows: readonly Json[], settings: Settings): ReadonlyMap<string, number> =>
  new Map(
    rows
      .filter((row) => !isOurWithdrawal(textIn(row, 'CaptureSource') ?? ''))
      .map((row) => {
        const at = inSeconds(textIn(row, 'LastModifiedDate') ?? '');
        return [keyOf(row, settings), Number.isNaN(at) ? Number.POSITIVE_INFINITY : at];
      }),
  );
