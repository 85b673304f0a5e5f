import { randomUUID } from 'node:crypto';
import {
  type Account,
  type Channel,
  enter,
  facts,
  type KlaviyoOptions,
  lacks,
  type Profile,
  permitted,
  profilesWith,
  subscribe,
  suppress,
  unsubscribe,
} from './klaviyo-account.ts';
import { CREATE, DELETE, take } from './klaviyo-jobs.ts';
import * as words from './klaviyo-words.ts';
import { judgeBy } from './schema.ts';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';

export interface Klaviyo extends Simulator {
  readonly secret: () => {
    readonly apiKey: string;
    readonly webhookKeys: readonly string[];
    readonly endpoint: string;
  };
  readonly enter: (who: { readonly email?: string; readonly phone?: string }) => Profile;
  /** Puts somebody on a list at Klaviyo itself, with consent to the channel. */
  readonly join: (who: string, list: string, channel: Channel) => void;
  /** The person leaves a channel by Klaviyo's own link, or is suppressed there. */
  readonly leave: (who: string, leaving: Leaving) => void;
  /** Does what the jobs taken so far ask for, newest first where it says so. */
  readonly work: (order?: 'newest-first') => void;
  /** What was said of a subscription to a list. */
  /** Is there a profile with this address or number? */
  readonly knows: (who: string) => boolean;
  readonly sourceOf: (who: string, list: string) => string | undefined;
  /** Sends signed notices; gives the status of the reply. */
  readonly notify: (notices: words.KlaviyoNotices) => Promise<number>;
}

interface Portal extends Account {
  readonly apiKey: string;
}

const judge = judgeBy('klaviyo');

/** Klaviyo's profiles, lists and subscription jobs, and its system webhooks. */
export function simulateKlaviyo(options: KlaviyoOptions = {}): Klaviyo {
  const portal: Portal = {
    options,
    profiles: [],
    waiting: [],
    apiKey: `pk_${randomUUID().replaceAll('-', '')}`,
  };
  const webhookKey = randomUUID();
  const simulator = simulate({
    answer: (asked) => answer(portal, asked),
    unauthorized: UNAUTHORIZED,
    permitted: (question) => permitted(portal, question),
    facts: () => facts(portal),
  });
  return Object.assign(simulator, {
    secret: () => ({ apiKey: portal.apiKey, webhookKeys: [webhookKey], endpoint: simulator.url }),
    enter: (who: { readonly email?: string; readonly phone?: string }) => enter(portal, who),
    join: (who: string, list: string, channel: Channel) => {
      for (const profile of profilesWith(portal, who)) {
        subscribe(profile, channel, LONG_AGO);
        profile.lists.set(list, true);
      }
    },
    leave: (who: string, leaving: Leaving) => {
      for (const profile of profilesWith(portal, who)) leave(profile, leaving);
    },
    work: (order?: 'newest-first') => {
      const jobs = portal.waiting.splice(0);
      for (const job of order ? jobs.reverse() : jobs) job();
    },
    knows: (who: string) => profilesWith(portal, who).length > 0,
    sourceOf: (who: string, list: string) => profilesWith(portal, who)[0]?.sources.get(list),
    notify: (notices: words.KlaviyoNotices) => words.notify(notices, webhookKey),
  });
}

const LONG_AGO = '2020-01-01T00:00:00.000Z';

interface Leaving {
  readonly channel: Channel;
  /** Another reason than that they unsubscribed. */
  readonly reason?: string;
  /** Left out: now. */
  readonly at?: string;
}

function leave(profile: Profile, { channel, reason, at = new Date().toISOString() }: Leaving): void {
  if (reason === undefined) unsubscribe(profile, channel, at);
  else suppress(profile, channel, { reason, timestamp: at });
}

const UNAUTHORIZED = words.problem(401, 'not_authenticated', 'Missing or invalid private key.');

function answer(portal: Portal, asked: Asked): Answer {
  const { headers, method, path } = asked;
  if (headers['authorization'] !== `Klaviyo-API-Key ${portal.apiKey}`) return UNAUTHORIZED;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(headers['revision'] ?? ''))
    return words.problem(400, 'invalid', 'The revision header is missing or no revision.');
  if (asked.body !== '' && headers['content-type'] !== words.JSON_API)
    return words.problem(415, 'unsupported_media_type', 'Use application/vnd.api+json.');
  for (const [route, handle] of ROUTES) {
    const found = route.exec(`${method} ${path}`);
    if (found) return handle(portal, asked, decodeURIComponent(found[1] ?? ''));
  }
  return words.problem(404, 'not_found', `No such path: ${decodeURIComponent(path)}`);
}

