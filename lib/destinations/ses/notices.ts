import * as z from 'zod';
import type { Ask, Learned, ReportedChoice } from '../destination.ts';
import type { Settings } from './settings.ts';

/** What Amazon SNS wraps around every message. Its signature has been checked. */
const Envelope = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  Message: z.string(),
  SubscribeURL: z.string().optional(),
});

const Statuses = z
  .array(z.object({ topicName: z.string(), subscriptionStatus: z.enum(['OptIn', 'OptOut']) }))
  .nullish();
const Preferences = z.object({
  unsubscribeAll: z.boolean().nullish(),
  topicSubscriptionStatus: Statuses,
  topicDefaultSubscriptionStatus: Statuses,
});
type Preferences = z.output<typeof Preferences>;

const Time = z.iso.datetime({ offset: true });
const Subscription = z.object({
  mail: z.object({ destination: z.array(z.string()).min(1) }),
  subscription: z.object({
    contactList: z.string(),
    timestamp: Time,
    newTopicPreferences: Preferences,
    oldTopicPreferences: Preferences.nullish(),
  }),
});
const Complaint = z.object({
  complaint: z.object({
    complainedRecipients: z.array(z.object({ emailAddress: z.string() })).min(1),
    timestamp: Time,
  }),
});
const Event = z.looseObject({ eventType: z.string().optional(), notificationType: z.string().optional() });

/**
 * What an event of SES says, or a question of SNS asks:
 * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export function changesIn(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const envelope = Envelope.safeParse(body).data;
  if (!envelope) return { invalid: 'not a message of Amazon SNS' };
  if (envelope.Type === 'SubscriptionConfirmation') return confirmed(envelope.SubscribeURL);
  const event = envelope.Type === 'Notification' ? Event.safeParse(jsonOf(envelope.Message)).data : undefined;
  const read = READERS[event?.eventType ?? event?.notificationType ?? ''];
  return read ? read(event, settings) : NOTHING;
}

const NOTHING: Learned = { choices: [] };
const UNREADABLE = { invalid: 'an event of SES that cannot be read' };

type Reader = (event: unknown, settings: Settings) => Learned | { readonly invalid: string };

/** By kind of event. All others are about messages. */
const READERS: Readonly<Record<string, Reader>> = {
  Subscription: (event, settings) => {
    const { data } = Subscription.safeParse(event);
    if (!data) return UNREADABLE;
    const { subscription, mail } = data;
    if (subscription.contactList !== settings.contactList) return NOTHING;
    const said = saidIn(subscription, settings).filter(
      ({ state }) => state === 'withdrawn' || mail.destination.length === 1,
    );
    return { choices: mail.destination.flatMap((email) => said.map((one) => reported(email, one))) };
  },
  Complaint: (event, settings) => {
    const { data } = Complaint.safeParse(event);
    if (!data) return UNREADABLE;
    const { complainedRecipients, timestamp } = data.complaint;
    const said = settings.complaints ? everything(settings, { timestamp, method: 'ses-complaint' }) : [];
    return {
      choices: complainedRecipients.flatMap(({ emailAddress }) =>
        said.map((one) => reported(emailAddress, one)),
      ),
    };
  },
};

/** One thing that was said, whoever it is about. */
interface Said {
  readonly topic: string;
  readonly state: 'granted' | 'withdrawn';
  readonly timestamp: string;
  readonly method: string;
}

const everything = (
  { optOutTopics, topics }: Settings,
  said: Pick<Said, 'timestamp' | 'method'>,
): readonly Said[] =>
  (optOutTopics ?? Object.keys(topics)).map((topic) => ({ topic, state: 'withdrawn', ...said }));

/**
 * What somebody changed: what was so before is not their word of this moment. A status by default is nobody's word; so
 * choosing what was the default is a withdrawal all the same, but not a grant.
 */
function saidIn(
  { newTopicPreferences: now, oldTopicPreferences, timestamp }: z.output<typeof Subscription>['subscription'],
  settings: Settings,
): readonly Said[] {
  const said = { timestamp, method: 'ses-subscription' };
  if (now.unsubscribeAll) return everything(settings, said);
  const before = oldTopicPreferences ?? undefined;
  return Object.entries(settings.topics).flatMap(([topic, name]): readonly Said[] => {
    const status = chosen(now, name);
    if (status === 'OptOut' && chosen(before, name) !== 'OptOut')
      return [{ topic, state: 'withdrawn', ...said }];
    const agrees = before && (chosen(before, name) ?? byDefault(before, name)) !== 'OptIn';
    return status === 'OptIn' && agrees ? [{ topic, state: 'granted', ...said }] : [];
  });
}

const statusIn = (statuses: z.output<typeof Statuses>, name: string) =>
  statuses?.find(({ topicName }) => topicName === name)?.subscriptionStatus;

const chosen = (preferences: Preferences | undefined, name: string) =>
  preferences?.unsubscribeAll ? 'OptOut' : statusIn(preferences?.topicSubscriptionStatus, name);

const byDefault = ({ topicDefaultSubscriptionStatus }: Preferences, name: string) =>
  statusIn(topicDefaultSubscriptionStatus, name);

const reported = (email: string, { timestamp, ...said }: Said): ReportedChoice => ({
  identifier: { kind: 'email', value: addressIn(email) },
  ...{ ...said, channel: 'email', occurredAt: new Date(timestamp).toISOString() },
});

/** An address without the name that may stand before it. */
const addressIn = (text: string): string => text.slice(text.lastIndexOf('<') + 1).replace('>', '');

/**
 * SNS sends nothing before the address it names was called:
 * https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html
 */
function confirmed(url: string | undefined): Learned | { readonly invalid: string } {
  if (url === undefined || !OF_SNS.test(url))
    return { invalid: 'an address of confirmation that is not of Amazon SNS' };
  const ask: Ask = {
    ...{ method: 'GET', path: url, anonymous: true },
    learn: ({ status }) => (status < 300 ? NOTHING : undefined),
  };
  return { choices: [], asks: [ask] };
}

const OF_SNS = /^https:\/\/sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\//;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
