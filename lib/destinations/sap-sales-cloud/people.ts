import * as z from 'zod';
import type { Call, Delivery, Reply } from '../destination.ts';
import type { Settings } from './settings.ts';

const Found = z.object({
  d: z.object({ results: z.array(z.record(z.string(), z.unknown())) }),
});

/** Somebody with the address: their key, and whether it was Heed who took their permission away. */
export interface Person {
  readonly id: string;
  readonly permission: string;
  readonly stoppedByHeed: boolean;
}

/** The query of a look-up. An apostrophe is doubled in an OData text. */
export function queryOf(delivery: Delivery, { permission, emailProperty }: Settings): string {
  const email = (delivery.identifiers['email'] ?? '').replaceAll("'", "''");
  const wanted = ['ObjectID', ...(permission ? [permission.property, permission.stopField] : [])];
  return `$format=json&$select=${wanted.join(',')}&$filter=${encodeURIComponent(`${emailProperty} eq '${email}'`)}`;
}

export function peopleIn({ body }: Reply, { permission }: Settings): readonly Person[] | undefined {
  const found = Found.safeParse(body).data?.d.results;
  return found?.map((row) => ({
    id: textIn(row['ObjectID']),
    permission: permission ? textIn(row[permission.property]) : '',
    stoppedByHeed: permission !== undefined && textIn(row[permission.stopField]) !== '',
  }));
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

export const UNREADABLE: Call = { outcome: { kind: 'failed', reason: 'unreadable-reply' } };
export const NOBODY: Call = { outcome: { kind: 'skipped', reason: 'no-such-person' } };
export const MUST_ACT: Call = { outcome: { kind: 'needs-user-action', reason: 'no-contact-permission' } };
