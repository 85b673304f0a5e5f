import type { Ask, Learned, Reply, ReportedChoice } from '../destination.ts';
import { isJson, type Json, objectsIn, textIn } from '../json.ts';
import type { Settings } from './settings.ts';

/** Somebody with an activity of the type Unsubscribe. */
export interface Leaver {
  readonly email: string;
  /** Missing where Eloqua did not say. */
  readonly contact?: string;
  readonly occurredAt: string;
}

/** Most contacts that may be asked for at once. */
export const MOST_CONTACTS = 200;

/**
 * What people have left. An activity does not say whether it was about all mail or about one e-mail group (also one that
 * Heed itself took them out of), so each contact is asked for. Where Eloqua does not tell, it was everything.
 */
export function learnedOf(leavers: readonly Leaver[], settings: Settings): Learned {
  const ids = [...new Set(leavers.flatMap(({ contact = [] }) => contact))];
  const strangers = leavers.filter(({ contact }) => contact === undefined);
  const asks = ids.length > 0 ? [askFor(ids, leavers, settings)] : [];
  return { choices: strangers.flatMap((leaver) => all(leaver, settings)), asks };
}

/** https://docs.oracle.com/en/cloud/saas/marketing/eloqua-rest-api/op-api-rest-2.0-data-contacts-post.html */
const askFor = (ids: readonly string[], leavers: readonly Leaver[], settings: Settings): Ask => ({
  method: 'POST',
  path: '/api/rest/2.0/data/contacts',
  headers: { 'x-http-method-override': 'SEARCH' },
  body: { ids, depth: 'partial' },
  learn: ({ status, body }) => {
    const contacts = (status < 300 && listIn(body)) || [];
    const inAll = new Set(
      contacts.flatMap((contact) => (isYes(contact['isSubscribed']) ? [String(contact['id'])] : [])),
    );
    const known = leavers.filter(({ contact }) => contact !== undefined);
    return {
      choices: known.filter(({ contact = '' }) => !inAll.has(contact)).flatMap((one) => all(one, settings)),
      asks: known.filter(({ contact = '' }) => inAll.has(contact)).map((one) => askGroups(one, settings)),
    };
  },
});

/** A list by itself, or under `elements`. */
const listIn = (body: unknown): readonly Json[] | undefined =>
  objectsIn(isJson(body) ? body['elements'] : body);

const isYes = (value: unknown): boolean => value === true || value === 'true';
const isNo = (value: unknown): boolean => value === false || value === 'false';

const askGroups = (leaver: Leaver, settings: Settings): Ask => ({
  method: 'GET',
  path: `/api/REST/2.0/data/contact/${encodeURIComponent(leaver.contact ?? '')}/email/groups/subscription?count=1000`,
  learn: (reply) => ({ choices: groupsLeft(reply, leaver, settings) }),
});

function groupsLeft({ status, body }: Reply, leaver: Leaver, settings: Settings): readonly ReportedChoice[] {
  const subscriptions = status < 300 ? listIn(body) : undefined;
  if (!subscriptions) return all(leaver, settings);
  const left = new Set(
    subscriptions.flatMap(({ emailGroup, isSubscribed }) =>
      isJson(emailGroup) && isNo(isSubscribed) ? [textIn(emailGroup, 'id') ?? String(emailGroup['id'])] : [],
    ),
  );
  const topics = Object.keys(settings.groups).filter((topic) => left.has(String(settings.groups[topic])));
  return topics.map((topic) => withdrawn(leaver, topic));
}

const all = (leaver: Leaver, { groups, optOutTopics }: Settings): readonly ReportedChoice[] =>
  (optOutTopics ?? Object.keys(groups)).map((topic) => withdrawn(leaver, topic));

const withdrawn = ({ email, occurredAt }: Leaver, topic: string): ReportedChoice => ({
  ...{ identifier: { kind: 'email', value: email }, topic, channel: 'email', state: 'withdrawn', occurredAt },
  method: 'eloqua-unsubscribe',
});
