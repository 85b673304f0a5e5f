import { createHash } from 'node:crypto';
import type { Question } from './simulator.ts';

export type Status = 'subscribed' | 'unsubscribed' | 'cleaned' | 'pending' | 'transactional' | 'archived';

/** What differs from account to account, and what Mailchimp does not document. */
export interface MailchimpOptions {
  /** Audience → ids of its groups; left out, there is any audience with any group. */
  readonly audiences?: Readonly<Record<string, readonly string[]>>;
  /** Whether somebody whom the API unsubscribed may be subscribed by it again. Reports differ. */
  readonly leftByApi?: 'may-return' | 'may-not-return';
  /** What becomes of a group that the audience lacks. Unconfirmed. */
  readonly lackedGroups?: 'refused' | 'ignored';
}

/** One contact of one audience. */
export interface Member {
  readonly audience: string;
  readonly email: string;
  status: Status;
  /** They left by a link of Mailchimp's own: only they can come back. */
  leftThemselves: boolean;
  changedAt: string;
  optedInAt: string | undefined;
  readonly interests: Map<string, boolean>;
  readonly tags: Set<string>;
  readonly merges: Map<string, string>;
}

export interface Account {
  readonly options: MailchimpOptions;
  readonly members: Member[];
}

export const hashOf = (email: string): string => createHash('md5').update(email.toLowerCase()).digest('hex');

export const memberOf = ({ members }: Account, audience: string, hash: string): Member | undefined =>
  members.find((one) => one.audience === audience && hashOf(one.email) === hash);

export function enter(account: Account, audience: string, email: string, status: Status): Member {
  const member: Member = {
    ...{ audience, email, status, leftThemselves: false, changedAt: LONG_AGO, optedInAt: undefined },
    ...{ interests: new Map(), tags: new Set(), merges: new Map() },
  };
  account.members.push(member);
  return member;
}

const LONG_AGO = '2020-01-01T00:00:00+00:00';

export const groupsOf = (
  { options: { audiences } }: Account,
  audience: string,
): readonly string[] | undefined => audiences?.[audience];

export const lacksAudience = ({ options: { audiences } }: Account, audience: string): boolean =>
  audiences !== undefined && !(audience in audiences);

/** Campaigns go to contacts who are subscribed, and may go to a group of them. The topic: `audience` or `audience/group`. */
export function permitted(account: Account, { identifier, topic }: Question): boolean | undefined {
  const [audience = '', group] = topic.split('/');
  const member = memberOf(account, audience, hashOf(identifier));
  if (!member) return undefined;
  const { status, interests } = member;
  if (status === 'transactional') return group === undefined ? undefined : interests.get(group) && false;
  if (status !== 'subscribed') return false;
  return group === undefined ? true : interests.get(group);
}

export const facts = (account: Account) =>
  account.members.flatMap(({ audience, email: identifier, interests, status }) => [
    ...[...interests].map(([group, on]) => ({
      ...{ identifier, topic: `${audience}/${group}`, channel: 'email' },
      permitted: on && status === 'subscribed',
    })),
    { identifier, topic: audience, channel: 'email', permitted: status === 'subscribed' },
  ]);
