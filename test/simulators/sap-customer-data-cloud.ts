import { randomUUID } from 'node:crypto';
import * as words from './sap-customer-data-cloud-words.ts';
import { type Answer, type Asked, type Question, type Simulator, simulate } from './simulator.ts';

/** What differs from site to site. */
export interface CustomerDataCloudOptions {
  /** Ids in the site's schema; left out, any id is one. */
  readonly subscriptions?: readonly string[];
  readonly consents?: readonly string[];
  /** Whether consents with full stops in their ids come back as objects within objects. */
  readonly shape?: 'nested' | 'flat';
  /** Whoever is looked for turns out to have an account. For demonstrations. */
  readonly everyoneIsKnown?: boolean;
}

export interface CustomerDataCloud extends Simulator {
  readonly apiKey: string;
  readonly secret: () => Readonly<Record<'userKey' | 'secret' | 'endpoint', string>>;
  readonly register: (uid: string, email: string) => void;
  /** What somebody chooses at the site itself; `at`: ms. Nothing is reported. */
  readonly choose: (choice: Chosen) => void;
  /** The same, reported by a webhook; gives the status of the reply. */
  readonly report: (reported: Chosen & Posting) => Promise<number>;
  readonly tags: (uid: string, kind: Chosen['kind'], id: string) => readonly string[] | undefined;
  /** Webhooks that a write of the API would have sent. */
  readonly unmuted: () => number;
}

export interface Chosen {
  readonly uid: string;
  readonly kind: 'subscription' | 'consent';
  readonly id: string;
  readonly yes: boolean;
  readonly at: number;
}

interface Posting {
  readonly url: string;
  readonly spoilt?: 'signature' | 'body' | 'age' | undefined;
}

interface Kept {
  yes?: boolean | undefined;
  changed: number;
  tags: readonly string[];
}

interface Account {
  readonly uid: string;
  readonly email: string;
  readonly subscription: Map<string, Kept>;
  readonly consent: Map<string, Kept>;
}

interface Site {
  readonly options: CustomerDataCloudOptions;
  readonly apiKey: string;
  readonly user: { readonly userKey: string; readonly secret: string };
  readonly accounts: Map<string, Account>;
  unmuted: number;
}

/** A site of Customer Data Cloud: accounts with subscriptions and consents, and webhooks that name accounts. */
export function simulateSapCustomerDataCloud(options: CustomerDataCloudOptions = {}): CustomerDataCloud {
  const site: Site = {
    ...{ options, apiKey: '3_Site', user: { userKey: randomUUID(), secret: randomUUID() } },
    ...{ accounts: new Map(), unmuted: 0 },
  };
  const simulator = simulate({
    answer: (asked) => answer(site, asked),
    unauthorized: UNAUTHORIZED,
    permitted: (question) => permitted(site, question),
    facts: () => facts(site),
  });
  return Object.assign(simulator, {
    apiKey: site.apiKey,
    secret: () => ({ ...site.user, endpoint: simulator.url }),
    register: (uid: string, email: string) => void register(site, uid, email),
    choose: (chosen: Chosen) => choose(site, chosen),
    report: (reported: Chosen & Posting) => {
      choose(site, reported);
      return post(site, reported);
    },
    tags: (uid: string, kind: Chosen['kind'], id: string) => site.accounts.get(uid)?.[kind].get(id)?.tags,
    unmuted: () => site.unmuted,
  });
}

const UNAUTHORIZED: Answer = {
  status: 403,
  body: { errorCode: 403005, errorMessage: 'Unauthorized user', statusCode: 403 },
};

function register(site: Site, uid: string, email: string): Account {
  const account = { uid, email, subscription: new Map<string, Kept>(), consent: new Map<string, Kept>() };
  site.accounts.set(uid, account);
  return account;
}

function choose({ accounts }: Site, { uid, kind, id, yes, at }: Chosen): void {
  const choices = accounts.get(uid)?.[kind];
  choices?.set(id, { tags: choices.get(id)?.tags ?? [], yes, changed: at });
}

