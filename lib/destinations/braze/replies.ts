import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';
import { isJson, type Json, objectsIn, textIn } from '../json.ts';

/**
 * Success means that the work was taken: it is done in Braze's own time. Items listed in `errors` were left out, and a
 * message other than these refuses everything.
 */
export function interpret({ status, headers, body }: Reply): Outcome | undefined {
  if (status === 429) return tooMany(headers);
  if (status >= 300) return undefined;
  const message = isJson(body) ? textIn(body, 'message') : undefined;
  if (!isJson(body) || message === undefined) return { kind: 'retry', reason: 'unreadable-reply' };
  if (message !== 'success' && message !== 'queued') return { kind: 'failed', reason: 'refused' };
  return hasErrors(body) ? { kind: 'failed', reason: 'partial' } : TAKEN;
}

const TAKEN: Outcome = { kind: 'delivered', appliedLater: true };

const hasErrors = ({ errors = null }: Json): boolean =>
  errors !== null && !(Array.isArray(errors) && errors.length === 0);

/** A limit names the second it ends at instead of a wait: https://www.braze.com/docs/api/api_limits/ */
function tooMany(headers: Reply['headers']): Outcome | undefined {
  const ends = Number(headers['x-ratelimit-reset']);
  const after = Math.ceil(ends - Date.parse(headers['date'] ?? '') / 1000);
  return after > 0 ? { kind: 'retry', reason: 'http-429', after } : undefined;
}

/** Users that an export found; undefined where the reply is not the result of one. */
export const usersIn = ({ body }: Reply): readonly Json[] | undefined =>
  isJson(body) ? objectsIn(body['users']) : undefined;

export const isOut = (user: Json): boolean => user['email_subscribe'] === 'unsubscribed';

/** What an attribute holds; undefined also where it holds nothing. */
export function attributeIn(user: Json, name: string): unknown {
  const own = user['custom_attributes'];
  return (isJson(own) ? own[name] : undefined) || undefined;
}

/** Groups of a channel that somebody is in; undefined where the reply does not list them. */
export function groupsIn({ body }: Reply, channel: string): readonly string[] | undefined {
  const users = isJson(body) ? objectsIn(body['users']) : undefined;
  if (!users) return undefined;
  const ids: string[] = [];
  for (const user of users) {
    const groups = objectsIn(user['subscription_groups']);
    if (!groups?.every(isGroup)) return undefined;
    for (const one of groups) if (isIn(one, channel)) ids.push(one.id);
  }
  return ids;
}

interface Group {
  readonly id: string;
  readonly channel: string;
  readonly status: string;
}

const isGroup = (value: Json): value is Json & Group =>
  [value['id'], value['channel'], value['status']].every((one) => typeof one === 'string');

const isIn = (group: Group, channel: string): boolean =>
  group.channel.toLowerCase() === channel && group.status.toLowerCase() === 'subscribed';
