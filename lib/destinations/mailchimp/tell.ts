import {
  type Call,
  type Delivery,
  type DeliveryRow,
  evidenceLine,
  type Reply,
  reasonOf,
  type SingleCall,
} from '../destination.ts';
import { type Look, stopsFirst } from '../stops-first.ts';
import { findMember, type Member, memberIn, nobodyIn, pathOf } from './members.ts';
import { refusesReturn } from './replies.ts';
import { groupOf, type Settings, standsFor } from './settings.ts';

/** One audience of a delivery. */
interface Part {
  readonly delivery: Delivery;
  readonly settings: Settings;
  readonly audience: Settings['audiences'][string];
  readonly path: string;
  readonly rows: readonly DeliveryRow[];
}

export function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const email = delivery.identifiers['email'];
  if (email === undefined) return [];
  const looks: Look[] = [];
  for (const [id, audience] of Object.entries(settings.audiences)) {
    const rows = delivery.choices.filter(({ topic }) => standsFor(audience, topic));
    if (rows.length === 0) continue;
    looks.push(lookFor({ delivery, settings, audience, path: pathOf(id, email), rows }, { id, email }));
  }
  return stopsFirst(looks);
}

const lookFor =
  (part: Part, { id, email }: { readonly id: string; readonly email: string }): Look =>
  (then) =>
    findMember(part.path, (member) => {
      if (member) return then({ stops: withdraw(part, member), grants: grant(part, member) });
      return then({ stops: [], grants: [part.rows.some(isGrant) ? enter(part, email) : nobodyIn(id)] });
    });

const isGrant = ({ state }: DeliveryRow): boolean => state === 'granted';
const isStop = ({ state }: DeliveryRow): boolean => state !== 'granted';

type Interests = Readonly<Record<string, boolean>>;

/** Groups of these rows, and the merge fields with their evidence. What is not named stays as it is. */
function said(
  { delivery, settings, audience }: Part,
  rows: readonly DeliveryRow[],
): { readonly interests?: Interests; readonly merge_fields?: Readonly<Record<string, string>> } {
  const interests: Record<string, boolean> = {};
  const merges: Record<string, string> = {};
  let [inGroups, kept] = [false, false];
  for (const row of rows) {
    const group = groupOf(audience, row.topic);
    const tag = settings.evidence[row.topic];
    if (group !== undefined) interests[group] = isGrant(row);
    if (tag !== undefined) merges[tag] = lineOf(delivery, row);
    inGroups ||= group !== undefined;
    kept ||= tag !== undefined;
  }
  return { ...(inGroups && { interests }), ...(kept && { merge_fields: merges }) };
}

const lineOf = (delivery: Delivery, row: DeliveryRow): string =>
  `${row.legalBasis ? `${row.legalBasis}; ` : ''}${evidenceLine(delivery, row)}`.slice(0, 255);

const OUT = new Set(['unsubscribed', 'cleaned']);

/** The groups a contact is in, each to be left. */
function leaving({ interests }: Member): Interests {
  const left: Record<string, boolean> = {};
  for (const group in interests) if (interests[group] === true) left[group] = false;
  return left;
}

/** Marks first: an unsubscribe that Heed did not mark would count as somebody else's. */
function withdraw(part: Part, member: Member): readonly Call[] {
  const { delivery, settings, audience, rows } = part;
  const withdrawn = rows.filter(isStop);
  if (withdrawn.length === 0) return [];
  const stops = settings.globalStop && delivery.stoppedAll.includes('email');
  const out = (stops || typeof audience === 'string') && !OUT.has(member.status);
  const words = said(part, withdrawn);
  const body = {
    ...words,
    ...(stops && { interests: { ...leaving(member), ...words.interests } }),
    ...(out && { status: 'unsubscribed' }),
  };
  if (Object.keys(body).length === 0) return [{ outcome: { kind: 'delivered' } }];
  return [...(out ? [tagged(part, 'active')] : []), write(part, body)];
}

