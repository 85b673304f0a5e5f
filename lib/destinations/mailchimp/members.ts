import { hash } from 'node:crypto';
import type { Call, Outcome, Reply } from '../destination.ts';
import { isJson, type Json, objectsIn, textIn } from '../json.ts';

export interface Member {
  readonly status: string;
  readonly changedAt: string;
  /** Group → whether the contact is in it. */
  readonly interests: Json;
  readonly tags: readonly Json[];
}

/** A contact of an audience; undefined where the reply is none. */
export function memberIn({ body }: Reply): Member | undefined {
  if (!isJson(body)) return undefined;
  const { interests = NONE, tags = [], last_changed: changed } = body;
  const status = textIn(body, 'status');
  const own = objectsIn(tags);
  if (status === undefined || !isJson(interests) || !own) return undefined;
  return { status, changedAt: typeof changed === 'string' ? changed : '', interests, tags: own };
}

const NONE: Json = {};

const FIELDS = 'id,status,last_changed,interests,tags';

/** Mailchimp names a contact by a digest of its address: https://mailchimp.com/developer/marketing/docs/methods-parameters/ */
export const pathOf = (audience: string, email: string): string =>
  `/3.0/lists/${audience}/members/${hash('md5', email.toLowerCase())}`;

/**
 * Looks for a contact. Without one Mailchimp answers 404, and likewise where there is no such audience: `tell` is given
 * undefined for both.
 */
export const findMember = (path: string, tell: (member: Member | undefined) => readonly Call[]): Call => ({
  method: 'GET',
  path: `${path}?fields=${FIELDS}`,
  interpret: mayBeNobody,
  next: told(tell),
});

const mayBeNobody = ({ status }: Reply): Outcome | undefined => (status === 404 ? FOUND : undefined);
const FOUND: Outcome = { kind: 'delivered' };

const told =
  (tell: (member: Member | undefined) => readonly Call[]) =>
  (reply: Reply): readonly Call[] => {
    if (reply.status === 404) return tell(undefined);
    const member = memberIn(reply);
    return member ? tell(member) : [{ outcome: { kind: 'failed', reason: 'unreadable-reply' } }];
  };

const NO_MEMBER: readonly Call[] = [{ outcome: { kind: 'skipped', reason: 'no-such-member' } }];

/** Nobody to tell, if there is the audience at all: a mistyped id must not pass every stop over in silence. */
export const nobodyIn = (audience: string, then: readonly Call[] = NO_MEMBER): Call => ({
  method: 'GET',
  path: `/3.0/lists/${audience}?fields=id`,
  next: () => then,
});
