import { randomUUID } from 'node:crypto';
import {
  type Account,
  enter,
  facts,
  groupsOf,
  hashOf,
  lacksAudience,
  type MailchimpOptions,
  type Member,
  memberOf,
  permitted,
  type Status,
} from './mailchimp-audience.ts';
import * as words from './mailchimp-words.ts';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';

export interface Mailchimp extends Simulator {
  readonly secret: () => {
    readonly apiKey: string;
    readonly webhookKeys: readonly string[];
    readonly endpoint: string;
  };
  readonly enter: (audience: string, email: string, status: Status) => void;
  /** Puts a contact into a group, or into the audience, at Mailchimp itself. */
  readonly join: (topic: string, email: string) => void;
  /** The contact leaves by a link of Mailchimp's own (`themselves`), or staff take them out. */
  readonly leave: (audience: string, email: string, who: 'themselves' | 'staff', status?: Status) => void;
  /** What Mailchimp keeps of a contact beside their groups. */
  readonly memberOf: (audience: string, email: string) => Member | undefined;
  /** Posts a form to the secret address; gives the status of the reply. */
  readonly notify: (notice: words.MailchimpNotice) => Promise<number>;
}

interface Portal extends Account {
  readonly apiKey: string;
  /** `audience hash` of contacts that were deleted for good. */
  readonly forgotten: Set<string>;
}

export function simulateMailchimp(options: MailchimpOptions = {}): Mailchimp {
  const apiKey = `${randomUUID().replaceAll('-', '')}-us21`;
  const portal: Portal = { options, members: [], apiKey, forgotten: new Set() };
  const webhookKey = randomUUID();
  const simulator = simulate({
    answer: (asked) => answer(portal, asked),
    unauthorized: words.UNAUTHORIZED,
    permitted: (question) => permitted(portal, question),
    facts: () => facts(portal),
  });
  return Object.assign(simulator, {
    secret: () => ({ apiKey: portal.apiKey, webhookKeys: [webhookKey], endpoint: simulator.url }),
    enter: (audience: string, email: string, status: Status) => void enter(portal, audience, email, status),
    join: (topic: string, email: string) => {
      const [audience = '', group] = topic.split('/');
      const member =
        memberOf(portal, audience, hashOf(email)) ?? enter(portal, audience, email, 'subscribed');
      member.status = 'subscribed';
      if (group !== undefined) member.interests.set(group, true);
    },
    leave: (
      audience: string,
      email: string,
      who: 'themselves' | 'staff',
      status: Status = 'unsubscribed',
    ) => {
      const member = memberOf(portal, audience, hashOf(email));
      if (member)
        Object.assign(member, {
          status,
          leftThemselves: who === 'themselves',
          changedAt: new Date().toISOString(),
        });
    },
    memberOf: (audience: string, email: string) => memberOf(portal, audience, hashOf(email)),
    notify: (notice: words.MailchimpNotice) => words.notify(notice, webhookKey),
  });
}

const PATH = /^\/3\.0\/lists\/([^/]+)(?:\/members\/([0-9a-f]{32}))?(\/tags|\/actions\/delete-permanent)?$/;

function answer(portal: Portal, asked: Asked): Answer {
  const credentials = Buffer.from((asked.headers['authorization'] ?? '').replace('Basic ', ''), 'base64');
  if (credentials.toString().split(':')[1] !== portal.apiKey) return words.UNAUTHORIZED;
  const [, audience = '', hash = '', tags = ''] = PATH.exec(asked.path) ?? [];
  if (audience === '' || lacksAudience(portal, audience)) return words.NOT_FOUND;
  const handle = ROUTES[`${asked.method} ${hash === '' ? 'audience' : 'member'}${tags}`];
  const member = memberOf(portal, audience, hash);
  return handle?.(portal, asked, { audience, hash, member }) ?? words.NOT_FOUND;
}

/** Whom a request is about. */
interface Whom {
  readonly audience: string;
  readonly hash: string;
  readonly member: Member | undefined;
}

