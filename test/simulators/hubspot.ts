import { createHmac, randomUUID } from 'node:crypto';
import * as words from './hubspot-words.ts';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/** What differs from portal to portal, and what HubSpot does not document. */
export interface HubspotOptions {
  /** Subscription types the portal has; left out, any number is one. */
  readonly subscriptions?: readonly number[];
  readonly scopes?: readonly string[];
  /** Data privacy settings are on: an opt-in needs its legal basis. Unconfirmed. */
  readonly needsLegalBasis?: boolean;
  /** What a resubscribe after an unsubscribe from all does to the types it does not name. Unconfirmed. */
  readonly resubscribing?: 'others-stay-out' | 'others-return';
  /** Unconfirmed. */
  readonly mostInputs?: number;
}

export interface Hubspot extends Simulator {
  /** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => { readonly token: string; readonly clientSecret: string; readonly endpoint: string };
  /** What a public app must have instead. */
  readonly installed: () => Omit<Installed, 'token'> & { readonly endpoint: string };
  /** Refuses requests for their number; `retryAfter` (seconds) is sent where given. */
  readonly throttle: (limit: { readonly times: number; readonly retryAfter?: number }) => void;
  /** Subscribes an address at HubSpot itself, by a form of its own. */
  readonly subscribe: (email: string, subscriptionId: number) => void;
  /** The person unsubscribes at HubSpot itself (ms); without an id from all mail. */
  readonly unsubscribe: (email: string, occurredAt: number, subscriptionId?: number) => void;
  /** Enters a contact, by its id. */
  readonly enter: (contactId: number, email: string) => void;
  /** Does it keep anything of this address but that it is kept out? */
  readonly knows: (email: string) => boolean;
  /** What HubSpot keeps as evidence of a status. */
  readonly evidence: (email: string, subscriptionId: number) => words.Kept | undefined;
  /** Sends signed contact.propertyChange notices; gives the status of the reply. */
  readonly notify: (notices: HubspotNotices) => Promise<number>;
}

export interface HubspotNotices {
  readonly url: string;
  readonly changes: readonly {
    readonly contactId: number;
    readonly property: string;
    readonly value: string;
    /** Milliseconds. */
    readonly occurredAt: number;
  }[];
  /** Another key or time of sending (ms) than the right one, to be refused. */
  readonly clientSecret?: string;
  readonly sentAt?: number;
  /** Another body than what was signed, to be refused. */
  readonly altered?: boolean;
}

/** One e-mail address; it need not belong to a contact. */
interface Subscriber {
  /** Statuses as they were before an unsubscribe from all, while that holds. */
  before?: ReadonlyMap<number, words.Kept> | undefined;
  /** When that was, ms. */
  leftAt?: number;
  statuses: Map<number, words.Kept>;
}

/** A public app in this account: what it was given when it was installed, and its present token. */
interface Installed {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  token?: string;
}

interface Portal {
  readonly options: HubspotOptions;
  readonly token: string;
  readonly subscribers: Map<string, Subscriber>;
  /** Addresses that were deleted for good. */
  readonly keptOut: Set<string>;
  /** Addresses by the id of their contact. */
  readonly contacts: Map<string, string>;
  readonly timeline: words.Entry[];
  readonly installed: Installed;
}

