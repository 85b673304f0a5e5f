import { generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';
import type { Answer } from './simulator.ts';
import type { Fields } from './soql.ts';

/*
 * Requests and replies of Salesforce's REST API as its guide and object reference describe them (read 2026-11):
 * https://developer.salesforce.com/docs/platform/api-rest/guide/
 * https://developer.salesforce.com/docs/platform/object-reference/references/standard-objects/object-contactpointtypeconsent.html
 */

/** The object that holds consent per person, purpose and kind of contact point. */
export const CONSENT = 'ContactPointTypeConsent';

/** Errors come as a list. */
export const refused = (status: number, errorCode: string, message: string): Answer => ({
  status,
  body: [{ message, errorCode }],
});

export const INVALID_SESSION = refused(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
export const LIMIT_EXCEEDED = refused(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');

/** One record's result among many. */
export type Saved =
  | { readonly id: string; readonly success: true; readonly created: boolean; readonly errors: readonly [] }
  | { readonly success: false; readonly errors: readonly RowError[] };

export interface RowError {
  readonly statusCode: string;
  readonly message: string;
  readonly fields: readonly string[];
}

export const rowError = (statusCode: string, message: string, fields: readonly string[] = []): Saved => ({
  success: false,
  errors: [{ statusCode, message, fields }],
});

/** A key that another record of the same request has too: neither is taken. */
export const twice = (key: unknown, field: string): Saved =>
  rowError('DUPLICATE_VALUE', `Duplicate external id specified: ${key}`, [field]);

const Id = z.string().regex(/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/);
const ContactPoint = z.enum(['Email', 'MailingAddress', 'Phone', 'Social', 'Web']);

/** Fields of ContactPointTypeConsent that can be written; the status is checked against the org's own picklist. */
export const Consent = z.strictObject({
  attributes: z.strictObject({ type: z.literal(CONSENT) }),
  PrefKey__c: z.string().min(1).max(255),
  Name: z.string().min(1).max(255),
  PartyId: Id,
  ContactPointType: ContactPoint,
  PrivacyConsentStatus: z.string(),
  CaptureDate: z.iso.datetime(),
  CaptureSource: z.string().min(1).max(255),
  CaptureContactPointType: ContactPoint,
  DataUsePurposeId: Id.optional(),
  EngagementChannelTypeId: Id.optional(),
  BusinessBrandId: Id.optional(),
  EffectiveFrom: z.iso.datetime().nullish(),
  EffectiveTo: z.iso.datetime().nullish(),
  DoubleConsentCaptureDate: z.iso.datetime().nullish(),
});
export type Consent = z.output<typeof Consent>;

export const Collection = z.object({
  allOrNone: z.boolean().default(false),
  records: z.array(z.looseObject({ attributes: z.looseObject({ type: z.string() }) })),
});

export type Collection = z.output<typeof Collection>;

/**
 * Requests in one, of which at most five may be queries; this simulator takes no others:
 * https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-composite-post.html
 */
export const Composite = z.object({
  allOrNone: z.boolean().default(false),
  compositeRequest: z
    .array(
      z.strictObject({
        method: z.literal('GET'),
        url: z.string().startsWith('/services/data/'),
        referenceId: z.string().regex(/^[A-Za-z]\w*$/),
      }),
    )
    .min(1)
    .max(5)
    .refine((all) => new Set(all.map(({ referenceId }) => referenceId)).size === all.length),
});

/** Fields of Contact and Lead that this simulator lets be written. */
export const Flags = z.strictObject({
  HasOptedOutOfEmail: z.boolean().optional(),
  DoNotCall: z.boolean().optional(),
  HasOptedOutOfFax: z.boolean().optional(),
});

export const FLAGS = Object.keys(Flags.shape);

/** Fields that hold a time. */
export const TIMES: readonly string[] = [
  ...['CaptureDate', 'EffectiveFrom', 'EffectiveTo', 'DoubleConsentCaptureDate'],
  ...['LastModifiedDate', 'SystemModstamp'],
];

/** A record as a query gives it back, with times as Salesforce writes them. */
export const recordOf = (object: string, names: readonly string[], fields: Fields) => ({
  attributes: { type: object, url: `/services/data/v62.0/sobjects/${object}/${fields['Id']}` },
  ...Object.fromEntries(names.map((name) => [name, written(name, fields[name] ?? null)])),
});

const written = (name: string, value: Fields[string]) =>
  TIMES.includes(name) && typeof value === 'number'
    ? new Date(value).toISOString().replace('Z', '+0000')
    : value;

/** What is wrong with a consent record, in the order Salesforce finds it. */
export function faultIn(record: unknown, statuses: readonly string[]): Saved | undefined {
  const parsed = Consent.safeParse(record);
  if (parsed.success) {
    const { PrivacyConsentStatus: status } = parsed.data;
    if (statuses.includes(status)) return undefined;
    return rowError('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', `bad value: ${status}`, [
      'PrivacyConsentStatus',
    ]);
  }
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? '');
  if (issue?.code === 'unrecognized_keys')
    return rowError('INVALID_FIELD', `No such column '${issue.keys[0]}' on sobject of type ${CONSENT}`);
  return rowError(CODES[issue?.code ?? ''] ?? 'REQUIRED_FIELD_MISSING', `${field} cannot be used`, [field]);
}

const CODES: Readonly<Record<string, string>> = {
  too_big: 'STRING_TOO_LONG',
  invalid_format: 'MALFORMED_ID',
  invalid_value: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
};

/** The user that an app with a certificate runs as. */
export const USERNAME = 'integration@acme.example';

/** The app's certificate, made once: a key pair takes its time. */
let made: { readonly privateKey: string; readonly publicKey: KeyObject } | undefined;
export function certificate() {
  if (!made) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    made = { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicKey };
  }
  return made;
}

const Claims = z.object({ iss: z.string(), sub: z.string(), aud: z.string(), exp: z.number() });

/** What is wrong with an assertion: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm */
export function faultInAssertion(assertion: string, clientId: string): string | undefined {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const genuine = verify(
    'RSA-SHA256',
    Buffer.from(`${head}.${body}`),
    certificate().publicKey,
    Buffer.from(signature, 'base64url'),
  );
  const claims = genuine ? claimsIn(body) : undefined;
  if (claims?.aud !== 'https://login.salesforce.com') return 'invalid_grant';
  if (claims.iss !== clientId) return 'invalid_client_id';
  const left = claims.exp - Date.now() / 1000;
  return claims.sub === USERNAME && left > 0 && left <= 180 ? undefined : 'invalid_grant';
}

const claimsIn = (body: string): z.output<typeof Claims> | undefined =>
  Claims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString())).data;
