import type { Reply } from '../destination.ts';
import { isJson, type Json, objectsIn } from '../json.ts';
import type { Settings } from './settings.ts';

/** The rows of a look-up. An id is never empty: a path without one would not be a person's. */
function rowsIn(body: unknown): readonly Json[] | undefined {
  const found = isJson(body) ? body['d'] : undefined;
  const rows = isJson(found) ? objectsIn(found['results']) : undefined;
  return rows?.every((row) => textIn(row['ObjectID']) !== '') ? rows : undefined;
}

type Collection = Settings['collections'][number];

/** Somebody with the address. */
export interface Person {
  readonly path: string;
  /** The code of the permission for everything; empty where there is none, and where it is left alone. */
  readonly permission: string;
  /** Heed noted that it took the permission away. */
  readonly noted: boolean;
}

/** A look-up by address. An apostrophe is doubled in an OData text. */
export function queryOf(
  email: string,
  collection: Collection,
  { service, permission, emailProperty }: Settings,
): string {
  const wanted = [
    ...['ObjectID', emailProperty],
    ...(permission ? [permission.property, permission.stopField] : []),
  ];
  const filter = encodeURIComponent(`${emailProperty} eq '${email.replaceAll("'", "''")}'`);
  return `${service}/${collection}?$format=json&$select=${wanted.join(',')}&$filter=${filter}`;
}

/** Is it the result of a look-up? A page to log in on says nothing of who there is. */
export const isResult = ({ body }: Reply): boolean => rowsIn(body) !== undefined;

/** Those who have this very address: in a filter of SAP's, an asterisk in it stands for any text. */
export function peopleIn(
  { body }: Reply,
  email: string,
  collection: Collection,
  { service, permission, emailProperty }: Settings,
): readonly Person[] {
  return (rowsIn(body) ?? [])
    .filter((row) => textIn(row[emailProperty]).toLowerCase() === email.toLowerCase())
    .map((row) => ({
      path: `${service}/${collection}('${encodeURIComponent(textIn(row['ObjectID']))}')`,
      permission: permission ? textIn(row[permission.property]) : '',
      noted: permission !== undefined && textIn(row[permission.stopField]) !== '',
    }));
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');