type Handler = (portal: Portal, asked: Asked, id: string) => Answer;

const ROUTES: readonly (readonly [RegExp, Handler])[] = [
  [/^GET \/api\/profiles$/, (portal, asked) => find(portal, asked)],
  [/^PATCH \/api\/profiles\/([^/]+)$/, (portal, asked, id) => patch(portal, asked, id)],
  [/^GET \/api\/profiles\/([^/]+)\/relationships\/lists$/, (portal, _asked, id) => listsOf(portal, id)],
  [
    /^DELETE \/api\/lists\/([^/]+)\/relationships\/profiles$/,
    (portal, asked, id) => remove(portal, asked, id),
  ],
  [/^POST \/api\/data-privacy-deletion-jobs()$/, (portal, asked) => forget(portal, asked)],
  [/^POST \/api\/profile-subscription-bulk-create-jobs()$/, (portal, asked) => take(portal, asked, CREATE)],
  [/^POST \/api\/profile-subscription-bulk-delete-jobs()$/, (portal, asked) => take(portal, asked, DELETE)],
];

const keyOf = ({ id, email, phone }: Profile, field: string): string =>
  (field === 'id' ? id : field === 'email' ? email?.toLowerCase() : phone) ?? '';

function find({ profiles }: Portal, { query }: Asked): Answer {
  const filter = words.filterIn(query.get('filter'));
  if (!filter) return words.problem(400, 'invalid', `Invalid filter: ${query.get('filter')}`);
  const { field, values } = filter;
  const sought = values.map((value) => (field === 'email' ? value.toLowerCase() : value));
  return words.document(profiles.filter((one) => sought.includes(keyOf(one, field))).map(words.profileOf));
}

function patch({ profiles }: Portal, asked: Asked, id: string): Answer {
  const wrong = judge('ProfilePartialUpdateQuery', jsonOf(asked));
  if (wrong) return words.problem(400, 'invalid', wrong.wrong, wrong.pointer);
  const profile = profiles.find((one) => one.id === id);
  const { attributes, meta } = words.Patch.parse(jsonOf(asked)).data;
  if (!profile) return words.problem(404, 'not_found', `A profile with id ${id} does not exist.`);
  const { [meta?.patch_properties.unset ?? '']: _, ...kept } = profile.properties;
  profile.properties = { ...kept, ...attributes.properties };
  return words.document(words.profileOf(profile));
}

function listsOf({ profiles }: Portal, id: string): Answer {
  const profile = profiles.find((one) => one.id === id);
  if (!profile) return words.problem(404, 'not_found', `A profile with id ${id} does not exist.`);
  const on = [...profile.lists].filter(([, is]) => is);
  return words.document(on.map(([list]) => ({ type: 'list', id: list })));
}

/** All profiles with this one identifier, in Klaviyo's own time. */
function forget(portal: Portal, asked: Asked): Answer {
  const given = words.DeletionJob.safeParse(jsonOf(asked)).data?.data.attributes.profile.data.attributes;
  if (!given)
    return words.problem(400, 'invalid', 'Provide exactly one identifier: email, phone_number or id.');
  portal.waiting.push(() => {
    for (const profile of profilesWith(portal, given.email ?? given.phone_number ?? ''))
      portal.profiles.splice(portal.profiles.indexOf(profile), 1);
  });
  if (portal.options.jobs !== 'later') for (const work of portal.waiting.splice(0)) work();
  return { status: 202 };
}

/** Leaves consent as it is. Who is not on the list is no error. */
function remove(portal: Portal, asked: Asked, list: string): Answer {
  const wrong = judge('ListMembersDeleteQuery', jsonOf(asked));
  if (wrong) return words.problem(400, 'invalid', wrong.wrong, wrong.pointer);
  const ids = words.Members.parse(jsonOf(asked)).data.map(({ id }) => id);
  if (ids.length > 1000) return words.problem(400, 'invalid', 'At most 1000 profiles.');
  if (lacks(portal, list)) return words.noList(list);
  for (const profile of portal.profiles) if (ids.includes(profile.id)) profile.lists.set(list, false);
  return { status: 204 };
}