const tagged = ({ path, settings }: Part, status: 'active' | 'inactive'): Call => ({
  method: 'POST',
  path: `${path}/tags`,
  body: { tags: [{ name: settings.stopTag, status }] },
});

/** A grant takes effect for contacts who are subscribed alone: others are let in first, unless they left since. */
function grant(part: Part, member: Member): readonly Call[] {
  const granted = part.rows.filter(isGrant);
  if (granted.length === 0) return [];
  const marked = member.tags.some((tag) => tag['name'] === part.settings.stopTag);
  const lifted = marked ? [tagged(part, 'inactive')] : [];
  const { status } = member;
  if (status === 'subscribed') return [write(part, admitted(part, granted)), ...lifted];
  if (status === 'pending' || status === 'cleaned') return [userAction(status)];
  const since = marked || status === 'transactional' ? Number.NEGATIVE_INFINITY : timeOf(member);
  const open = granted.filter(({ occurredAt }) => Date.parse(occurredAt) > since);
  const objection = open.length < granted.length ? [userAction(status)] : [];
  if (open.length === 0) return objection;
  return [letIn(part, member, open), ...lifted, ...objection];
}

const userAction = (reason: string): Call => ({ outcome: { kind: 'needs-user-action', reason } });

/** When the contact was last changed; by whom is not known, so that they may have left then. */
const timeOf = ({ changedAt }: Member): number => {
  const at = Date.parse(changedAt);
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at;
};

/** Grants; Mailchimp keeps one time of opting in, the newest. */
const admitted = (part: Part, granted: readonly DeliveryRow[]) => ({
  ...said(part, granted),
  timestamp_opt: granted.reduce((newest, { occurredAt }) => (occurredAt > newest ? occurredAt : newest), ''),
});

/** Subscribes again, to what is granted now alone: groups from before would come back to life with it. */
function letIn(part: Part, member: Member, open: readonly DeliveryRow[]): Call {
  const { subscribeAs, askAgain } = part.settings;
  const words = admitted(part, open);
  const body = { ...words, interests: { ...leaving(member), ...words.interests } };
  const call = write(part, { ...body, status: subscribeAs });
  if (!askAgain) return call;
  return {
    ...call,
    interpret: (reply) => (refusesReturn(reply) ? { kind: 'delivered' } : undefined),
    next: (reply) =>
      refusesReturn(reply) ? [write(part, { ...body, status: 'pending' })] : (call.next?.(reply) ?? []),
  };
}

/** Someone new. Should they have come in between, they keep the status they have. */
const enter = (part: Part, email: string): Call =>
  write(
    part,
    {
      ...admitted(part, part.rows.filter(isGrant)),
      email_address: email,
      status_if_new: part.settings.subscribeAs,
    },
    'PUT',
  );

interface Body {
  readonly interests?: Interests;
  /** Of a grant. */
  readonly timestamp_opt?: string;
  readonly [field: string]: unknown;
}

/**
 * Fields that an audience requires and Heed does not know are no reason to refuse a choice. The reply holds the contact
 * as it is then: a group that is not in it was not taken, and one that is not subscribed gets no mail.
 */
const write = ({ path }: Part, body: Body, method: 'PATCH' | 'PUT' = 'PATCH'): SingleCall => ({
  method,
  path: `${path}?skip_merge_validation=true`,
  body,
  next: taken(body),
});

const taken =
  (body: Body) =>
  (reply: Reply): readonly Call[] => {
    const member = memberIn(reply);
    if (!member || misses(member, body)) return [{ outcome: { kind: 'failed', reason: 'no-such-group' } }];
    return body.timestamp_opt === undefined || member.status === 'subscribed'
      ? []
      : [userAction(reasonOf(member.status, 'not-subscribed'))];
  };

function misses(member: Member, { interests }: Body): boolean {
  for (const group in interests) if (member.interests[group] !== interests[group]) return true;
  return false;
}
