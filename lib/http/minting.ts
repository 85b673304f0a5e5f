import * as z from 'zod';
import { type Catalogue, declared } from '../domain/catalogue.ts';
import type { Fault } from '../domain/refusal.ts';
import { Subject } from '../domain/subject.ts';
import { toIso } from '../domain/time.ts';
import { TOPIC } from '../domain/topic.ts';
import { linkTo, type OneClickHeaders, oneClickHeaders } from './one-click.ts';
import { lifeOf, mintToken, type OwnClaims, type TokenSecret } from './own-tokens.ts';

/** Most tokens of one request, and what they may take, bytes: 200 with long names fit. */
export const MOST_TOKENS = 200;
export const MAX_MINT_BYTES = 256 * 1024;

const lifeDays = (least: number, most: number) =>
  z
    .int()
    .min(least, `at least ${least} days`)
    .max(most, `at most ${most} days`)
    .optional()
    .describe(`How long it works, ${least} to ${most} days.`);

const topic = z.string().max(210).regex(TOPIC, 'a topic is a path such as acme/newsletter');
/** One list, and no more: a link that stops everything is a button of the preference centre. */
const channel = z.string().regex(/^[a-z][a-z0-9-]{0,19}$/, 'a channel is a word such as email');

/** Printable ASCII without what would end the address or the header. */
const MAILTO = /^mailto:[!#-;=?-~]{1,190}$/;

const Entry = z.discriminatedUnion('purpose', [
  z.strictObject({
    subject: Subject,
    purpose: z.literal('preferences'),
    lifeDays: lifeDays(1, 400),
  }),
  z.strictObject({
    subject: Subject,
    purpose: z.literal('unsubscribe'),
    ...{ topic, channel },
    /** CASL, section 11: an unsubscribe address works for 60 days at least after the message was sent. */
    lifeDays: lifeDays(60, 3650),
    mailto: z
      .string()
      .regex(MAILTO, 'a mailto address, percent-encoded, without spaces and angle brackets')
      .optional()
      .describe('Stands beside the link in `List-Unsubscribe`.'),
  }),
  z.strictObject({
    subject: Subject,
    purpose: z.literal('confirm'),
    ...{ topic, channel },
    request: z
      .string()
      .regex(/^[A-Za-z0-9_-]{22}$/, 'the id of a change')
      .describe('Id of the change that asked.'),
    lifeDays: lifeDays(1, 366),
  }),
]);

/** What is to be minted: one token. */
export type MintEntry = z.output<typeof Entry>;
export const MintEntry = Entry;

/** The body of `POST /v1/tokens`. */
export const MintBody = z.strictObject({
  tokens: z
    .array(Entry)
    .min(1, 'at least one token')
    .max(MOST_TOKENS, `at most ${MOST_TOKENS} tokens in one request`),
});
export type MintBody = z.output<typeof MintBody>;

/** For whom, how many, and to do what: for the log of audits. */
export const mintedFor = (wanted: readonly MintEntry[]) =>
  [...new Set(wanted.map(({ subject }) => subject))].map((subject) => {
    const hers = wanted.filter((one) => one.subject === subject);
    const purposes = [...new Set(hers.map(({ purpose }) => purpose))].join(' ');
    return { subject, rows: hers.length, query: { purposes } };
  });

/** A token, where it leads, and for `unsubscribe` the headers of the message it goes into. */
export interface Minted {
  readonly subject: string;
  readonly purpose: MintEntry['purpose'];
  readonly token: string;
  readonly url: string;
  readonly expiresAt: string;
  readonly headers?: OneClickHeaders;
}

/** What links are made for. */
export interface Linkable {
  readonly catalogue: Pick<Catalogue, 'topics' | 'channels'>;
  /** No preference centre is declared: there is no page for a link to open. */
  readonly pageless?: boolean;
}

/**
 * Topics and channels that are not declared: a link that names one by mistake would stop nothing that is ever sent. And links
 * to pages that are not there; a token for preferences is good for the API as well.
 */
export const mintFaults = (entries: readonly MintEntry[], of: Linkable): readonly Fault[] =>
  entries.flatMap((entry, i) =>
    entry.purpose === 'preferences'
      ? []
      : faultsOf(entry, of).map(({ path, message }) => ({ path: `tokens.${i}.${path}`, message })),
  );

export const PAGELESS = 'no preferenceCentre is declared: there is no page for a link to open';

/** What was retired can still be stopped. It cannot be granted, so there is nothing to confirm. */
function faultsOf(
  { purpose, topic, channel }: Exclude<MintEntry, { purpose: 'preferences' }>,
  { catalogue: { topics, channels }, pageless = false }: Linkable,
): readonly Fault[] {
  if (pageless) return [{ path: 'purpose', message: PAGELESS }];
  const known = declared(topics, topic);
  const faults: Fault[] = [];
  if (!known) faults.push({ path: 'topic', message: `unknown topic ${topic}` });
  if (purpose === 'confirm' && known?.retired)
    faults.push({ path: 'topic', message: `retired topic ${topic}` });
  if (!channels.includes(channel)) faults.push({ path: 'channel', message: `unknown channel ${channel}` });
  return faults;
}

export interface MintContext {
  readonly secret: TokenSecret;
  /** Now, ms. */
  readonly at: number;
  /** Where people reach Heed. */
  readonly publicUrl: string;
}

const DAY_SECONDS = 24 * 3600;

/** Signs one token and says where it leads. */
export async function mintLink(entry: MintEntry, { secret, at, publicUrl }: MintContext): Promise<Minted> {
  const { subject, purpose } = entry;
  const lifeSeconds = entry.lifeDays === undefined ? lifeOf(purpose) : entry.lifeDays * DAY_SECONDS;
  const token = await mintToken(secret, claimsOf(entry), { at, lifeSeconds });
  const url = linkTo(publicUrl, purpose, token);
  return {
    ...{ subject, purpose, token, url },
    expiresAt: toIso((Math.floor(at / 1000) + lifeSeconds) * 1000),
    ...(entry.purpose === 'unsubscribe' && {
      headers: oneClickHeaders({ link: url, mailto: entry.mailto }),
    }),
  };
}

function claimsOf(entry: MintEntry): OwnClaims {
  const { subject: sub } = entry;
  if (entry.purpose === 'preferences') return { purpose: 'preferences', sub };
  const { topic, channel } = entry;
  if (entry.purpose === 'unsubscribe') return { purpose: 'unsubscribe', sub, topic, channel };
  return { purpose: 'confirm', sub, topic, channel, request: entry.request };
}
