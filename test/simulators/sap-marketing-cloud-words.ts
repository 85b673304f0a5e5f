import * as z from 'zod';
import type { Answer } from './simulator.ts';

/*
 * The contact service of SAP Marketing Cloud (API_MKT_CONTACT_SRV), an OData service of version 2 behind SAP Gateway,
 * written by hand from the service's published model (content version 3) and SAP's articles (read 2026-11):
 * https://www.sap.com/cxworks/article/2589632469/best_practices_for_importing_interaction_contact_data_into_sap_marketing_cloud
 * https://help.sap.com/viewer/0f9408e4921e4ba3bb4a7a1f75f837a7/latest/en-US/06526bdbae42455ba69a4aef0750561b.html
 */

/** UTC without a zone, or with the difference to UTC. */
const Time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d)?$/)
  .transform((text) => Date.parse(/[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`));

const YesNo = z.enum(['Y', 'N']);

const Common = {
  PermissionUTCDateTime: Time,
  PermissionSourceObject: z.string().max(50).optional(),
  PermissionSourceObjectType: z.string().max(30).optional(),
  PermissionSourceSystem: z.string().max(255).optional(),
  PermissionSourceSystemType: z.string().max(20).optional(),
  PermissionSourceCommMedium: z.string().max(20).optional(),
  PermissionNoteText: z.string().max(1000).optional(),
  IsConfirmationRequired: z.boolean().optional(),
};

/** A permission by what the version of the service calls its value. */
export const PERMISSION = {
  ContactPermission: z
    .strictObject({ ...Common, ContactPermission: YesNo })
    .transform(({ ContactPermission: value, ...rest }) => ({ value, ...rest })),
  PermissionGranted: z
    .strictObject({ ...Common, PermissionGranted: YesNo })
    .transform(({ PermissionGranted: value, ...rest }) => ({ value, ...rest })),
};
export type ValueField = keyof typeof PERMISSION;

export const Origin = z.strictObject({
  OriginDataLastChgUTCDateTime: Time,
  EmailAddress: z.string().optional(),
  MobileNumber: z.string().optional(),
  PhoneNumber: z.string().optional(),
});

export type Key = Readonly<Record<string, string>>;

/** Names and values of a key predicate; a quote in a value is written twice. */
export function keyIn(text: string): Key | undefined {
  const parts = [...text.matchAll(/([A-Za-z]+)='((?:[^']|'')*)'(?:,|$)/g)];
  if (parts.reduce((length, [whole]) => length + whole.length, 0) !== text.length) return undefined;
  return Object.fromEntries(parts.map(([, name = '', value = '']) => [name, value.replaceAll("''", "'")]));
}

const FILTER = /^ContactPermissionID eq '((?:[^']|'')*)' and ContactPermissionOrigin eq '([A-Z]+)'$/;

/** Contact ids and their origins cannot be filtered by; those of permissions can. */
export function filterIn(text: string): { readonly id: string; readonly origin: string } | undefined {
  const [, id, origin] = FILTER.exec(text) ?? [];
  return id === undefined || origin === undefined ? undefined : { id: id.replaceAll("''", "'"), origin };
}

export const refused = (status: number, code: string, value: string): Answer => ({
  status,
  body: { error: { code, message: { lang: 'en', value }, innererror: { transactionid: '5E0D' } } },
});

export const UNAUTHORIZED: Answer = {
  status: 401,
  headers: { 'www-authenticate': 'Basic realm="SAP NetWeaver Application Server"' },
  body: '<html>Anmeldung fehlgeschlagen</html>',
};

export const CSRF_REQUIRED: Answer = {
  status: 403,
  headers: { 'x-csrf-token': 'Required', 'content-type': 'text/plain' },
  body: 'CSRF token validation failed',
};
