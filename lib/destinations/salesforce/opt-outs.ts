import * as z from 'zod';
import type { ReportedChoice } from '../destination.ts';
import { isOurs, isOurWithdrawal } from '../mark.ts';
import { sameId } from './lookup.ts';

import type { Settings } from './settings.ts';

/** As Salesforce writes times: `2026-05-01T12:00:00.000+0000`. */
export const Time = z
  .string()
  .transform((text) => Date.parse(text))
  .pipe(z.number())
  .transform((ms) => new Date(ms).toISOString());

export const Stamped = z.looseObject({ Id: z.string(), SystemModstamp: Time, LastModifiedDate: Time });
export type Stamped = z.output<typeof Stamped>;

const Row = Stamped.extend({
  Name: z.string().nullish(),
  PartyId: z.string(),
  DataUsePurposeId: z.string().nullish(),
  ContactPointType: z.string(),
  EngagementChannelTypeId: z.string().nullish(),
  CaptureSource: z.string().nullish(),
  CaptureDate: Time.nullish(),
});
type Row = z.output<typeof Row>;

/** What an opt-out withdraws, and whose it is: an Individual's. */
export interface OptOut {
  readonly party: string;
  readonly choices: readonly Omit<ReportedChoice, 'identifier'>[];
}

export const ROW_FIELDS = `Id, ${Object.keys(Row.shape)
  .filter((name) => name !== 'Id')
  .join(', ')}`;

/** The opt-outs among consent rows, but for those that Heed itself left there. */
export const optOutsIn = (records: readonly Stamped[], settings: Settings): readonly OptOut[] =>
  z
    .array(Row)
    .parse(records)
    .filter(({ CaptureSource }) => !isOurWithdrawal(CaptureSource ?? ''))
    .map((row) => ({ party: row.PartyId, choices: withdrawnBy(row, settings) }))
    .filter(({ choices }) => choices.length > 0);

const withdrawnBy = (row: Row, settings: Settings): OptOut['choices'] =>
  channelsOf(row, settings).flatMap((channel) =>
    topicsOf(row, settings).map((topic) => ({
      ...{ topic, channel, state: 'withdrawn' as const, method: 'salesforce-opt-out' },
      occurredAt: timeOf(row, settings),
    })),
  );

/** A row of Heed's that somebody turned over still has Heed's CaptureDate: when it was changed is what counts. */
function timeOf({ CaptureDate, CaptureSource, LastModifiedDate }: Row, { optOutTime }: Settings): string {
  const captured = optOutTime === 'captured' && !isOurs(CaptureSource ?? '') ? CaptureDate : undefined;
  return captured ?? LastModifiedDate;
}

/** A row without an engagement channel type, or a channel without one, speaks for the whole kind of contact point. */
const channelsOf = (row: Row, { channels }: Settings): readonly string[] =>
  Object.entries(channels).flatMap(([channel, { type, engagementChannelTypeId: narrower }]) => {
    const wide = !row.EngagementChannelTypeId || narrower === undefined;
    const same = wide || sameId(row.EngagementChannelTypeId, narrower);
    return type === row.ContactPointType && same ? [channel] : [];
  });

/** By purpose, else by name; a row with neither that Heed knows is about the contact point as such. */
function topicsOf(row: Row, { topics, optOutTopics }: Settings): readonly string[] {
  const all = Object.entries(topics);
  const purpose = row.DataUsePurposeId;
  if (purpose)
    return all.flatMap(([topic, { dataUsePurposeId: id }]) => (id && sameId(purpose, id) ? [topic] : []));
  const named = all.flatMap(([topic, { name }]) => (name === row.Name ? [topic] : []));
  return named.length > 0 ? named : (optOutTopics ?? Object.keys(topics));
}

/** Heed's own writing is older than that, ms, by the time it can be asked for. */
const AGO = 10 * 60_000;

/**
 * Flags of one Contact or Lead that say no. Where Heed changed the record last they are its own, or they were there
 * already and Heed set another beside them: the earlier time keeps what is Heed's own from outweighing a grant since.
 */
export function flaggedIn(
  record: Stamped,
  { flagFields, flagTopics = [], user }: Settings,
): OptOut['choices'] {
  const { LastModifiedDate: changed } = record;
  const isOwn = user !== undefined && sameId(String(record['LastModifiedById']), user);
  const occurredAt = isOwn ? new Date(Date.parse(changed) - AGO).toISOString() : changed;
  return Object.entries(flagFields).flatMap(([channel, field]) =>
    record[field] === true
      ? flagTopics.map((topic) => ({
          ...{ topic, channel, state: 'withdrawn' as const, method: 'salesforce-opt-out', occurredAt },
        }))
      : [],
  );
}
