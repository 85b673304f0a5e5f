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
  /** Refuses requests for their number; `retryAfter` (seconds) is sent where given. */
  readonly throttle: (limit: { readonly times: number; readonly retryAfter?: number }) => void;
  /** Subscribes an address at HubSpot itself, by a form of its own. */
  readonly subscribe: (email: string, subscriptionId: number) => void;
  /** What HubSpot keeps as evidence of a status. */
  readonly evidence: (email: string, subscriptionId: number) => Kept | undefined;
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

interface Kept {
  readonly state: words.Input['statusState'];
  readonly legalBasis?: string | undefined;
  readonly explanation?: string | undefined;
}

/** One e-mail address; it need not belong to a contact. */
interface Subscriber {
  /** Statuses as they were before an unsubscribe from all, while that holds. */
  before?: ReadonlyMap<number, Kept> | undefined;
  statuses: Map<number, Kept>;
}

interface Portal {
  readonly options: HubspotOptions;
  readonly token: string;
  readonly subscribers: Map<string, Subscriber>;
}

/** HubSpot's subscription statuses, single and in batches, and its webhooks. */
export function simulateHubspot(options: HubspotOptions = {}): Hubspot {
  const portal: Portal = { options, token: randomUUID(), subscribers: new Map() };
  const clientSecret = randomUUID();
  const simulator = simulate({
    answer: (asked) => answer(portal, asked),
    unauthorized: UNAUTHORIZED,
    permitted: (question) => permitted(portal, question),
    facts: () => facts(portal),
  });
  return Object.assign(simulator, {
    secret: () => ({ token: portal.token, clientSecret, endpoint: simulator.url }),
    throttle: ({ times, retryAfter }: { times: number; retryAfter?: number }) =>
      simulator.fail({ ...words.throttled(retryAfter), times }),
    subscribe: (email: string, id: number) =>
      void subscriberOf(portal, email).statuses.set(id, { state: 'SUBSCRIBED' }),
    evidence: (email: string, id: number) => portal.subscribers.get(email.toLowerCase())?.statuses.get(id),
    notify: (notices: HubspotNotices) => notify({ clientSecret, ...notices }),
  });
}

const UNAUTHORIZED = words.problem(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.');
const PATH = /^\/communication-preferences\/(?:v4|\d{4}-\d{2})\/statuses\/([^/]+)(?:\/([^/]+))?$/;

function answer(portal: Portal, asked: Asked): Answer {
  if (asked.headers['authorization'] !== `Bearer ${portal.token}`) return UNAUTHORIZED;
  const [, first = '', second] = PATH.exec(asked.path) ?? [];
  const route = `${first === 'batch' ? 'batch/' : ''}${second ?? 'single'}`;
  const handle = asked.method === 'POST' && first !== '' ? ROUTES[route] : undefined;
  if (!handle) return words.problem(404, 'OBJECT_NOT_FOUND', `No handler for ${asked.path}`);
  const scope = first === 'batch' ? words.BATCH_WRITE : words.WRITE;
  const scopes = portal.options.scopes ?? [words.READ, words.WRITE, words.BATCH_WRITE];
  if (!scopes.includes(scope)) return words.problem(403, 'MISSING_SCOPES', `This app needs ${scope}`);
  return handle(portal, asked, decodeURIComponent(first));
}

const ROUTES: Readonly<Record<string, (portal: Portal, asked: Asked, email: string) => Answer>> = {
  single: (portal, asked, email) => {
    const body = words.Single.safeParse(jsonOf(asked)).data;
    if (!body) return words.problem(400, 'VALIDATION_ERROR', `Invalid input JSON for ${email}`);
    const done = set(portal, { ...body, subscriberIdString: email });
    return 'wrong' in done
      ? words.problem(400, 'VALIDATION_ERROR', done.wrong)
      : words.complete([done.status]);
  },
  'unsubscribe-all': (portal, asked, email) => {
    const wrong = asked.query.get('channel') !== 'EMAIL' || !words.isEmail(email);
    return wrong
      ? words.problem(400, 'VALIDATION_ERROR', `Invalid: ${email}`)
      : unsubscribeAll(portal, email);
  },
  'batch/write': (portal, asked) => {
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
  subscriber.statuses.set(id, { state, legalBasis, explanation });
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

function unsubscribeAll(portal: Portal, email: string): Answer {
  const subscriber = subscriberOf(portal, email);
  subscriber.before ??= new Map(subscriber.statuses);
  for (const [id, kept] of subscriber.statuses)
    subscriber.statuses.set(id, { ...kept, state: 'UNSUBSCRIBED' });
  return words.complete([]);
}

function subscriberOf({ subscribers }: Portal, email: string): Subscriber {
  const known = subscribers.get(email.toLowerCase()) ?? { statuses: new Map() };
  subscribers.set(email.toLowerCase(), known);
  return known;
}

function permitted({ subscribers }: Portal, { identifier, topic }: Question): boolean | undefined {
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
