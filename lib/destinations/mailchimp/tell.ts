import {
  type Call,
  type Delivery,
  type DeliveryRow,
  evidenceLine,
  reasonOf,
  type SingleCall,
} from '../destination.ts';
import { type Look, stopsFirst } from '../stops-first.ts';
import { findMember, type Member, memberIn, nobodyIn, pathOf } from './members.ts';
import { refusesReturn } from './replies.ts';
import { groupOf, type Settings, topicsOf } from './settings.ts';

/** One audience of a delivery. */
interface Part {
  readonly delivery: Delivery;
  readonly settings: Settings;
  readonly audience: Settings['audiences'][string];
  readonly path: string;
  readonly rows: readonly DeliveryRow[];
}

export const translate = (delivery: Delivery, settings: Settings): readonly Call[] =>
  stopsFirst(
    Object.entries(settings.audiences).flatMap(([id, audience]): Look[] => {
      const topics = topicsOf(audience);
      const rows = delivery.choices.filter(({ topic }) => topics.includes(topic));
      const email = delivery.identifiers['email'];
      if (rows.length === 0 || email === undefined) return [];
      const path = pathOf(id, email);
      const part = { delivery, settings, audience, path, rows };
      const granted = rows.filter(isGrant);
      const nobody = () => (granted.length > 0 ? enter(part, email, granted) : nobodyIn(id));
      return [
        (then) =>
          findMember(path, (member) =>
            then(
              member
                ? { stops: withdraw(part, member), grants: grant(part, member) }
                : { stops: [], grants: [nobody()] },
            ),
          ),
      ];
    }),
  );

const isGrant = ({ state }: DeliveryRow): boolean => state === 'granted';

/** Groups of these rows, and the merge fields with their evidence. What is not named stays as it is. */
function said({ delivery, settings, audience }: Part, rows: readonly DeliveryRow[]) {
  const interests = rows.flatMap((row): [string, boolean][] => {
    const group = groupOf(audience, row.topic);
    return group === undefined ? [] : [[group, isGrant(row)]];
  });
  const merges = rows.flatMap((row): [string, string][] => {
    const tag = settings.evidence[row.topic];
    const basis = row.legalBasis === undefined ? '' : `${row.legalBasis}; `;
    return tag === undefined ? [] : [[tag, `${basis}${evidenceLine(delivery, row)}`.slice(0, 255)]];
  });
  return {
    ...(interests.length > 0 && { interests: Object.fromEntries(interests) }),
    ...(merges.length > 0 && { merge_fields: Object.fromEntries(merges) }),
  };
}

const OUT = new Set(['unsubscribed', 'cleaned']);

/** The groups a contact is in, each to be left. */
const leaving = ({ interests }: Member): Readonly<Record<string, boolean>> =>
  Object.fromEntries(Object.entries(interests).flatMap(([group, on]) => (on ? [[group, false]] : [])));

/** Marks first: an unsubscribe that Heed did not mark would count as somebody else's. */
function withdraw(part: Part, member: Member): readonly Call[] {
  const { delivery, settings, audience, rows } = part;
  const withdrawn = rows.filter((row) => !isGrant(row));
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
  const marked = member.tags.some(({ name }) => name === part.settings.stopTag);
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
const timeOf = ({ last_changed }: Member): number => {
  const at = Date.parse(last_changed ?? '');
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : at;
};

/** Grants; Mailchimp keeps one time of opting in, the newest. */
const admitted = (part: Part, granted: readonly DeliveryRow[]) => ({
  ...said(part, granted),
  timestamp_opt: granted.map(({ occurredAt }) => occurredAt).reduce((a, b) => (a > b ? a : b)),
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
const enter = (part: Part, email: string, granted: readonly DeliveryRow[]): Call => ({
  ...write(part, {
    ...{ email_address: email, status_if_new: part.settings.subscribeAs },
    ...admitted(part, granted),
  }),
  method: 'PUT',
});

interface Body {
  readonly interests?: Readonly<Record<string, boolean>>;
  /** Of a grant. */
  readonly timestamp_opt?: string;
  readonly [field: string]: unknown;
}

/**
 * Fields that an audience requires and Heed does not know are no reason to refuse a choice. The reply holds the contact
 * as it is then: a group that is not in it was not taken, and one that is not subscribed gets no mail.
 */
const write = ({ path }: Part, body: Body): SingleCall => ({
  method: 'PATCH',
  path: `${path}?skip_merge_validation=true`,
  body,
  next: (reply) => {
    const member = memberIn(reply);
    const missed = Object.entries(body.interests ?? {}).some(([id, on]) => member?.interests[id] !== on);
    if (!member || missed) return [{ outcome: { kind: 'failed', reason: 'no-such-group' } }];
    return body.timestamp_opt === undefined || member.status === 'subscribed'
      ? []
      : [userAction(reasonOf(member.status, 'not-subscribed'))];
  },
});
