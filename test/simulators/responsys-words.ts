import * as z from 'zod';
import type { Answer } from './simulator.ts';

/*
 * Requests and replies of the Responsys REST API v1.3, written by hand from Oracle's reference:
 * https://docs.oracle.com/en/cloud/saas/marketing/responsys-develop/API/REST/api-v1.3-lists-listName-members-post.htm
 * https://docs.oracle.com/en/cloud/saas/marketing/responsys-develop/API/REST/api-v1.3-lists-listName-listExtensions-petName-members-post.htm
 */

export const MOST = 200;

const RecordData = z.object({
  fieldNames: z.array(z.string()).min(1),
  records: z.array(z.array(z.string().nullable())),
  mapTemplateName: z.string().nullish(),
});
export type RecordData = z.output<typeof RecordData>;

const MATCHES = ['RIID_', 'CUSTOMER_ID_', 'EMAIL_ADDRESS_', 'MOBILE_NUMBER_'] as const;
export type Match = (typeof MATCHES)[number];

export const Merge = z.object({
  recordData: RecordData,
  mergeRule: z.object({
    htmlValue: z.string().optional(),
    textValue: z.string().optional(),
    optinValue: z.string(),
    optoutValue: z.string(),
    insertOnNoMatch: z.boolean(),
    updateOnMatch: z.enum(['REPLACE_ALL', 'NO_UPDATE']),
    matchColumnName1: z.enum(MATCHES),
    matchColumnName2: z.enum(MATCHES).nullish(),
    matchOperator: z.enum(['NONE', 'AND']),
    rejectRecordIfChannelEmpty: z.string().nullish(),
    /** Left out: OPTOUT. */
    defaultPermissionStatus: z.enum(['OPTIN', 'OPTOUT']).default('OPTOUT'),
  }),
});
export type Merge = z.output<typeof Merge>;

/** Names of match columns are written without their underscore here. */
const Match = z.enum(['RIID', 'CUSTOMER_ID', 'EMAIL_ADDRESS', 'MOBILE_NUMBER']);
const extension = {
  recordData: RecordData,
  insertOnNoMatch: z.boolean(),
  updateOnMatch: z.enum(['REPLACE_ALL', 'NO_UPDATE']),
};
export const Extension = {
  matchColumnName1: z
    .object({ ...extension, matchColumnName1: Match })
    .transform((body) => ({ ...body, match: body.matchColumnName1 })),
  matchColumn: z
    .object({ ...extension, matchColumn: Match })
    .transform((body) => ({ ...body, match: body.matchColumn })),
} as const;

export const LookUp = z.object({
  fieldList: z.array(z.string()).min(1),
  ids: z.array(z.string().max(500)).min(1).max(MOST),
  queryAttribute: z.enum(['r', 'e', 'c', 'm']),
});

export const QUERIED = { r: 'RIID_', e: 'EMAIL_ADDRESS_', c: 'CUSTOMER_ID_', m: 'MOBILE_NUMBER_' } as const;

/** Fields that every list has and that can be written. */
export const LIST_FIELDS = new Set([
  ...['CUSTOMER_ID_', 'EMAIL_ADDRESS_', 'MOBILE_NUMBER_', 'MOBILE_COUNTRY_'],
  ...['EMAIL', 'MOBILE', 'POSTAL'].flatMap((channel) => [
    `${channel}_PERMISSION_STATUS_`,
    `${channel}_PERMISSION_REASON_`,
  ]),
]);

export const problem = (status: number, errorCode: string, detail: string): Answer => ({
  status,
  body: { type: '', title: 'Invalid request parameters', errorCode, detail, errorDetails: [] },
});

/** What an ended session is told: an error of the server, by its number. */
export const NO_SESSION: Answer = {
  status: 500,
  body: {
    ...{ type: '', title: 'Unexpected exception', errorCode: 'UNEXPECTED_EXCEPTION' },
    ...{ detail: 'Not a valid authentication token', errorDetails: [] },
  },
};

export const merged = (lines: readonly string[], rule: object): Answer => ({
  status: 200,
  body: {
    recordData: { fieldNames: ['RIID_'], records: lines.map((line) => [line]), mapTemplateName: null },
    ...rule,
    links: [],
  },
});

export const failedLine = (n: number, code: string, text: string): string =>
  `MERGEFAILED: Record ${n} = ${code}: ${text}`;