/** Several events may stand in one notice, and of an account nothing but its id. */
async function post(site: Site, { url, uid, at, spoilt }: Chosen & Posting): Promise<number> {
  const event = {
    type: 'accountUpdated',
    id: randomUUID(),
    timestamp: Math.floor(at / 1000),
    callId: randomUUID(),
  };
  const of = (data: object) => ({ ...event, version: '2.0', apiKey: site.apiKey, data });
  const events = [of({ accountType: 'full', uid }), of({ accountType: 'full', uid: 'somebody-else' })];
  const body = JSON.stringify({ events, nonce: randomUUID(), timestamp: Math.floor(Date.now() / 1000) });
  const token = words.tokenFor({
    apiKey: site.apiKey,
    body: spoilt === 'body' ? `${body} ` : body,
    at: spoilt === 'age' ? Date.now() - 3_600_000 : Date.now(),
    by: spoilt === 'signature' ? 'stranger' : 'site',
  });
  const headers = { 'content-type': 'application/json', 'x-gigya-sig-jwt': token };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

function answer(site: Site, asked: Asked): Answer {
  if (asked.path === '/accounts.getJWTPublicKey') return published(site, asked);
  const form = words.formOf(asked);
  if (asked.method !== 'POST' || form.get('format') !== 'json') return words.said(form, 400001);
  if (form.get('apiKey') !== site.apiKey) return words.said(form, 400093);
  if (form.get('userKey') !== site.user.userKey || form.get('secret') !== site.user.secret)
    return words.said(form, 403005);
  return METHODS[asked.path]?.(site, form) ?? words.said(form, 405001);
}

const published = ({ apiKey }: Site, { query }: Asked): Answer =>
  query.get('apiKey') === apiKey && query.get('V2') === 'true'
    ? words.said(new URLSearchParams(), 0, words.publishedKeys())
    : words.said(new URLSearchParams(), 400093);

const METHODS: Readonly<Record<string, (site: Site, form: URLSearchParams) => Answer>> = {
  '/accounts.search': (site, form) => {
    const email = words.addressIn(form.get('query') ?? '');
    if (email === undefined) return words.said(form, 400006);
    const found = [...site.accounts.values()].filter(
      (one) => one.email.toLowerCase() === email.toLowerCase(),
    );
    if (found.length === 0 && site.options.everyoneIsKnown) found.push(register(site, randomUUID(), email));
    const results = found.map(({ uid }) => ({ UID: uid }));
    return words.said(form, 0, { results, objectsCount: results.length, totalCount: results.length });
  },
  '/accounts.getAccountInfo': (site, form) => {
    const account = accountOf(site, form);
    return account ? words.said(form, 0, shown(site, account, form)) : words.said(form, 403047);
  },
  '/accounts.setAccountInfo': (site, form) => {
    const account = accountOf(site, form);
    if (!account) return words.said(form, 403047);
    const code = write(site, account, form);
    if (code === 0 && form.get('muteWebhooks') !== 'true') site.unmuted += 1;
    return words.said(form, code);
  },
};

function accountOf(site: Site, form: URLSearchParams): Account | undefined {
  const uid = form.get('UID') ?? '';
  return (
    site.accounts.get(uid) ??
    (site.options.everyoneIsKnown ? register(site, uid, `${uid}@example.com`) : undefined)
  );
}

function shown(
  { options }: Site,
  { uid, email, subscription, consent }: Account,
  form: URLSearchParams,
): object {
  const included = (form.get('include') ?? 'profile,data').split(',');
  const time = (ms: number) => (ms > 0 ? new Date(ms).toISOString() : undefined);
  const subscriptions = [...subscription].map(([id, { yes: isSubscribed, changed, tags }]) => [
    id,
    { email: { isSubscribed, tags, lastUpdatedSubscriptionState: time(changed) } },
  ]);
  const consents = [...consent].map(
    ([id, { yes: isConsentGranted, changed, tags }]) =>
      [id, { isConsentGranted, tags, entitlements: [], lastConsentModified: time(changed) }] as const,
  );
  return {
    UID: uid,
    ...(included.includes('profile') && { profile: { email } }),
    ...(included.includes('subscriptions') && { subscriptions: Object.fromEntries(subscriptions) }),
    ...(included.includes('preferences') && {
      preferences: options.shape === 'flat' ? Object.fromEntries(consents) : words.treeOf(consents),
    }),
  };
}

/** All of it or nothing; only fields that are sent change, and a list replaces the one before. */
function write({ options }: Site, account: Account, form: URLSearchParams): number {
  const subscriptions = words.Subscriptions.safeParse(parsed(form.get('subscriptions') ?? '{}')).data;
  const consents = words.consentsIn(parsed(form.get('preferences') ?? '{}'));
  if (!subscriptions || !consents) return 400006;
  const strange =
    Object.keys(subscriptions).some((id) => options.subscriptions && !options.subscriptions.includes(id)) ||
    [...consents.keys()].some((id) => options.consents && !options.consents.includes(id));
  if (strange) return 400020;
  for (const [id, { email }] of Object.entries(subscriptions))
    keep(account.subscription, id, { yes: email.isSubscribed, tags: email.tags });
  for (const [id, consent] of consents)
    keep(account.consent, id, { yes: consent.isConsentGranted, tags: consent.tags });
  return 0;
}

function keep(
  choices: Map<string, Kept>,
  id: string,
  { yes, tags }: { readonly yes?: boolean | undefined; readonly tags?: readonly string[] | undefined },
): void {
  const before = choices.get(id) ?? { changed: 0, tags: [] };
  const isNew = yes !== undefined && yes !== before.yes;
  choices.set(id, {
    yes: yes ?? before.yes,
    tags: tags ?? before.tags,
    changed: isNew ? Date.now() : before.changed,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `channel`: whether a subscription or a consent is asked for. Several accounts with one address: any no is a no. */
function permitted({ accounts }: Site, { identifier, topic, channel }: Question): boolean | undefined {
  const kind = channel === 'subscription' ? 'subscription' : 'consent';
  const said = [...accounts.values()]
    .filter(({ uid, email }) => uid === identifier || email.toLowerCase() === identifier.toLowerCase())
    .flatMap((account) => account[kind].get(topic)?.yes ?? []);
  return said.length === 0 ? undefined : !said.includes(false);
}

const facts = ({ accounts }: Site) =>
  [...accounts.values()].flatMap(({ email: identifier, ...account }) =>
    (['subscription', 'consent'] as const).flatMap((channel) =>
      [...account[channel]].flatMap(([topic, { yes }]) =>
        yes === undefined ? [] : [{ identifier, topic, channel, permitted: yes }],
      ),
    ),
  );
