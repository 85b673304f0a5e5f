import * as z from 'zod';
import type { Clock, Sent } from '../ports.ts';
import type { Transport } from './client.ts';

/** Seconds before its end at which a token is no longer used. */
const EARLY = 60;

const TokenReply = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional(),
});

interface Account {
  readonly url: string;
  readonly form: Readonly<Record<string, string>>;
  /** Seconds, where the reply names none. */
  readonly lifetime: number;
}

export interface TokenSource {
  /** A cached or new token, or the vendor's refusal to give one. One request at a time. */
  readonly get: (
    account: Account,
    base: (url: string) => URL,
  ) => Promise<{ readonly token: string } | { readonly refused: Sent }>;
  readonly forget: () => void;
}

/** Fetches OAuth tokens with client credentials (RFC 6749 section 4.4) and keeps them until shortly before they end. */
export function tokenSource(send: Transport, clock: Pick<Clock, 'now'>): TokenSource {
  let kept: { readonly token: string; readonly until: number } | undefined;
  let under: Promise<{ readonly token: string } | { readonly refused: Sent }> | undefined;
  const fetchToken: TokenSource['get'] = async (account, base) => {
    const form = new URLSearchParams({ grant_type: 'client_credentials', ...account.form }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const sent = await send({ url: base(account.url), method: 'POST', headers, body: form });
    const parsed =
      sent.kind === 'reply' && sent.reply.status < 300 ? TokenReply.safeParse(sent.reply.body) : undefined;
    if (!parsed?.success)
      return { refused: sent.kind === 'reply' ? { kind: 'reply', reply: refusal(sent.reply) } : sent };
    const { access_token: token, expires_in = account.lifetime } = parsed.data;
    kept = { token, until: clock.now() + Math.max(0, expires_in - EARLY) * 1000 };
    return { token };
  };
  return {
    get: async (account, base) => {
      if (kept && kept.until > clock.now()) return { token: kept.token };
      under ??= fetchToken(account, base).finally(() => {
        under = undefined;
      });
      return under;
    },
    forget: () => {
      kept = undefined;
    },
  };
}

/** A token endpoint's 4xx means wrong credentials, whatever number it chose; its 2xx without a token is our 502. */
const refusal = <T extends { readonly status: number }>(reply: T): T => {
  if (reply.status >= 500 || reply.status === 429) return reply;
  return { ...reply, status: reply.status < 300 ? 502 : 401 };
};
