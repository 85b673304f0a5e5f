import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { awsProblem, signatureFault } from './sigv4.ts';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';
import { simulateSns } from './sns.ts';

/*
 * Contacts of one contact list, written by hand from the API reference of SES v2 and the model that AWS publishes with
 * its SDKs (sesv2/2019-09-27): https://docs.aws.amazon.com/ses/latest/APIReference-V2/
 */

/** What differs from account to account, and what AWS does not document. */
export interface SesOptions {
  readonly region?: string;
  readonly contactList?: string;
  readonly topics?: readonly string[];
  /** Which topics a contact's default preferences name. Unconfirmed. */
  readonly defaults?: 'all' | 'without-preference' | 'none';
  /** What becomes of attributes that an update leaves out. Unconfirmed. */
  readonly attributes?: 'kept' | 'removed';
}

export interface Ses extends Simulator {
  /** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly endpoint: string;
  };
  /** The SNS topic that events go to. */
  readonly topicArn: string;
  /** Somebody uses the page where they manage their subscriptions, long before or now. */
  readonly choose: (email: string, choices: Choices) => void;
  readonly contact: (email: string) => Contact | undefined;
  /** Publishes an event of SES through SNS; gives the status of the reply. */
  readonly publish: (url: string, event: object, spoilt?: 'signature' | 'body' | 'age') => Promise<number>;
  /** Asks the endpoint whether it wants messages. */
  readonly subscribe: (url: string) => Promise<number>;
  readonly isConfirmed: () => boolean;
}

type Status = 'OPT_IN' | 'OPT_OUT';

export interface Choices {
  readonly topics?: Readonly<Record<string, Status>>;
  readonly unsubscribeAll?: boolean;
  readonly attributes?: string;
}

export interface Contact {
  readonly preferences: ReadonlyMap<string, Status>;
  readonly unsubscribeAll: boolean;
  readonly attributes: string | undefined;
}

const Body = z.strictObject({
  EmailAddress: z.string().optional(),
  TopicPreferences: z
    .array(z.strictObject({ TopicName: z.string(), SubscriptionStatus: z.enum(['OPT_IN', 'OPT_OUT']) }))
    .optional(),
  UnsubscribeAll: z.boolean().optional(),
  AttributesData: z.string().optional(),
});

interface Account {
  readonly options: Required<Omit<SesOptions, 'region'>> & Pick<SesOptions, 'region'>;
  readonly contacts: Map<string, Contact>;
}

const TOPICS = ['newsletter', 'offers', 'surveys', 'orbit-newsletter', 'orbit-events'];

export function simulateSes(options: SesOptions = {}): Ses {
  const keys = { accessKeyId: `AKIA${randomUUID().slice(0, 16)}`, secretAccessKey: randomUUID() };
  const account: Account = {
    options: { contactList: 'acme', topics: TOPICS, defaults: 'all', attributes: 'removed', ...options },
    contacts: new Map(),
  };
  const sns = simulateSns(options.region ?? 'eu-central-1');
  const simulator = simulate({
    answer: (asked) =>
      sns.answer(asked) ??
      signatureFault(asked, keys, { service: 'ses', region: options.region }) ??
      answer(account, asked),
    unauthorized: awsProblem(403, 'UnrecognizedClientException', 'The security token is invalid.'),
    permitted: (question) => permitted(account, question),
    facts: () => facts(account),
  });
  return Object.assign(simulator, {
    ...{ topicArn: sns.topicArn, isConfirmed: sns.isConfirmed },
    secret: () => ({ ...keys, endpoint: simulator.url }),
    choose: (email: string, choices: Choices) => choose(account, email, choices),
    contact: (email: string) => account.contacts.get(email.toLowerCase()),
    publish: (url: string, event: object, spoilt?: 'signature' | 'body' | 'age') =>
      sns.post(url, { type: 'Notification', message: JSON.stringify(event), spoilt }),
    subscribe: (url: string) =>
      sns.post(url, {
        type: 'SubscriptionConfirmation',
        message: 'You have chosen to subscribe to the topic.',
      }),
  });
}

function choose(
  { contacts }: Account,
  email: string,
  { topics = {}, unsubscribeAll, attributes }: Choices,
): void {
  const before = contacts.get(email.toLowerCase());
  contacts.set(email.toLowerCase(), {
    preferences: new Map([...(before?.preferences ?? []), ...Object.entries(topics)]),
    unsubscribeAll: unsubscribeAll ?? before?.unsubscribeAll ?? false,
    attributes: attributes ?? before?.attributes,
  });
}

const PATH = /^\/v2\/email\/contact-lists\/([^/]+)(\/contacts)?(?:\/([^/]+))?$/;
const bad = (message: string): Answer => awsProblem(400, 'BadRequestException', message);

