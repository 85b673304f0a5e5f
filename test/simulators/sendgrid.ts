import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import * as z from 'zod';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/*
 * Unsubscribe groups (ASM), the global list and the Event Webhook, written by hand from SendGrid's OpenAPI document
 * (twilio/sendgrid-oai, tsg_suppressions_v3.json, MIT, 2026-01) and its Event Webhook reference.
 */

/** What differs from account to account, and what SendGrid does not document. */
export interface SendgridOptions {
  readonly groups?: readonly number[];
  /** What is said of an address that is taken off a list it is not on. Unconfirmed. */
  readonly absent?: 204 | 404;
  readonly subuser?: string;
}

export interface Sendgrid extends Simulator {
  /** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => {
    readonly apiKey: string;
    readonly verificationKeys: readonly string[];
    readonly endpoint: string;
  };
  /** Somebody is on the global list, or is not, whatever Heed says. */
  readonly suppress: (email: string, list: number | 'global') => void;
  /** Somebody got out of a group long before, at SendGrid itself. */
  readonly resubscribe: (email: string, group: number) => void;
  readonly isOnGlobalList: (email: string) => boolean;
  /** Takes a group away, with everybody in it. */
  readonly removeGroup: (id: number) => void;
  /** Sends a signed batch of events; gives the status of the reply. */
  readonly notify: (notices: SendgridNotices) => Promise<number>;
}

export interface SendgridNotices {
  readonly url: string;
  readonly events: readonly {
    readonly event: string;
    readonly email: string;
    /** ms */
    readonly occurredAt: number;
    readonly group?: number;
  }[];
  readonly spoilt?: 'signature' | 'body' | 'age' | undefined;
}

interface Account {
  readonly options: SendgridOptions;
  readonly apiKey: string;
  readonly groups: Set<number>;
  /** `group address` → is it in? An entry that says no is one that was taken out. */
  readonly lists: Map<string, boolean>;
}

const DEFAULT_GROUPS = Array.from({ length: 20 }, (_, i) => 14101 + i);

export function simulateSendgrid(options: SendgridOptions = {}): Sendgrid {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const account: Account = {
    ...{ options, apiKey: `SG.${randomUUID()}`, lists: new Map() },
    groups: new Set(options.groups ?? DEFAULT_GROUPS),
  };
  const signed = (text: string): string => sign('sha256', Buffer.from(text), privateKey).toString('base64');
  const simulator = simulate({
    answer: (asked) => answer(account, asked),
    unauthorized: UNAUTHORIZED,
    permitted: (question) => permitted(account, question),
    facts: () => facts(account),
  });
  return Object.assign(simulator, {
    secret: () => ({
      ...{ apiKey: account.apiKey, endpoint: simulator.url },
      verificationKeys: [publicKey.export({ format: 'der', type: 'spki' }).toString('base64')],
    }),
    suppress: (email: string, list: number | 'global') => void put(account, list, email, true),
    resubscribe: (email: string, group: number) => void put(account, group, email, false),
    isOnGlobalList: (email: string) => isOn(account, 'global', email),
    removeGroup: (id: number) => void account.groups.delete(id),
    notify: (notices: SendgridNotices) => notify(notices, signed),
  });
}

const keyOf = (list: number | 'global', email: string): string => `${list} ${email.toLowerCase()}`;
const isOn = ({ lists }: Account, list: number | 'global', email: string): boolean =>
  lists.get(keyOf(list, email)) === true;
const put = ({ lists }: Account, list: number | 'global', email: string, on: boolean): boolean =>
  Boolean(lists.set(keyOf(list, email), on));

const problem = (status: number, message: string, field: string | null = null): Answer => ({
  status,
  body: { errors: [{ field, message }] },
});
const UNAUTHORIZED = problem(401, 'authorization required');

const Recipients = z.strictObject({ recipient_emails: z.array(z.string()).min(1) });
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

const PATH = /^\/v3\/asm\/(?:groups\/(\d+)\/suppressions|suppressions\/(global))(?:\/([^/]+))?$/;

