import * as z from 'zod';
import type { Ask, Learned, ReportedChoice } from '../destination.ts';
import { type Account, accountIn, isNobody, textIn } from './accounts.ts';
import { mappedIn, type Settings } from './settings.ts';

const Notice = z.object({ Time: z.unknown().optional(), Data: z.unknown() });

/** A webhook brings the whole profile, whatever has changed in it. */
export function learnFrom(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const notice = Notice.safeParse(body).data;
  const account = accountIn(notice?.Data);
  if (!notice || !account) return { invalid: 'not a notification of a LoginRadius profile' };
  const at = timeIn(notice.Time);
  if (at !== undefined) return { choices: choicesIn(account, at, settings) };
  return { choices: [], asks: [askFor(account.uid, settings)] };
}

/** The form of the time is unconfirmed. */
function timeIn(value: unknown): string | undefined {
  const at = Date.parse(typeof value === 'string' ? value.replace(/(\.\d{3})\d+/, '$1') : '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** Where a notice tells no time that can be read, the account is asked for: its reply was written by a clock. */
const askFor = (uid: string, settings: Settings): Ask => ({
  ...{ method: 'GET', path: `/identity/v2/manage/account/${encodeURIComponent(uid)}` },
  learn: (reply) => {
    if (isNobody(reply)) return { choices: [] };
    const account = accountIn(reply.body);
    const at = Date.parse(reply.headers['date'] ?? '');
    if (!account || Number.isNaN(at)) return undefined;
    return { choices: choicesIn(account, new Date(at).toISOString(), settings) };
  },
});

/** What somebody else than Heed last wrote into the fields of choices; empty ones say nothing. */
const choicesIn = (account: Account, occurredAt: string, settings: Settings): readonly ReportedChoice[] =>
  mappedIn(settings).flatMap(({ topic, channel, fields: { choice, evidence } }) => {
    const value = textIn(account.fields[choice]);
    const isOwn = evidence !== undefined && textIn(account.fields[evidence]).startsWith(`${value}; `);
    const { granted, withdrawn } = settings.values;
    if (isOwn || (value !== granted && value !== withdrawn)) return [];
    const state = value === granted ? ('granted' as const) : ('withdrawn' as const);
    const said = { topic, channel, state, occurredAt, method: 'loginradius' };
    return identifiersOf(account, state).map((identifier) => ({ identifier, ...said }));
  });

/** A stop counts for whatever the person goes by: Heed may know them by their address alone. */
function identifiersOf({ uid, emails }: Account, state: string): readonly ReportedChoice['identifier'][] {
  const own = { kind: 'loginradius', value: uid };
  const addresses = emails.map((value) => ({ kind: 'email', value }));
  return state === 'granted' ? [own] : [own, ...addresses];
}
