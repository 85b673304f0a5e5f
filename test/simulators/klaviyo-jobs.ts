import {
  type Account,
  type Channel,
  enter,
  lacks,
  profilesWith,
  subscribe,
  unsubscribe,
} from './klaviyo-account.ts';
import * as words from './klaviyo-words.ts';
import { judgeBy } from './schema.ts';
import { type Answer, type Asked, jsonOf } from './simulator.ts';

const judge = judgeBy('klaviyo');

interface Kind {
  readonly schema: string;
  readonly most: number;
  readonly apply: (account: Account, job: words.Job, person: words.Person, channel: Channel) => void;
}

/** Jobs are taken, and done in Klaviyo's own time; nothing tells how they went. */
export function take(account: Account, asked: Asked, { schema, most, apply }: Kind): Answer {
  const wrong = judge(schema, jsonOf(asked));
  if (wrong) return words.problem(400, 'invalid', wrong.wrong, wrong.pointer);
  const job = words.Job.parse(jsonOf(asked)).data;
  const people = job.attributes.profiles.data.map(({ attributes }) => attributes);
  if (people.length > most) return words.problem(400, 'invalid', `At most ${most} profiles.`);
  const fault = people.map((person) => faultIn(person, job)).find((one) => one !== undefined);
  if (fault) return words.problem(400, 'invalid', fault);
  const list = job.relationships?.list.data.id;
  if (list !== undefined && lacks(account, list)) return words.noList(list);
  account.waiting.push(() => {
    for (const person of people)
      for (const channel of channelsOf(person)) apply(account, job, person, channel);
  });
  if (account.options.jobs !== 'later') for (const work of account.waiting.splice(0)) work();
  return { status: 202 };
}

const channelsOf = ({ subscriptions }: words.Person): readonly Channel[] =>
  (['email', 'sms'] as const).filter((channel) => subscriptions[channel] !== undefined);

function faultIn(
  { email, phone_number: phone, subscriptions }: words.Person,
  { attributes: { historical_import: before } }: words.Job,
): string | undefined {
  if (subscriptions.email && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email ?? ''))
    return `Invalid email: ${email}`;
  if (subscriptions.sms && !/^\+[1-9]\d{6,14}$/.test(phone ?? '')) return `Invalid phone number: ${phone}`;
  return [subscriptions.email, subscriptions.sms]
    .flatMap((consent) =>
      consent?.marketing.consent === 'SUBSCRIBED' ? [consent.marketing.consented_at] : [],
    )
    .map((at) => (before ? pastOf(at) : at && 'consented_at is for historical imports only.'))
    .find((wrong) => wrong !== undefined);
}

const pastOf = (at: string | undefined): string | undefined =>
  Date.parse(at ?? '') < Date.now() ? undefined : 'consented_at is required and must be in the past.';

const idOf = ({ email, phone_number: phone }: words.Person, channel: Channel): string =>
  (channel === 'email' ? email : phone) ?? '';

/** Nobody is created for a subscription that names no list and is no import. */
export const CREATE: Kind = {
  ...{ schema: 'SubscriptionCreateJobCreateQuery', most: 1000 },
  apply: (account, { attributes, relationships }, person, channel) => {
    const list = relationships?.list.data.id;
    const { historical_import: before, custom_source: source = '' } = attributes;
    const known = profilesWith(account, idOf(person, channel));
    if (known.length === 0 && list === undefined && !before) return;
    if (!before && list !== undefined && account.options.doubleOptIn?.includes(list)) return;
    const { email, phone_number: phone } = person;
    const at = person.subscriptions[channel]?.marketing.consented_at ?? new Date().toISOString();
    for (const profile of known.length > 0 ? known : [enter(account, { email, phone })]) {
      subscribe(profile, channel, at);
      if (list === undefined) continue;
      profile.lists.set(list, true);
      profile.sources.set(list, `${source} at ${at}`);
    }
  },
};

/** The trap that Klaviyo's reference warns of: who is not on the list named is unsubscribed from everything. */
export const DELETE: Kind = {
  ...{ schema: 'SubscriptionDeleteJobCreateQuery', most: 100 },
  apply: (account, { relationships }, person, channel) => {
    const list = relationships?.list.data.id;
    const known = profilesWith(account, idOf(person, channel));
    const { email, phone_number: phone } = person;
    for (const profile of known.length > 0 ? known : [enter(account, { email, phone })]) {
      if (list !== undefined && profile.lists.get(list)) profile.lists.set(list, false);
      else unsubscribe(profile, channel);
    }
  },
};
