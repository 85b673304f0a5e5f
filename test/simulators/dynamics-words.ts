import * as z from 'zod';
import type { Answer } from './simulator.ts';

/*
 * The Dataverse Web API and the table of contact point consents, written by hand from their reference (read 2026-11):
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/overview
 * https://learn.microsoft.com/dynamics365/developer/reference/entities/msdynmkt_contactpointconsent4
 */

export const CONSENT = 'msdynmkt_contactpointconsent4';
export const CONSENTS = 'msdynmkt_contactpointconsent4s';

/** Names of the choices, and their numbers. */
export const IN = 534120001;
export const OUT = 534120002;
export const PURPOSE = 534120000;
export const TOPIC = 534120001;

const oneOf = (...values: readonly number[]) => z.int().refine((value) => values.includes(value));
const upTo = (first: number, last: number) =>
  oneOf(...Array.from({ length: last - first + 1 }, (_, i) => first + i));

const Bound = (set: string) =>
  z
    .string()
    .regex(new RegExp(`^/${set}\\([0-9a-f-]{36}\\)$`))
    .transform((path) => path.slice(set.length + 2, -1));

/** Columns that can be written. The names of lookups are spelt as in the schema, the others in lower case. */
export const Columns = z.strictObject({
  msdynmkt_contactpointvalue: z.string().min(1).max(400).optional(),
  msdynmkt_contactpointtype: upTo(534120000, 534120003).optional(),
  msdynmkt_contactpointconsenttype: upTo(534120000, 534120001).optional(),
  msdynmkt_value: upTo(534120000, 534120002).optional(),
  msdynmkt_source: upTo(534120000, 534120007).optional(),
  msdynmkt_logicalreason: upTo(534119999, 534120007).optional(),
  msdynmkt_reason: z.string().max(500).nullish(),
  msdynmkt_modifiedonbehalf: z.string().max(500).nullish(),
  'msdynmkt_purposeId@odata.bind': Bound('msdynmkt_purposes').optional(),
  'msdynmkt_topicId@odata.bind': Bound('msdynmkt_topics').optional(),
});
export type Columns = z.output<typeof Columns>;

/** Columns without which a row cannot be made. */
export const REQUIRED = [
  'msdynmkt_contactpointvalue',
  'msdynmkt_contactpointtype',
  'msdynmkt_value',
  'msdynmkt_source',
  'msdynmkt_logicalreason',
  'msdynmkt_purposeId@odata.bind',
] as const;

export const Flags = z.partialRecord(
  z.enum([
    'donotemail',
    'donotbulkemail',
    'donotphone',
    'donotpostalmail',
    'donotbulkpostalmail',
    'new_heedstops',
  ]),
  z.union([z.boolean(), z.string(), z.null()]),
);

export const refused = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
});

export const UNAUTHORIZED: Answer = { status: 401, headers: { 'www-authenticate': 'Bearer' } };

export const missing = (entity: string, id: string): Answer =>
  refused(404, '0x80040217', `Entity '${entity}' With Id = ${id} Does Not Exist`);

export const throttled = (retryAfter: number): Answer => ({
  ...refused(
    429,
    '0x80072322',
    'Number of requests exceeded the limit of 6000 over time window of 300 seconds.',
  ),
  headers: { 'retry-after': String(retryAfter) },
});

export interface Filter {
  readonly column: string;
  readonly value: string;
  readonly activeOnly: boolean;
}

/** The one form of $filter understood here: a column that equals a text, among active rows or all. */
export function parseFilter(text: string): Filter | undefined {
  const [, column, value, active] =
    /^([a-z0-9_]+) eq '((?:[^']|'')*)'( and statecode eq 0)?$/.exec(text) ?? [];
  if (column === undefined || value === undefined) return undefined;
  return { column, value: value.replaceAll("''", "'"), activeOnly: active !== undefined };
}

/** The execution context of a step on a row, as a webhook posts it. */
export const context = (row: { readonly id: string; readonly value: number; readonly modified: number }) => ({
  ...{ BusinessUnitId: 'e2b9dd85-e89e-e711-8122-000d3aa2331c', Depth: 1, Mode: 1, Stage: 40 },
  InputParameters: [
    {
      key: 'Target',
      value: {
        __type: 'Entity:http://schemas.microsoft.com/xrm/2011/Contracts',
        Attributes: [
          { key: 'msdynmkt_value', value: { __type: 'OptionSetValue', Value: row.value } },
          { key: 'modifiedon', value: `/Date(${row.modified})/` },
        ],
        ...{ Id: row.id, LogicalName: CONSENT, FormattedValues: [], KeyAttributes: [], RelatedEntities: [] },
      },
    },
  ],
  ...{ MessageName: 'Update', OrganizationName: 'acme', OutputParameters: [], PostEntityImages: [] },
  ...{ PreEntityImages: [], PrimaryEntityId: row.id, PrimaryEntityName: CONSENT, SharedVariables: [] },
});