/** Undefined: there is no such member. */
const ROUTES: Readonly<Record<string, (portal: Portal, asked: Asked, whom: Whom) => Answer | undefined>> = {
  'GET audience': (_portal, _asked, { audience }) => ({ status: 200, body: { id: audience } }),
  'GET member': (portal, _asked, { member }) => member && { status: 200, body: words.shown(portal, member) },
  'PUT member': (portal, asked, whom) => put(portal, asked, whom),
  'PATCH member': (portal, asked, { member }) => member && patch(portal, asked, member),
  'POST member/actions/delete-permanent': (portal, _asked, { member }) => member && forget(portal, member),
  'POST member/tags': (_portal, asked, { member }) => member && tag(member, asked),
};

/** For good: the address may not be imported again. */
function forget(portal: Portal, member: Member): Answer {
  portal.members.splice(portal.members.indexOf(member), 1);
  portal.forgotten.add(`${member.audience} ${hashOf(member.email)}`);
  return { status: 204 };
}

function put(portal: Portal, asked: Asked, { audience, hash, member }: Whom): Answer {
  const body = words.Body.safeParse(jsonOf(asked)).data;
  const email = body?.email_address ?? '';
  if (!body || !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email) || hashOf(email) !== hash)
    return words.invalid(`${email} looks fake or invalid, please enter a real email address.`);
  if (portal.forgotten.has(`${audience} ${hash}`))
    return words.problem(
      ...([400, 'Forgotten Email Not Subscribed'] as const),
      `${email} was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the list.`,
    );
  if (!member && !body.status_if_new) return words.invalid('status_if_new is required for a new member.');
  const wrong = faultIn(portal, audience, body);
  if (wrong) return wrong;
  return apply(portal, member ?? enter(portal, audience, email, body.status_if_new ?? 'subscribed'), body);
}

function patch(portal: Portal, asked: Asked, member: Member): Answer {
  const body = words.Body.safeParse(jsonOf(asked)).data;
  if (!body) return words.invalid(`The resource submitted for ${member.email} could not be validated.`);
  return faultIn(portal, member.audience, body) ?? apply(portal, member, body);
}

function faultIn(portal: Portal, audience: string, { interests }: words.Body): Answer | undefined {
  const groups = groupsOf(portal, audience);
  const lacked = groups && Object.keys(interests).find((id) => !groups.includes(id));
  if (lacked === undefined || portal.options.lackedGroups === 'ignored') return undefined;
  return words.invalid(`Invalid interest ID: '${lacked}'.`);
}

/** What is not named stays as it is, groups included. Who left by themselves can be asked, not subscribed. */
function apply(
  portal: Portal,
  member: Member,
  { status, interests, merge_fields, timestamp_opt }: words.Body,
): Answer {
  const out = ['unsubscribed', 'cleaned'].includes(member.status);
  const kept =
    member.leftThemselves || portal.options.leftByApi === 'may-not-return' || member.status === 'cleaned';
  if (status === 'subscribed' && out && kept)
    return words.problem(
      ...([400, 'Member In Compliance State'] as const),
      `${member.email} is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.`,
    );
  const groups = groupsOf(portal, member.audience);
  for (const [id, on] of Object.entries(interests))
    if (groups?.includes(id) ?? true) member.interests.set(id, on);
  for (const [name, value] of Object.entries(merge_fields)) member.merges.set(name, value);
  member.optedInAt = timestamp_opt ?? member.optedInAt;
  if (status) member.status = status;
  member.changedAt = new Date().toISOString();
  return { status: 200, body: words.shown(portal, member) };
}

function tag(member: Member, asked: Asked): Answer {
  const tags = words.Tags.safeParse(jsonOf(asked)).data?.tags;
  if (!tags) return words.invalid('tags could not be validated.');
  for (const { name, status } of tags)
    if (status === 'active') member.tags.add(name);
    else member.tags.delete(name);
  return { status: 204 };
}