/** HubSpot's subscription statuses, single and in batches, and its webhooks. */
export function simulateHubspot(options: HubspotOptions = {}): Hubspot {
  const clientSecret = randomUUID();
  const installed: Installed = { clientId: randomUUID(), clientSecret, refreshToken: randomUUID() };
  const portal: Portal = {
    ...{ options, token: randomUUID(), subscribers: new Map(), contacts: new Map(), timeline: [], installed },
    keptOut: new Set(),
  };
  const simulator = simulate({
    answer: (asked) => answer(portal, asked),
    unauthorized: UNAUTHORIZED,
    fetchesToken: ({ path }) => path === TOKEN,
    permitted: (question) => permitted(portal, question),
    facts: () => facts(portal),
  });
  return Object.assign(simulator, {
    secret: () => ({ token: portal.token, clientSecret, endpoint: simulator.url }),
    installed: () => {
      const { token: _, ...given } = installed;
      return { ...given, endpoint: simulator.url };
    },
    throttle: ({ times, retryAfter }: { times: number; retryAfter?: number }) =>
      simulator.fail({ ...words.throttled(retryAfter), times }),
    subscribe: (email: string, id: number) =>
      void subscriberOf(portal, email).statuses.set(id, { at: 0, state: 'SUBSCRIBED' }),
    unsubscribe: (email: string, occurredAt: number, id?: number) => {
      if (id === undefined) unsubscribeAll(portal, email, occurredAt);
      else subscriberOf(portal, email).statuses.set(id, { at: occurredAt, state: 'UNSUBSCRIBED' });
      remember(portal, { email, id, change: 'UNSUBSCRIBED', source: 'SOURCE_RECIPIENT', at: occurredAt });
    },
    enter: (contactId: number, email: string) => void portal.contacts.set(String(contactId), email),
    knows: (email: string) => portal.subscribers.has(email.toLowerCase()),
    evidence: (email: string, id: number) => portal.subscribers.get(email.toLowerCase())?.statuses.get(id),
    notify: (notices: HubspotNotices) => notify({ clientSecret, ...notices }),
  });
}