function answer(account: Account, asked: Asked): Answer {
  const { method, path, headers } = asked;
  if (headers['authorization'] !== `Bearer ${account.apiKey}`) return UNAUTHORIZED;
  if (headers['on-behalf-of'] !== account.options.subuser) return problem(403, 'access forbidden');
  if (`${method} ${path}` === 'GET /v3/asm/groups') return groupsOf(account);
  const [found, group, , email] = PATH.exec(path) ?? [];
  if (!found) return leftBy(account, asked);
  const list = group === undefined ? 'global' : Number(group);
  if (email !== undefined) return one(account, method, list, decodeURIComponent(email));
  return method === 'POST' ? add(account, list, asked) : problem(405, 'method not allowed');
}

const groupsOf = ({ groups, lists }: Account): Answer => ({
  status: 200,
  body: [...groups].map((id) => ({
    ...{
      id,
      name: `Group ${id}`,
      description: 'Mail of one kind',
      is_default: false,
      last_email_sent_at: null,
    },
    unsubscribes: [...lists].filter(([key, on]) => on && key.startsWith(`${id} `)).length,
  })),
});

/** Every group, with whether the address is in it. */
function leftBy(account: Account, { method, path }: Asked): Answer {
  const [, address] = /^\/v3\/asm\/suppressions\/([^/]+)$/.exec(path) ?? [];
  if (method !== 'GET' || address === undefined)
    return problem(404, `no such resource: ${decodeURIComponent(path)}`);
  const email = decodeURIComponent(address);
  const suppressions = [...account.groups].map((id) => ({
    ...{ id, name: `Group ${id}`, description: '', is_default: false },
    suppressed: isOn(account, id, email),
  }));
  return { status: 200, body: { suppressions } };
}

/** Addresses for a group that does not exist go to the global list: the trap that SendGrid's document names. */
function add(account: Account, list: number | 'global', asked: Asked): Answer {
  const emails = Recipients.safeParse(jsonOf(asked)).data?.recipient_emails;
  if (!emails) return problem(400, 'recipient_emails is required', 'recipient_emails');
  const wrong = emails.find((email) => !EMAIL.test(email));
  if (wrong !== undefined) return problem(400, `${wrong} is not a valid email address`, 'recipient_emails');
  const where = list === 'global' || account.groups.has(list) ? list : 'global';
  for (const email of emails) put(account, where, email, true);
  return { status: 201, body: { recipient_emails: emails } };
}

function one(account: Account, method: string, list: number | 'global', email: string): Answer {
  if (method === 'GET' && list === 'global')
    return { status: 200, body: isOn(account, list, email) ? { recipient_email: email } : {} };
  if (method !== 'DELETE') return problem(405, 'method not allowed');
  const was = isOn(account, list, email);
  put(account, list, email, false);
  if (was || account.options.absent !== 404) return { status: 204 };
  return problem(404, `${email} was not found`);
}

function permitted(account: Account, { identifier, topic }: Question): boolean | undefined {
  if (isOn(account, 'global', identifier)) return false;
  const on = account.lists.get(keyOf(Number(topic), identifier));
  return on === undefined ? undefined : !on;
}

const facts = (account: Account) =>
  [...account.lists.keys()].flatMap((key) => {
    const [list = '', identifier = ''] = key.split(' ');
    const question = { identifier, topic: list, channel: 'email' };
    return list === 'global' ? [] : [{ ...question, permitted: permitted(account, question) ?? false }];
  });

const DAY = 86_400_000;

async function notify(
  { url, events, spoilt }: SendgridNotices,
  signed: (text: string) => string,
): Promise<number> {
  const body = JSON.stringify(
    events.map(({ event, email, occurredAt, group }) => ({
      ...{ email, event, timestamp: Math.floor(occurredAt / 1000), sg_event_id: randomUUID() },
      ...{ sg_message_id: `${randomUUID()}.filter`, useragent: 'Mozilla/5.0', ip: '192.0.2.1' },
      ...(group !== undefined && { asm_group_id: group }),
    })),
  );
  const sentAt = String(Math.floor((Date.now() - (spoilt === 'age' ? 3 * DAY : 0)) / 1000));
  const signature = signed(spoilt === 'signature' ? `1${sentAt}${body}` : `${sentAt}${body}`);
  const headers = {
    'content-type': 'application/json',
    'x-twilio-email-event-webhook-signature': signature,
    'x-twilio-email-event-webhook-timestamp': sentAt,
  };
  const sent = spoilt === 'body' ? body.replace('@', '@other.') : body;
  return (await fetch(url, { method: 'POST', headers, body: sent })).status;
}
