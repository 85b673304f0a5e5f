import * as z from 'zod';
import type { InboundNotice, Signature } from '../destinations/destination.ts';
import { sha256 } from '../domain/digest.ts';
import type { Clock } from '../ports.ts';
import { isGenuine } from './genuine.ts';
import { renewing } from './hear.ts';
import { type Inbound, refusedBy } from './text-message.ts';

export interface TwilioPorts {
  readonly clock: Clock;
  /** The secret of the keywords; `afresh` where the one kept may have changed. */
  readonly keywordSecret: (afresh?: boolean) => Promise<unknown>;
}

/** The account's auth tokens, newest first: two while they rotate. */
const Secret = z.looseObject({ twilio: z.array(z.string().min(1)).default([]) });

/** https://www.twilio.com/docs/messaging/guides/webhook-request (2026-03) */
const Form = z.object({
  From: z.string(),
  Body: z.string().default(''),
  MessageSid: z.string().min(1),
  /** Advanced Opt-Out has recognised the word, and has answered it. */
  OptOutType: z.string().optional(),
});

/**
 * An inbound message of Twilio's, proved by `X-Twilio-Signature` under any of the auth tokens in force. Nothing in it says
 * when it was sent.
 */
export function hearTwilio({ clock, keywordSecret }: TwilioPorts) {
  const renewed = renewing({ clock, secretOf: (_, afresh) => keywordSecret(afresh) });
  const proves = async (raw: unknown, notice: InboundNotice): Promise<boolean> => {
    const secret = Secret.safeParse(raw).data;
    if (!secret) return false;
    const proving = { settings: undefined, secret, now: clock.now() };
    const judged = await Promise.all(SIGNATURES.map((one) => isGenuine(one, notice, proving)));
    return judged.includes(true);
  };
  return async (notice: InboundNotice): Promise<Inbound> => {
    const kept = await keywordSecret();
    const genuine = (await proves(kept, notice)) || (await proves(await renewed('keywords', kept), notice));
    return genuine ? messageIn(notice.body) : refusedBy(401);
  };
}

function messageIn(body: string): Inbound {
  const form = Form.safeParse(Object.fromEntries(new URLSearchParams(body))).data;
  if (!form) return refusedBy(422);
  const message = { from: form.From, text: form.Body, id: `twilio ${form.MessageSid}`, digest: sha256(body) };
  return {
    kind: 'message',
    message: form.OptOutType === undefined ? message : { ...message, answered: true },
  };
}

/**
 * Base64 of HMAC-SHA1, by the auth token, over the whole address and then each field's name and value, sorted by name; of a
 * name that comes more than once each value once, sorted too. https://www.twilio.com/docs/usage/security#validating-requests,
 * and for repeated names and ports https://github.com/twilio/twilio-node/blob/main/src/webhooks/webhooks.ts (2026-11).
 */
const signed =
  (address: (url: string) => string) =>
  ({ url, body }: InboundNotice): string =>
    [...new Set([...new URLSearchParams(body)].map(([name, value]) => JSON.stringify([name, value])))]
      .map((pair) => Pair.parse(JSON.parse(pair)))
      .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
      .reduce((text, [name, value]) => text + name + value, address(url));

const Pair = z.tuple([z.string(), z.string()]);

/** By UTF-16 code units, as Twilio's own library sorts: capitals before small letters. */
const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Twilio is not of one mind whether an address that names no port is signed with the usual one. */
const withPort = (text: string): string => {
  const { protocol, host, port, pathname, search } = new URL(text);
  const usual = protocol === 'https:' ? ':443' : ':80';
  return `${protocol}//${host}${port === '' ? usual : ''}${pathname}${search}`;
};

const withoutPort = (text: string): string => {
  const url = new URL(text);
  url.port = '';
  return url.href;
};

const SIGNATURES: readonly Signature<unknown, unknown>[] = [withoutPort, withPort].map((address) => ({
  ...{ kind: 'hmac', algorithm: 'sha1', header: 'x-twilio-signature', encoding: 'base64' },
  keys: (secret) => Secret.parse(secret).twilio,
  signed: signed(address),
}));
