import * as z from 'zod';
import type { Ask, InboundNotice, Learned, Reply, ReportedChoice } from '../destination.ts';
import { type Account, accountIn, isOwn, saidOf } from './account.ts';
import { askAccount } from './requests.ts';
import { mappedIn, type Settings } from './settings.ts';

const Notice = z.object({
  events: z.array(
    z.object({ type: z.string(), data: z.object({ uid: z.string().min(1).optional() }).default({}) }),
  ),
});

/** A token beside the body vouches for its SHA-256 in `sub`: SAP's own connector for Commerce checks it so. */
export const DIGEST = { claim: 'sub', encoding: 'base64url' } as const;
export const tokenOf = ({ headers }: InboundNotice): string | undefined => headers['x-gigya-sig-jwt'];
export const keysUrl = ({ apiKey }: Settings): string =>
  `/accounts.getJWTPublicKey?V2=true&apiKey=${encodeURIComponent(apiKey)}`;
export const claims = ({ issuer, apiKey }: Settings): Readonly<Record<string, string>> => ({
  iss: issuer ?? `https://fidm.gigya.com/jwt/${apiKey}/`,
});

/** A notice says that something about an account changed, and not what: each account is asked for. */
export function learnFrom(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const notice = Notice.safeParse(body).data;
  if (!notice) return { invalid: 'not a notification of Customer Data Cloud' };
  const lasting = notice.events.filter(({ type }) => type !== 'accountDeleted');
  const uids = [...new Set(lasting.flatMap(({ data: { uid } }) => uid ?? []))];
  return { choices: [], asks: uids.map((uid) => askFor(uid, settings)) };
}

const askFor = (uid: string, settings: Settings): Ask => ({
  ...askAccount(uid, settings),
  learn: (reply) => {
    if (isAbsent(reply, settings)) return { choices: [] };
    const account = accountIn(reply);
    return account && { choices: choicesIn(account, settings) };
  },
});

const isAbsent = ({ body }: Reply, { absentCodes }: Settings): boolean => {
  const code = z.object({ errorCode: z.int() }).safeParse(body).data?.errorCode;
  return code !== undefined && absentCodes.includes(code);
};

/**
 * What an account says, as far as somebody said it there: a no that nobody ever chose is no withdrawal, and what Heed
 * wrote is an echo.
 */
const choicesIn = (account: Account, settings: Settings): readonly ReportedChoice[] =>
  mappedIn(settings).flatMap(({ topic, channel, held }) =>
    saidOf(account, held)
      .filter((said) => !isOwn(said, settings))
      .flatMap(({ yes, at: occurredAt }) => {
        if (yes === undefined || occurredAt === undefined) return [];
        const state = yes ? ('granted' as const) : ('withdrawn' as const);
        const said = { topic, channel, state, occurredAt, method: 'sap-customer-data-cloud' };
        return identifiersOf(account, state).map((identifier) => ({ identifier, ...said }));
      }),
  );

/** A stop counts for whatever the person goes by; a yes by the address, which every source knows, else by the account. */
function identifiersOf(
  { UID, profile: { email } }: Account,
  state: string,
): readonly ReportedChoice['identifier'][] {
  const own = { kind: 'sap-customer-data-cloud', value: UID };
  if (!email) return [own];
  const address = { kind: 'email', value: email };
  return state === 'granted' ? [address] : [address, own];
}