function answer(account: Account, asked: Asked): Answer {
  const { contactList } = account.options;
  const [found, list = '', contacts, email] = PATH.exec(asked.path) ?? [];
  if (!found) return awsProblem(404, 'UnknownOperationException', '');
  if (decodeURIComponent(list) !== contactList)
    return awsProblem(404, 'NotFoundException', `List with name: ${list} doesn't exist.`);
  const what = `${asked.method}${contacts ? ' contacts' : ''}${email === undefined ? '' : ' one'}`;
  const handle = ROUTES[what];
  return (
    handle?.(account, decodeURIComponent(email ?? ''), asked) ??
    awsProblem(404, 'UnknownOperationException', '')
  );
}

const ROUTES: Readonly<Record<string, (account: Account, email: string, asked: Asked) => Answer>> = {
  GET: ({ options: { contactList, topics } }) => ({
    status: 200,
    body: {
      ...{ ContactListName: contactList, Tags: [], CreatedTimestamp: 1_700_000_000 },
      Topics: topics.map((TopicName) => ({
        TopicName,
        DisplayName: TopicName,
        DefaultSubscriptionStatus: 'OPT_OUT',
      })),
    },
  }),
  'GET contacts one': (account, email) => {
    const contact = account.contacts.get(email.toLowerCase());
    return contact ? { status: 200, body: described(account, email, contact) } : absent(email);
  },
  'POST contacts': (account, _, asked) => {
    const body = Body.safeParse(jsonOf(asked)).data;
    if (!body?.EmailAddress) return bad('EmailAddress is required.');
    const { EmailAddress: email } = body;
    if (account.contacts.has(email.toLowerCase()))
      return awsProblem(400, 'AlreadyExistsException', `Contact ${email} already exists.`);
    return write(account, email, body);
  },
  'PUT contacts one': (account, email, asked) => {
    const body = Body.omit({ EmailAddress: true }).safeParse(jsonOf(asked)).data;
    if (!body) return bad('The request cannot be read.');
    return account.contacts.has(email.toLowerCase()) ? write(account, email, body) : absent(email);
  },
};

const absent = (email: string): Answer =>
  awsProblem(404, 'NotFoundException', `Contact ${email} doesn't exist.`);

/** What an update leaves out is gone afterwards: the trap that the API reference names. */
function write({ options, contacts }: Account, email: string, body: z.output<typeof Body>): Answer {
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) return bad(`${email} is not an email address.`);
  const preferences = body.TopicPreferences ?? [];
  const unknown = preferences.find(({ TopicName }) => !options.topics.includes(TopicName));
  if (unknown) return bad(`Topic ${unknown.TopicName} does not exist in the list of ${email}.`);
  if (new Set(preferences.map(({ TopicName }) => TopicName)).size < preferences.length)
    return bad('A topic is named twice.');
  const before = contacts.get(email.toLowerCase());
  contacts.set(email.toLowerCase(), {
    preferences: new Map(
      preferences.map(({ TopicName, SubscriptionStatus }) => [TopicName, SubscriptionStatus]),
    ),
    unsubscribeAll: body.UnsubscribeAll ?? false,
    attributes: body.AttributesData ?? (options.attributes === 'kept' ? before?.attributes : undefined),
  });
  return { status: 200, body: {} };
}

function described(
  { options }: Account,
  email: string,
  { preferences, unsubscribeAll, attributes }: Contact,
) {
  const named = (topic: string): boolean => options.defaults === 'all' || !preferences.has(topic);
  const defaults = options.topics.filter((topic) => options.defaults !== 'none' && named(topic));
  return {
    ...{ ContactListName: options.contactList, EmailAddress: email, UnsubscribeAll: unsubscribeAll },
    TopicPreferences: [...preferences].map(([TopicName, SubscriptionStatus]) => ({
      TopicName,
      SubscriptionStatus,
    })),
    TopicDefaultPreferences: defaults.map((TopicName) => ({ TopicName, SubscriptionStatus: 'OPT_OUT' })),
    ...(attributes !== undefined && { AttributesData: attributes }),
    ...{ CreatedTimestamp: 1_700_000_000, LastUpdatedTimestamp: 1_700_000_000 },
  };
}

function permitted({ contacts }: Account, { identifier, topic }: Question): boolean | undefined {
  const contact = contacts.get(identifier.toLowerCase());
  if (contact?.unsubscribeAll) return false;
  const status = contact?.preferences.get(topic);
  return status && status === 'OPT_IN';
}

const facts = (account: Account) =>
  [...account.contacts].flatMap(([identifier, { preferences }]) =>
    [...preferences.keys()].map((topic) => {
      const question = { identifier, topic, channel: 'email' };
      return { ...question, permitted: permitted(account, question) ?? false };
    }),
  );
