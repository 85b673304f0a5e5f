import { randomUUID } from 'node:crypto';
import {
  addContact,
  carryOut,
  contactWords,
  type EloquaOptions,
  exported,
  type Instance,
  newInstance,
  note,
  permitted,
  type SyncRun,
  subscriptionsOf,
  tellAll,
} from './eloqua-instance.ts';
import * as words from './eloqua-words.ts';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';

export type { EloquaOptions };

export interface Eloqua extends Simulator {
  /** What Heed must have to be heard here; `endpoint` moves its requests to this port. */
  readonly secret: () => Readonly<Record<string, string>>;
  readonly enter: (email: string) => void;
  /** Subscribes at Eloqua itself. */
  readonly subscribe: (email: string, group: number) => void;
  /** The person unsubscribes at Eloqua itself: from one group, or from all mail. */
  readonly leave: (email: string, at: number, group?: number) => void;
  /** An activity of the type Unsubscribe that names no contact. */
  readonly leaveUnnamed: (email: string, at: number) => void;
  /** The next syncs end with this code. */
  readonly breakSync: (code: string, times?: number) => void;
  readonly field: (email: string, name: string) => string | undefined;
  readonly isGloballySubscribed: (email: string) => boolean | undefined;
}

/** One Eloqua instance: its bulk API, with definitions, syncs, rejects and logs, and exports of activities. */
export function simulateEloqua(options: EloquaOptions = {}): Eloqua {
  const instance = newInstance(options);
  const account = accountOf(options.wayIn ?? 'basic');
  const simulator: Simulator = simulate({
    answer: (asked) => {
      if (isToken(asked)) return account.grant(asked);
      return account.knows(asked) ? answer(instance, asked) : words.UNAUTHORIZED;
    },
    unauthorized: words.UNAUTHORIZED,
    fetchesToken: isToken,
    permitted: (question) => permitted(instance, question),
    facts: () => tellAll(instance),
  });
  const contact = (email: string) => instance.contacts.get(email.toLowerCase());
  return Object.assign(simulator, {
    secret: () => ({ ...account.secret, endpoint: simulator.url }),
    enter: (email: string) => addContact(instance, email).groups.clear(),
    subscribe: (email: string, group: number) => void addContact(instance, email).groups.set(group, true),
    leave: (email: string, at: number, group?: number) => {
      const leaver = addContact(instance, email);
      if (group === undefined) leaver.globally = false;
      else leaver.groups.set(group, false);
      note(instance, leaver, at);
    },
    leaveUnnamed: (email: string, at: number) =>
      void instance.unsubscribes.push({ id: String(instance.unsubscribes.length + 1), email, at }),
    breakSync: (code: string, times = 1) =>
      void instance.breaks.push(...Array.from({ length: times }, () => code)),
    field: (email: string, name: string) => contact(email)?.fields.get(name),
    isGloballySubscribed: (email: string) => contact(email)?.globally,
  });
}

const isToken = ({ path }: Asked): boolean => path === '/auth/oauth2/token';

/** One of the ways in: a user by Basic authentication, or an app with a user's name and password or refresh token. */
function accountOf(wayIn: NonNullable<EloquaOptions['wayIn']>) {
  const [password, clientSecret, refreshToken] = [randomUUID(), randomUUID(), randomUUID()];
  const user = { company: 'Acme', user: 'heed', password };
  const client = { clientId: randomUUID(), clientSecret };
  const basic = (name: string, word: string): string =>
    `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}`;
  let token: string | undefined;
  const secrets = { basic: user, password: { ...client, ...user }, refresh: { ...client, refreshToken } };
  const fits = (form: URLSearchParams): boolean =>
    wayIn === 'refresh'
      ? form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === refreshToken
      : form.get('grant_type') === 'password' &&
        form.get('username') === 'Acme\\heed' &&
        form.get('password') === password;
  return {
    secret: secrets[wayIn],
    knows: ({ headers }: Asked): boolean =>
      headers['authorization'] ===
      (wayIn === 'basic' ? basic('Acme\\heed', password) : token && `Bearer ${token}`),
    grant: ({ method, headers, body }: Asked): Answer => {
      const known = headers['authorization'] === basic(client.clientId, clientSecret);
      const form = new URLSearchParams(body);
      if (method !== 'POST' || !known || wayIn === 'basic' || form.get('scope') !== 'full' || !fits(form))
        return { status: 400, body: { error: 'invalid_grant' } };
      token = randomUUID();
      return {
        status: 200,
        body: { access_token: token, token_type: 'bearer', expires_in: 28_800, refresh_token: refreshToken },
      };
    },
  };
}

const GROUPS_OF = /^\/api\/REST\/2\.0\/data\/contact\/(\d+)\/email\/groups\/subscription$/i;

/** What the REST API says of contacts, by their ids. */
function contactsIn({ contacts, options }: Instance, asked: Asked): Answer | undefined {
  const byId = (wanted: string) => [...contacts.values()].filter(({ id }) => id === wanted);
  const [, id] = GROUPS_OF.exec(asked.path) ?? [];
  if (asked.method === 'GET' && id !== undefined) {
    const [contact] = byId(id);
    if (!contact || options.listsSubscriptions === false) return words.NOT_FOUND;
    return { status: 200, body: { elements: subscriptionsOf(contact), page: 1, pageSize: 1000 } };
  }
  if (asked.method !== 'POST' || !/^\/api\/rest\/2\.0\/data\/contacts$/i.test(asked.path)) return undefined;
  const search = words.Search.safeParse(jsonOf(asked)).data;
  if (!search || asked.headers['x-http-method-override'] !== 'SEARCH')
    return { status: 400, body: 'Bad Request' };
  return { status: 200, body: search.ids.flatMap(byId).map(contactWords) };
}

