import * as z from 'zod';
import type { Answer } from './simulator.ts';

/*
 * Requests and replies of the Eloqua Bulk API 2.0, written by hand from Oracle's reference and help:
 * https://docs.oracle.com/cloud/latest/marketingcs_gs/OMCAC/op-api-bulk-2.0-contacts-syncactions-post.html
 * https://docs.oracle.com/cloud/latest/marketingcs_gs/OMCAB/Developers/BulkAPI/Reference/Syncs/sync-actions.htm
 * https://docs.oracle.com/cloud/latest/marketingcs_gs/OMCAB/Developers/BulkAPI/Tutorials/Export.htm
 */

export const BULK = '/api/bulk/2.0';

const Action = z.strictObject({
  action: z.literal('setStatus'),
  destination: z.string().regex(/^\{\{(EmailGroup\[\d+\]|GlobalSubscribe)\}\}$/),
  status: z.enum(['subscribed', 'unsubscribed']),
});
export type Action = z.output<typeof Action>;

const definition = {
  name: z.string().min(1).max(100),
  fields: z.record(z.string(), z.string().regex(/^\{\{.+\}\}$/)),
  identifierFieldName: z.string().min(1),
  isSyncTriggeredOnImport: z.boolean().optional(),
  syncActions: z.array(Action).max(10),
};

/** Must hold the one field that contacts are found by. */
export const SyncActions = z
  .strictObject(definition)
  .refine(({ fields, identifierFieldName: by }) => by in fields && Object.keys(fields).length === 1, {
    path: ['fields'],
  });

export const Import = z
  .strictObject({
    ...definition,
    updateRule: z.enum(['always', 'ifNewIsNotNull', 'ifBlankExistingValue', 'useFieldRule']).optional(),
    autoDeleteDuration: z.string().regex(/^P/).optional(),
  })
  .refine(({ fields, identifierFieldName: by }) => by in fields && Object.keys(fields).length <= 100, {
    path: ['identifierFieldName'],
  });
export type Definition = z.output<typeof Import>;

/** `'{{Activity.Type}}' = 'Unsubscribe' AND '{{Activity.CreatedAt}}' >= '2026-05-01 10:00:00'` */
const FILTER =
  /^'\{\{Activity\.Type\}\}' = '(\w+)' AND '\{\{Activity\.CreatedAt\}\}' >= '(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)'$/;

export const Export = z.strictObject({
  name: z.string().min(1).max(100),
  filter: z
    .string()
    .max(1000)
    .regex(FILTER)
    .transform((filter) => {
      const [, type = '', from = ''] = FILTER.exec(filter) ?? [];
      return { type, from: Date.parse(`${from.replace(' ', 'T')}Z`) };
    }),
  fields: z.record(
    z.string(),
    z.enum([
      '{{Activity.Id}}',
      '{{Activity.Type}}',
      '{{Activity.CreatedAt}}',
      '{{Activity.Field(EmailAddress)}}',
      '{{Activity.Contact.Id}}',
    ]),
  ),
  areSystemTimestampsInUTC: z.boolean().default(false),
  autoDeleteDuration: z.string().optional(),
});
export type Export = z.output<typeof Export>;

/** Contacts by their ids; at most 200, each once. */
export const Search = z.object({
  ids: z
    .array(z.string())
    .min(1)
    .max(200)
    .refine((ids) => new Set(ids).size === ids.length),
  depth: z.enum(['minimal', 'partial', 'complete']).default('minimal'),
});

export const Rows = z.array(z.record(z.string(), z.string()));

/** A definition or a sync that does not hold what it must. */
export function invalid(error: z.ZodError, body: unknown): Answer {
  const [issue] = error.issues;
  const failure = {
    field: String(issue?.path[0] ?? 'name'),
    value: JSON.stringify(body),
    constraint: issue?.message,
  };
  return { status: 400, body: { failures: [failure] } };
}

export const noSuchGroup = (value: string): Answer => ({
  status: 400,
  body: { failures: [{ field: 'syncActions', value, constraint: 'Must reference an existing object.' }] },
});

export const NOT_FOUND: Answer = { status: 404, body: 'There was no resource found at this location.' };
export const UNAUTHORIZED: Answer = { status: 401, body: 'Login required' };

export const listed = (items: readonly object[], { offset = 0, limit = 1000 } = {}): Answer => ({
  status: 200,
  body: {
    ...(items.length > 0 && { items: items.slice(offset, offset + limit) }),
    ...{ totalResults: items.length, limit, offset, count: Math.min(limit, items.length - offset) },
    hasMore: offset + limit < items.length,
  },
});

export const log = (statusCode: string, count: number, severity = 'information') => ({
  ...{ severity, statusCode, count, message: `${statusCode}: ${count}`, createdAt: new Date().toISOString() },
});
