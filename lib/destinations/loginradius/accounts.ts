import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';
import type { Settings } from './settings.ts';

const Profile = z.object({
  Uid: z.string().min(1),
  Email: z
    .array(z.object({ Value: z.string() }))
    .nullish()
    .catch(undefined),
  IsEmailSubscribed: z.boolean().nullish(),
  CustomFields: z.record(z.string(), z.unknown()).nullish(),
});

/** An account, as far as it matters here. A profile also holds the hash of a password: nothing else of it is kept. */
export interface Account {
  readonly uid: string;
  readonly emails: readonly string[];
  readonly subscribed: boolean | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function accountIn(profile: unknown): Account | undefined {
  const { data } = Profile.safeParse(profile);
  if (!data) return undefined;
  const { Uid: uid, Email, IsEmailSubscribed, CustomFields } = data;
  const emails = (Email ?? []).flatMap(({ Value }) => (Value === '' ? [] : [Value]));
  return { uid, emails, subscribed: IsEmailSubscribed ?? undefined, fields: CustomFields ?? {} };
}

/** Unsubscribed from all e-mail, and not by Heed. */
export const byPerson = ({ subscribed, fields }: Account, { stopField }: Settings): boolean =>
  subscribed === false && !(stopField !== undefined && textIn(fields[stopField]) !== '');

export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '');

const Fault = z.object({ ErrorCode: z.int() });

/** Which of the two the look-up answers with is unconfirmed. */
const NOBODY: ReadonlySet<number> = new Set([938, 1023]);
const DOWN = 5;

export const isNobody = ({ body }: Reply): boolean => NOBODY.has(Fault.safeParse(body).data?.ErrorCode ?? 0);

/** LoginRadius names what is wrong by number; the status says no more than that something is. */
export function interpret({ status, body }: Reply): Outcome | undefined {
  const code = Fault.safeParse(body).data?.ErrorCode;
  if (code === undefined || status === 429 || Math.floor(status / 100) === DOWN) return undefined;
  if (NOBODY.has(code)) return { kind: 'skipped', reason: 'no-such-account' };
  return { kind: 'failed', reason: `loginradius-${code}` };
}
