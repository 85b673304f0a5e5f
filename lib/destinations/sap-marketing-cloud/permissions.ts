import * as z from 'zod';
import { type Delivery, type DeliveryRow, evidenceLine, type Reply } from '../destination.ts';
import type { Channel, Settings, Topic } from './settings.ts';

const Row = z.looseObject({
  ContactID: z.string(),
  ContactOrigin: z.string(),
  ContactPermissionID: z.string(),
  ContactPermissionOrigin: z.string(),
  MarketingArea: z.string(),
  CommunicationMedium: z.string(),
  CommunicationCategory: z.string().nullish(),
  ContactPermission: z.string().nullish(),
  PermissionGranted: z.string().nullish(),
  PermissionUTCDateTime: z.string().nullish(),
  PermissionSourceSystem: z.string().nullish(),
  PermissionNoteText: z.string().nullish(),
  PermissionIsImplicit: z.boolean().nullish(),
});
export type Row = z.output<typeof Row>;
const Rows = z.object({ d: z.object({ results: z.array(Row) }) });

/** Permissions that a query found; undefined where the reply is not the result of one. */
export const rowsIn = ({ body }: Reply): readonly Row[] | undefined => Rows.safeParse(body).data?.d.results;

/** One choice, as a permission. */
export interface Wanted {
  readonly row: DeliveryRow;
  readonly topic: Topic;
  readonly channel: Channel;
}

/** Permissions that somebody gave or refused for the same; what SAP assumes by itself is none. */
export const rowsOf = (rows: readonly Row[], { topic, channel }: Wanted): readonly Row[] =>
  rows.filter(
    (row) =>
      row.PermissionIsImplicit !== true &&
      row.MarketingArea === topic.area &&
      row.CommunicationMedium === channel.medium &&
      (topic.category === undefined || row.CommunicationCategory === topic.category),
  );

const YES = 'Y';
const NO = 'N';
const VALUES = { granted: YES, withdrawn: NO } as const;

export const permissionIn = (row: Row, { valueField }: Settings): string | undefined =>
  row[valueField] ?? undefined;

const isOwn = (row: Row, { sourceSystem }: Settings): boolean => row.PermissionSourceSystem === sourceSystem;

/** `/Date(1777629600000+0000)/`, or ISO 8601 in UTC; ms. 0 where there is none. */
export function timeOf({ PermissionUTCDateTime: text }: Pick<Row, 'PermissionUTCDateTime'>): number {
  const [, ms] = /^\/Date\((\d+)/.exec(text ?? '') ?? [];
  const time = ms === undefined ? Date.parse(inUtc(text ?? '')) : Number(ms);
  return Number.isNaN(time) ? 0 : time;
}

const inUtc = (text: string): string => (/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);

/**
 * May a grant replace this permission? Not a refusal that the person gave elsewhere, unless what they say here is newer.
 * A system's grant never does.
 */
export function mayGrant(row: Row, choice: DeliveryRow, settings: Settings): boolean {
  if (permissionIn(row, settings) !== NO || isOwn(row, settings)) return true;
  const isPerson = choice.actor === 'subject' || choice.actor === 'agent';
  return isPerson && Date.parse(choice.occurredAt) > timeOf(row);
}

/** Does this permission say it already, in the same words? A refusal that the person gave elsewhere stays as it is. */
export function isTold(row: Row, choice: DeliveryRow, { delivery, settings }: Writing): boolean {
  if (permissionIn(row, settings) !== VALUES[choice.state]) return false;
  if (choice.state === 'withdrawn' && !isOwn(row, settings)) return true;
  return row.PermissionNoteText === noteOf(delivery, choice);
}

export interface Writing {
  readonly delivery: Delivery;
  readonly settings: Settings;
}

const noteOf = (delivery: Delivery, row: DeliveryRow): string =>
  [evidenceLine(delivery, row), ...(row.legalBasis === undefined ? [] : [row.legalBasis])]
    .join('; ')
    .slice(0, 1000);

/**
 * What is written of a choice. Its time is the person's, but never one that SAP could take for older than the permission
 * that it replaces, such as that of another person with the same address.
 */
export function bodyOf({ row }: Wanted, over: Row | undefined, { delivery, settings }: Writing): object {
  const chosen = Date.parse(delivery.retired ? delivery.recordedAt : row.occurredAt);
  const time = over ? Math.max(chosen, timeOf(over) + 1000) : chosen;
  return {
    PermissionUTCDateTime: new Date(time).toISOString().slice(0, 19),
    [settings.valueField]: VALUES[row.state],
    PermissionSourceSystem: settings.sourceSystem,
    ...(settings.sourceSystemType !== undefined && { PermissionSourceSystemType: settings.sourceSystemType }),
    PermissionSourceCommMedium: settings.sourceMedium,
    PermissionSourceObject: `${delivery.subject}:${delivery.version}`.slice(0, 50),
    PermissionNoteText: noteOf(delivery, row),
    IsConfirmationRequired: settings.confirm,
  };
}

/** The key of a permission that is there, or of the one that an address has under its own id. */
export function keyOf(
  { topic, channel }: Wanted,
  address: string,
  { categoryInKey }: Settings,
  row?: Row,
): string {
  const key = {
    ContactOrigin: row?.ContactOrigin ?? channel.origin,
    ContactID: row?.ContactID ?? address,
    ContactPermissionID: row?.ContactPermissionID ?? address,
    ContactPermissionOrigin: row?.ContactPermissionOrigin ?? channel.origin,
    MarketingArea: topic.area,
    CommunicationMedium: channel.medium,
    ...(topic.category !== undefined && categoryInKey && { CommunicationCategory: topic.category }),
  };
  return Object.entries(key)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(',');
}

/** Text in a key or a filter: a quote in it is written twice. */
export const quoted = (text: string): string => `'${encodeURIComponent(text.replaceAll("'", "''"))}'`;
