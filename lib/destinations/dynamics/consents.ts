import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Call, Delivery, DeliveryRow, Reply, SingleCall } from '../destination.ts';
import { evidenceLine } from '../destination.ts';
import { wentMeanwhile } from './replies.ts';
import type { Settings } from './settings.ts';

/** The table of consents; its columns as its reference names them, of 2026-11. */
export const CONSENTS = '/msdynmkt_contactpointconsent4s';
export const SELECT = [
  'msdynmkt_contactpointconsent4id',
  'msdynmkt_contactpointvalue',
  'msdynmkt_contactpointtype',
  'msdynmkt_contactpointconsenttype',
  'msdynmkt_value',
  'msdynmkt_reason',
  '_msdynmkt_purposeid_value',
  '_msdynmkt_topicid_value',
  'modifiedon',
].join(',');

const OF_PURPOSE = 534120000;
const OF_TOPIC = 534120001;
export const VALUES = { granted: 534120001, withdrawn: 534120002 } as const;
const NO_REASONS = 534119999;
const INTERNAL = 534120000;

export const Row = z.object({
  msdynmkt_contactpointconsent4id: z.guid(),
  msdynmkt_contactpointvalue: z.string(),
  msdynmkt_contactpointtype: z.int(),
  msdynmkt_contactpointconsenttype: z.int().nullish(),
  msdynmkt_value: z.int(),
  msdynmkt_reason: z.string().nullish(),
  _msdynmkt_purposeid_value: z.guid().toLowerCase().nullish(),
  _msdynmkt_topicid_value: z.guid().toLowerCase().nullish(),
  modifiedon: z.iso.datetime({ offset: true }),
});
export type Row = z.output<typeof Row>;
const Rows = z.object({ value: z.array(Row) });

/** Rows that a query found; undefined where the reply is not the result of one. */
export const rowsIn = ({ body }: Reply): readonly Row[] | undefined => Rows.safeParse(body).data?.value;

/** What one row is to say: of a topic, or of a purpose as a whole. */
export interface Wanted {
  readonly type: number;
  readonly purpose: string;
  readonly topic?: string | undefined;
  readonly state: DeliveryRow['state'];
  /** The choice that stands behind it. */
  readonly choice: DeliveryRow;
}

/** Rows about the same, of which there may be several: no key keeps them apart. */
export const rowsOf = (rows: readonly Row[], { type, purpose, topic }: Wanted): readonly Row[] =>
  rows.filter(
    (row) =>
      row.msdynmkt_contactpointtype === type &&
      (topic === undefined
        ? isOfPurpose(row) && row._msdynmkt_purposeid_value === purpose
        : row._msdynmkt_topicid_value === topic),
  );

const isOfPurpose = (row: Row): boolean =>
  row.msdynmkt_contactpointconsenttype !== OF_TOPIC && !row._msdynmkt_topicid_value;

const said = (marker: string, state: string): string => `${marker} ${state};`;

/** Did Heed write what this row says? Whoever changes it otherwise leaves a reason that does not fit its value. */
export const isOwn = (row: Row, state: DeliveryRow['state'], { marker }: Settings): boolean =>
  row.msdynmkt_value === VALUES[state] && row.msdynmkt_reason?.startsWith(said(marker, state)) === true;

export const isPerson = ({ actor }: DeliveryRow): boolean => actor === 'subject' || actor === 'agent';

/**
 * May a grant replace this row? Not an opt-out that the person made at Dynamics, unless what they say here is newer.
 * A system's grant never does.
 */
export function mayGrant(row: Row, { choice }: Wanted, settings: Settings): boolean {
  if (row.msdynmkt_value !== VALUES.withdrawn || isOwn(row, 'withdrawn', settings)) return true;
  return isPerson(choice) && Date.parse(choice.occurredAt) > Date.parse(row.modifiedon);
}

/** Writes a row over the ones there are, or a new one: none where they say it already. */
export function writeOver(
  hits: readonly Row[],
  wanted: Wanted,
  { delivery, point, settings }: Writing,
): readonly Call[] {
  const { state, choice } = wanted;
  const values = {
    msdynmkt_value: VALUES[state],
    msdynmkt_logicalreason: NO_REASONS,
    msdynmkt_source: settings.sources[choice.method] ?? INTERNAL,
    msdynmkt_reason: reasonFor(delivery, wanted, settings),
    msdynmkt_modifiedonbehalf: choice.actor,
  };
  if (hits.length > 0)
    return hits
      .filter((row) => isOpen(row, values) && !isTheirs(row, wanted, settings))
      .map((row) => update(row.msdynmkt_contactpointconsent4id, values));
  return delivery.retired ? [] : [upsert(idOf(point, wanted), { ...values, ...keysOf(point, wanted) })];
}

const isOpen = (row: Row, values: Pick<Row, 'msdynmkt_value' | 'msdynmkt_reason'>): boolean =>
  row.msdynmkt_value !== values.msdynmkt_value || row.msdynmkt_reason !== values.msdynmkt_reason;

/** An opt-out that the person made at Dynamics stays as they made it: it says no already. */
const isTheirs = (row: Row, { state }: Wanted, settings: Settings): boolean =>
  state === 'withdrawn' && row.msdynmkt_value === VALUES.withdrawn && !isOwn(row, 'withdrawn', settings);

export interface Writing {
  readonly delivery: Delivery;
  /** The address or number. */
  readonly point: string;
  readonly settings: Settings;
}

const reasonFor = (delivery: Delivery, { state, choice }: Wanted, { marker }: Settings): string => {
  const basis = choice.legalBasis === undefined ? '' : `; ${choice.legalBasis}`;
  return `${said(marker, state)} ${evidenceLine(delivery, choice)}${basis}`.slice(0, 500);
};

const keysOf = (point: string, { type, purpose, topic }: Wanted) => ({
  msdynmkt_contactpointvalue: point,
  msdynmkt_contactpointtype: type,
  msdynmkt_contactpointconsenttype: topic === undefined ? OF_PURPOSE : OF_TOPIC,
  'msdynmkt_purposeId@odata.bind': `/msdynmkt_purposes(${purpose})`,
  ...(topic !== undefined && { 'msdynmkt_topicId@odata.bind': `/msdynmkt_topics(${topic})` }),
});

const upsert = (id: string, body: object): SingleCall => ({
  method: 'PATCH',
  path: `${CONSENTS}(${id})`,
  headers: ODATA,
  body,
});

const update = (id: string, body: object): SingleCall => ({
  ...upsert(id, body),
  headers: { ...ODATA, 'if-match': '*' },
  interpret: wentMeanwhile,
});

export const ODATA = { accept: 'application/json', 'odata-version': '4.0', 'odata-maxversion': '4.0' };

/**
 * The id of a row that Heed makes, the same each time (RFC 9562, version 5): two requests that both found none make
 * one row between them.
 */
function idOf(point: string, { type, purpose, topic = '' }: Wanted): string {
  const hash = createHash('sha1')
    .update(`heed ${type} ${purpose} ${topic} ${point.toLowerCase()}`)
    .digest('hex');
  const variant = '89ab'[Number.parseInt(hash.charAt(16), 16) % 4] ?? '8';
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `5${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}
