import { createHmac, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

/*
 * The account API of LoginRadius and its webhooks, written by hand from its own pages
 * (https://github.com/LoginRadius/apidocs, snapshot of 2025-05).
 */

/** What differs from application to application, and what LoginRadius does not document. */
export interface LoginradiusOptions {
  /** Custom fields of the Admin Console; left out, every name is one. */
  readonly fields?: readonly string[];
  /** How somebody is missing. Unconfirmed. */
  readonly nobody?: 938 | 1023;
  /** Whether a notice's time can be read. Unconfirmed. */
  readonly time?: 'iso' | 'words';
  /** Whoever is asked for turns out to be there. For demonstrations. */
  readonly everyoneIsKnown?: boolean;
}

export interface Loginradius extends Simulator {
  readonly secret: () => Readonly<Record<'apiKey' | 'apiSecret' | 'endpoint', string>>;
  readonly register: (uid: string, email: string) => void;
  /** The person says something at the company's own site. */
  readonly choose: (uid: string, fields: Readonly<Record<string, string>>, subscribed?: boolean) => void;
  readonly account: (uid: string) => Account | undefined;
  /** Sends the profile as it is, signed; gives the status it was answered with. */
  readonly notify: (notice: {
    readonly url: string;
    readonly uid: string;
    /** ms */
    readonly at: number;
    readonly spoilt?: 'signature' | 'body' | 'age' | undefined;
  }) => Promise<number>;
}

interface Account {
  readonly email: string;
  readonly fields: Map<string, string>;
  subscribed: boolean | null;
}

interface Application {
  readonly options: LoginradiusOptions;
  readonly key: string;
  readonly secret: string;
  readonly accounts: Map<string, Account>;
}

export function simulateLoginradius(options: LoginradiusOptions = {}): Loginradius {
  const application: Application = {
    ...{ options, key: randomUUID(), secret: randomUUID(), accounts: new Map() },
  };
  const { accounts, key, secret } = application;
  const simulator = simulate({
    answer: (asked) => answer(application, asked),
    unauthorized: refused(901, 'The provided LoginRadius API key is invalid'),
    permitted: (question) => permitted(application, question),
    facts: () => facts(application),
  });
  return Object.assign(simulator, {
    secret: () => ({ apiKey: key, apiSecret: secret, endpoint: simulator.url }),
    register: (uid: string, email: string) =>
      void accounts.set(uid, { email, fields: new Map(), subscribed: null }),
    choose: (uid: string, fields: Readonly<Record<string, string>>, subscribed?: boolean) => {
      const account = accounts.get(uid);
      for (const [name, value] of Object.entries(fields)) account?.fields.set(name, value);
      if (account && subscribed !== undefined) account.subscribed = subscribed;
    },
    account: (uid: string) => accounts.get(uid),
    notify: (notice: Parameters<Loginradius['notify']>[0]) => notify(application, notice),
  });
}

const refused = (ErrorCode: number, Description: string): Answer => ({
  status: 403,
  body: { Description, ErrorCode, Message: 'The request is refused', IsProviderError: false },
});

const PATH = /^\/identity\/v2\/manage\/account(?:\/([^/]+))?$/;

function answer(application: Application, asked: Asked): Answer {
  const { headers, method, path } = asked;
  if (headers['x-loginradius-apikey'] !== application.key)
    return refused(901, 'The provided LoginRadius API key is invalid');
  if (headers['x-loginradius-apisecret'] !== application.secret)
    return refused(902, 'The provided LoginRadius API secret is invalid');
  const [matched, uid] = PATH.exec(path) ?? [];
  if (matched === undefined) return { status: 404, body: 'Not Found' };
  const who = uid === undefined ? byEmail(application, asked) : byUid(application, decodeURIComponent(uid));
  if (typeof who !== 'string') return who;
  if (method === 'GET') return { status: 200, body: profileOf(application, who) };
  return method === 'PUT' && uid !== undefined ? update(application, who, asked) : { status: 405, body: '' };
}

const nobody = ({ options: { nobody = 938 } }: Application, who: string): Answer =>
  refused(nobody, `The user ${who} does not exist`);

function byUid(application: Application, uid: string): string | Answer {
  const { accounts, options } = application;
  if (!accounts.has(uid) && options.everyoneIsKnown)
    accounts.set(uid, { email: uid, fields: new Map(), subscribed: null });
  return accounts.has(uid) ? uid : nobody(application, uid);
}

function byEmail(application: Application, { query }: Asked): string | Answer {
  const email = query.get('email') ?? '';
  const known = [...application.accounts].find(([, account]) => account.email === email.toLowerCase());
  if (known) return known[0];
  return application.options.everyoneIsKnown ? byUid(application, email) : nobody(application, email);
}

function profileOf({ accounts }: Application, uid: string): object {
  const { email, fields, subscribed } = accounts.get(uid) ?? {
    email: '',
    fields: new Map(),
    subscribed: null,
  };
  return {
    ...{ Uid: uid, Email: [{ Type: 'Primary', Value: email }], Password: '$2a$10$hash', FirstName: null },
    ...{ IsEmailSubscribed: subscribed, CustomFields: Object.fromEntries(fields) },
  };
}

const Update = z.object({
  IsEmailSubscribed: z.boolean().optional(),
  CustomFields: z.record(z.string(), z.string().max(1000)).optional(),
});

/** What is not named stays; a field that was not added in the console refuses the whole update. */
function update({ accounts, options }: Application, uid: string, asked: Asked): Answer {
  const { data } = Update.safeParse(jsonOf(asked));
  if (!data) return refused(908, 'A parameter is not formatted correctly');
  const strange = Object.keys(data.CustomFields ?? {}).find(
    (name) => !(options.fields?.includes(name) ?? true),
  );
  if (strange !== undefined) return refused(1134, `The custom field ${strange} of ${uid} does not exist`);
  const account = accounts.get(uid);
  for (const [name, value] of Object.entries(data.CustomFields ?? {})) account?.fields.set(name, value);
  if (account && data.IsEmailSubscribed !== undefined) account.subscribed = data.IsEmailSubscribed;
  return { status: 200, body: { Uid: uid } };
}

/** Would a site that looks at the field, and for mail at the subscription to everything, contact this person? */
function permitted({ accounts }: Application, { identifier, topic, channel }: Question): boolean | undefined {
  const account = accounts.get(identifier);
  const value = account?.fields.get(topic);
  if (channel === 'email' && account?.subscribed === false) return false;
  return value === undefined ? undefined : value === 'true';
}

const facts = ({ accounts }: Application) =>
  [...accounts].flatMap(([identifier, { fields }]) =>
    [...fields]
      .filter(([, value]) => value === 'true' || value === 'false')
      .map(([topic, value]) => ({ identifier, topic, channel: '', permitted: value === 'true' })),
  );

/** The whole profile, whatever changed; no time is signed. */
async function notify(
  application: Application,
  { url, uid, at, spoilt }: Parameters<Loginradius['notify']>[0],
): Promise<number> {
  const Time =
    application.options.time === 'words' ? 'a moment ago' : `${new Date(at).toISOString().slice(0, -1)}4561Z`;
  const Data = profileOf(application, uid);
  const body = JSON.stringify({ HookName: 'UpdateProfile', HookId: randomUUID(), Time, Data });
  const key = spoilt === 'signature' ? 'guessed' : application.secret;
  const signature = createHmac('sha256', key).update(body).digest('hex').toUpperCase();
  const sent = spoilt === 'body' ? body.replace('UpdateProfile', 'DeleteAccount') : body;
  const headers = { 'content-type': 'application/json', signature };
  return (await fetch(url, { method: 'POST', headers, body: sent })).status;
}