function answer(instance: Instance, asked: Asked): Answer {
  const own = contactsIn(instance, asked);
  if (own) return own;
  const path = asked.path.startsWith(words.BULK) ? asked.path.slice(words.BULK.length) : '';
  const shape = `${asked.method} ${path.replace(/\/\d+/, '/#')}`;
  return ROUTES[shape]?.(instance, asked, path) ?? words.NOT_FOUND;
}

type Route = (instance: Instance, asked: Asked, path: string) => Answer;

const ROUTES: Readonly<Record<string, Route>> = {
  'POST /contacts/syncActions': (instance, asked) => define(instance, asked, 'syncActions'),
  'POST /contacts/imports': (instance, asked) => define(instance, asked, 'imports'),
  'POST /contacts/syncActions/#/data': (instance, asked, path) => upload(instance, asked, path),
  'POST /contacts/imports/#/data': (instance, asked, path) => upload(instance, asked, path),
  'POST /activities/exports': (instance, asked) => {
    const body = jsonOf(asked);
    const { data, error } = words.Export.safeParse(body);
    if (error) return words.invalid(error, body);
    const uri = `/activities/exports/${newId(instance)}`;
    instance.exports.set(uri, data);
    return { status: 201, body: { ...Object(body), uri } };
  },
  'POST /syncs': (instance, asked) => startSync(instance, String(Object(jsonOf(asked)).syncedInstanceUri)),
  'GET /syncs/#': (instance, _asked, path) => look(instance, path),
  'GET /syncs/#/rejects': (instance, asked, path) => listOf(instance, asked, [path, 'rejects']),
  'GET /syncs/#/logs': (instance, asked, path) => listOf(instance, asked, [path, 'logs']),
  'GET /syncs/#/data': (instance, asked, path) => listOf(instance, asked, [path, 'items']),
};

function newId(instance: Instance): number {
  instance.ids += 1;
  return instance.ids;
}

function define(instance: Instance, asked: Asked, kind: 'syncActions' | 'imports'): Answer {
  const body = jsonOf(asked);
  const { data, error } = (kind === 'imports' ? words.Import : words.SyncActions).safeParse(body);
  if (error) return words.invalid(error, body);
  const { groups } = instance.options;
  const lacking = data.syncActions.find(({ destination }) => {
    const [id] = /\d+/.exec(destination) ?? [];
    return id !== undefined && groups && !groups.includes(Number(id));
  });
  if (lacking) return words.noSuchGroup(lacking.destination);
  const uri = `/contacts/${kind}/${newId(instance)}`;
  instance.made.set(uri, { adds: kind === 'imports', definition: data, rows: [] });
  return { status: 201, body: { ...data, uri, createdBy: 'Heed' } };
}

function upload(instance: Instance, asked: Asked, path: string): Answer {
  const uri = path.replace('/data', '');
  const made = instance.made.get(uri);
  const rows = words.Rows.safeParse(jsonOf(asked)).data;
  if (!made) return words.NOT_FOUND;
  if (!rows || rows.length === 0)
    return { status: 400, body: { failures: [{ field: 'data', value: asked.body }] } };
  made.rows = [...made.rows, ...rows];
  const triggers = made.definition.isSyncTriggeredOnImport && instance.options.triggers !== false;
  return triggers ? startSync(instance, uri) : { status: 204 };
}

function startSync(instance: Instance, syncedInstanceUri: string): Answer {
  if (!instance.made.has(syncedInstanceUri) && !instance.exports.has(syncedInstanceUri))
    return { status: 400, body: { failures: [{ field: 'syncedInstanceUri', value: syncedInstanceUri }] } };
  const uri = `/syncs/${newId(instance)}`;
  const run: SyncRun = {
    ...{ uri, syncedInstanceUri, looks: 0, status: 'pending', items: [], rejects: [], logs: [] },
  };
  instance.syncs.set(uri, run);
  return { status: 201, body: statusOf(run) };
}

const statusOf = ({ uri, syncedInstanceUri, status }: SyncRun) => ({
  ...{ uri, syncedInstanceUri, status, createdBy: 'Heed', createdAt: new Date().toISOString() },
});

/** A sync does its work by the time it is looked at often enough. */
function look(instance: Instance, path: string): Answer {
  const run = instance.syncs.get(path);
  if (!run) return words.NOT_FOUND;
  run.looks += 1;
  if (run.status === 'pending' || run.status === 'active') {
    run.status = 'active';
    if (run.looks >= (instance.options.slowness ?? 1)) finish(instance, run);
  }
  return { status: 200, body: statusOf(run) };
}

function finish(instance: Instance, run: SyncRun): void {
  const code = instance.breaks.shift();
  const made = instance.made.get(run.syncedInstanceUri);
  const wanted = instance.exports.get(run.syncedInstanceUri);
  if (code !== undefined) {
    run.status = 'error';
    run.logs = [words.log('ELQ-00001', 1), words.log(code, 1, 'error')];
  } else if (made) {
    carryOut(instance, run, made);
    made.rows = [];
  } else if (wanted) {
    run.items = exported(instance, wanted);
    run.status = 'success';
  }
}

function listOf(
  { syncs }: Instance,
  { query }: Asked,
  [path, what]: readonly [string, 'rejects' | 'logs' | 'items'],
): Answer {
  const run = syncs.get(path.replace(/\/(rejects|logs|data)$/, ''));
  if (!run || run.status === 'pending' || run.status === 'active') return words.NOT_FOUND;
  return words.listed(run[what], {
    offset: Number(query.get('offset') ?? 0),
    limit: Number(query.get('limit') ?? 1000),
  });
}