const UNAUTHORIZED = words.problem(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
const PATH = /^\/communication-preferences\/(?:v4|\d{4}-\d{2})\/statuses\/([^/]+)(?:\/([^/]+))?$/;

const TOKEN = '/oauth/2026-03/token';

/** Gives a public app a token for half an hour: https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens */
function grant({ installed }: Portal, { method, body }: Asked): Answer {
  const form = new URLSearchParams(body);
  const wrong = (error: string): Answer => ({ status: 400, body: { error, error_description: error } });
  if (method !== 'POST' || form.get('grant_type') !== 'refresh_token') return wrong('unsupported_grant_type');
  const known =
    form.get('client_id') === installed.clientId && form.get('client_secret') === installed.clientSecret;
  if (!known) return wrong('invalid_client');
  if (form.get('refresh_token') !== installed.refreshToken) return wrong('invalid_grant');
  installed.token = randomUUID();
  const { token: access_token, refreshToken: refresh_token } = installed;
  return { status: 200, body: { access_token, refresh_token, expires_in: 1800, token_type: 'bearer' } };
}

const knows = ({ token, installed }: Portal, { headers }: Asked): boolean =>
  [token, installed.token].some((one) => one !== undefined && headers['authorization'] === `Bearer ${one}`);

function answer(portal: Portal, asked: Asked): Answer {
  if (asked.path === TOKEN) return grant(portal, asked);
  if (!knows(portal, asked)) return UNAUTHORIZED;
  const route = `${asked.method} ${asked.path}`;
  if (route === 'POST /crm/v3/objects/contacts/gdpr-delete') return forget(portal, asked);
  if (route === 'GET /email/public/v1/subscriptions/timeline')
    return words.timelinePage(portal.timeline, asked.query);
  return route === 'POST /crm/v3/objects/contacts/batch/read'
    ? contacts(portal, asked)
    : statuses(portal, asked);
}

/** Deletes for good, and keeps the address out, whether there was such a contact or not. */
function forget(portal: Portal, asked: Asked): Answer {
  const body = words.GdprDelete.safeParse(jsonOf(asked)).data;
  if (!body) return words.problem(400, 'VALIDATION_ERROR', 'Invalid input JSON');
  const email = body.objectId.toLowerCase();
  for (const [id, address] of portal.contacts)
    if (address.toLowerCase() === email) portal.contacts.delete(id);
  portal.subscribers.delete(email);
  portal.keptOut.add(email);
  return { status: 204 };
}

/** Contacts that are not there are errors beside those that are. */
function contacts({ options, contacts: known }: Portal, asked: Asked): Answer {
  if (!(options.scopes?.includes(words.CONTACTS_READ) ?? true))
    return words.problem(403, 'MISSING_SCOPES', `This app needs ${words.CONTACTS_READ}`);
  const body = words.ContactsRead.safeParse(jsonOf(asked)).data;
  if (!body) return words.problem(400, 'VALIDATION_ERROR', 'Invalid input JSON');
  const absent = body.inputs.filter(({ id }) => !known.has(id));
  return words.complete(
    body.inputs.flatMap(({ id }) =>
      known.has(id) ? [{ id, archived: false, properties: { email: known.get(id) } }] : [],
    ),
    absent.map(() => words.problemBody('OBJECT_NOT_FOUND', 'Could not get some CONTACT objects')),
  );
}

function statuses(portal: Portal, asked: Asked): Answer {
  const [, first = '', second] = PATH.exec(asked.path) ?? [];
  const route = `${asked.method} ${first === 'batch' ? 'batch/' : ''}${second ?? 'single'}`;
  const handle = first === '' ? undefined : ROUTES[route];
  if (!handle) return words.problem(404, 'OBJECT_NOT_FOUND', `No handler for ${asked.path}`);
  const written = first === 'batch' ? words.BATCH_WRITE : words.WRITE;
  const scope = asked.method === 'GET' ? words.READ : written;
  const scopes = portal.options.scopes ?? [words.READ, words.WRITE, words.BATCH_WRITE];
  if (!scopes.includes(scope)) return words.problem(403, 'MISSING_SCOPES', `This app needs ${scope}`);
  return handle(portal, asked, decodeURIComponent(first));
}

const ROUTES: Readonly<Record<string, (portal: Portal, asked: Asked, email: string) => Answer>> = {
  'POST single': (portal, asked, email) => {
    const body = words.Single.safeParse(jsonOf(asked)).data;
    if (!body) return words.problem(400, 'VALIDATION_ERROR', `Invalid input JSON for ${email}`);
    const done = set(portal, { ...body, subscriberIdString: email });
    return 'wrong' in done
      ? words.problem(400, 'VALIDATION_ERROR', done.wrong)
      : words.complete([done.status]);
  },
  'POST unsubscribe-all': (portal, asked, email) => {
    if (asked.query.get('channel') !== 'EMAIL' || !words.isEmail(email))
      return words.problem(400, 'VALIDATION_ERROR', `Invalid: ${email}`);
    remember(portal, { email, change: 'UNSUBSCRIBED', source: 'SOURCE_PUBLIC_API' });
    return unsubscribeAll(portal, email);
  },
  'GET single': (portal, asked, email) =>
    asked.query.get('channel') === 'EMAIL'
      ? words.complete(
          [...(portal.subscribers.get(email.toLowerCase())?.statuses ?? [])].map(([id, kept]) =>
            words.shownStatus(email, id, kept),
          ),
        )
      : words.problem(400, 'VALIDATION_ERROR', 'channel is required'),
  'GET unsubscribe-all': (portal, asked, email) => {
    if (asked.query.get('channel') !== 'EMAIL')
      return words.problem(400, 'VALIDATION_ERROR', 'channel is required');
    const { before, leftAt } = portal.subscribers.get(email.toLowerCase()) ?? {};
    return words.complete(before ? [words.wideStatus(email, leftAt ?? 0)] : []);
  },
  'POST batch/write': (portal, asked) => {
    const inputs = words.Batch.safeParse(jsonOf(asked)).data?.inputs;
    if (!inputs || inputs.length > (portal.options.mostInputs ?? 100))
      return words.problem(400, 'VALIDATION_ERROR', 'Invalid input JSON');
    const done = inputs.map((input) => set(portal, input));
    return words.complete(
      done.flatMap((one) => ('status' in one ? [one.status] : [])),
      done.flatMap((one) => ('wrong' in one ? [words.problemBody('VALIDATION_ERROR', one.wrong)] : [])),
    );
  },
};

/** Applies one input: the status it results in, or what is wrong with it. */
function set(portal: Portal, input: words.Input): { readonly status: object } | { readonly wrong: string } {
  const wrong = faultIn(portal.options, input);
  if (wrong) return { wrong };
  const subscriber = subscriberOf(portal, input.subscriberIdString);
  const { subscriptionId: id, statusState: state } = input;
  const lifts = state === 'SUBSCRIBED' && subscriber.before !== undefined;
  const changes = subscriber.statuses.get(id)?.state !== state;
  if (lifts) lift(subscriber, portal.options);
  const { legalBasis, legalBasisExplanation: explanation } = input;
  subscriber.statuses.set(id, { at: Date.now(), state, legalBasis, explanation });
  if (changes && state !== 'NOT_SPECIFIED')
    remember(portal, { email: input.subscriberIdString, id, change: state, source: 'SOURCE_PUBLIC_API' });
  if (lifts) return { status: words.statusOf(input, 'RESUBSCRIBE_OCCURRED') };
  return { status: words.statusOf(input, changes ? 'REQUESTED_CHANGE_OCCURRED' : 'NO_STATUS_CHANGE') };
}

function faultIn({ subscriptions, needsLegalBasis }: HubspotOptions, input: words.Input): string | undefined {
  const { subscriberIdString: email, subscriptionId: id, legalBasis, legalBasisExplanation } = input;
  if (!words.isEmail(email)) return `${email} is not a valid email address`;
  if (subscriptions && !subscriptions.includes(id)) return `Subscription ${id} does not exist for ${email}`;
  const bare = !legalBasis || !legalBasisExplanation;
  const refused = needsLegalBasis && bare && input.statusState === 'SUBSCRIBED';
  return refused ? `legalBasis and legalBasisExplanation are required to subscribe ${email}` : undefined;
}

function lift(subscriber: Subscriber, { resubscribing = 'others-stay-out' }: HubspotOptions): void {
  if (resubscribing === 'others-return') subscriber.statuses = new Map(subscriber.before);
  subscriber.before = undefined;
}

function unsubscribeAll(portal: Portal, email: string, at = Date.now()): Answer {
  const subscriber = subscriberOf(portal, email);
  subscriber.before ??= new Map(subscriber.statuses);
  subscriber.leftAt = at;
  for (const [id, kept] of subscriber.statuses)
    subscriber.statuses.set(id, { ...kept, at, state: 'UNSUBSCRIBED' });
  return words.complete([]);
}

interface Remembered {
  readonly email: string;
  readonly id?: number | undefined;
  readonly change: words.Entry['change'];
  readonly source: string;
  /** ms */
  readonly at?: number;
}

/** The timeline shows every change, whoever made it. What its source says of the API's own is a guess. */
const remember = (
  { timeline }: Portal,
  { email: recipient, id, change, source, at: timestamp = Date.now() }: Remembered,
): void =>
  void timeline.push({
    ...{ timestamp, recipient, change, source },
    ...(id !== undefined && { subscriptionId: id }),
  });

function subscriberOf({ subscribers }: Portal, email: string): Subscriber {
  const known = subscribers.get(email.toLowerCase()) ?? { statuses: new Map() };
  subscribers.set(email.toLowerCase(), known);
  return known;
}

function permitted({ subscribers, keptOut }: Portal, { identifier, topic }: Question): boolean | undefined {
  if (keptOut.has(identifier.toLowerCase())) return false;
  const subscriber = subscribers.get(identifier.toLowerCase());
  if (subscriber?.before) return false;
  const state = subscriber?.statuses.get(Number(topic))?.state ?? 'NOT_SPECIFIED';
  return state === 'NOT_SPECIFIED' ? undefined : state === 'SUBSCRIBED';
}

const facts = ({ subscribers }: Portal) =>
  [...subscribers].flatMap(([identifier, { before, statuses }]) =>
    [...statuses].map(([id, { state }]) => ({
      ...{ identifier, topic: String(id), channel: 'EMAIL' },
      permitted: state === 'SUBSCRIBED' && before === undefined,
    })),
  );

async function notify(notices: HubspotNotices & { readonly clientSecret: string }): Promise<number> {
  const { url, changes, clientSecret, sentAt = Date.now(), altered = false } = notices;
  const body = JSON.stringify(
    changes.map(({ contactId, property, value, occurredAt }, i) => ({
      ...{ eventId: i + 1, subscriptionId: 77, portalId: 62515, appId: 54321, attemptNumber: 0 },
      ...{ subscriptionType: 'contact.propertyChange', changeSource: 'CRM', objectId: contactId, occurredAt },
      ...{ propertyName: property, propertyValue: value },
    })),
  );
  const signature = createHmac('sha256', clientSecret).update(`POST${url}${body}${sentAt}`).digest('base64');
  const headers = {
    'content-type': 'application/json',
    'x-hubspot-signature-v3': signature,
    'x-hubspot-request-timestamp': String(sentAt),
  };
  return (await fetch(url, { method: 'POST', headers, body: altered ? `${body} ` : body })).status;
}
