import { randomUUID } from 'node:crypto';
import * as words from './iterable-words.ts';
import { type Answer, type Asked, jsonOf, type Question, type Simulator, simulate } from './simulator.ts';

type Medium = 'Email' | 'SMS' | 'Push';

/** What differs from project to project, and what Iterable does not document. */
export interface IterableOptions {
  readonly channels?: readonly { readonly id: number; readonly medium: Medium; readonly type: string }[];
  /** Message type → its channel; left out, any type is one. */
  readonly types?: Readonly<Record<number, number>>;
  /** What is said of a user who is not there. Unconfirmed. */
  readonly absent?: 'empty' | 'not-found';
  /** What a subscription does to somebody who is not there. Unconfirmed. */
  readonly strangers?: 'refused' | 'ignored';
}

export interface User {
  readonly email: string | undefined;
  readonly userId: string | undefined;
  /** Channels left as a whole. */
  readonly left: Set<number>;
  /** Types spoken of: subscribed or not. */
  readonly types: Map<number, boolean>;
  dataFields: Readonly<Record<string, unknown>>;
}

type Named = Partial<Pick<User, 'email' | 'userId'>>;

export interface Iterable extends Simulator {
  readonly secret: () => {
    readonly apiKey: string;
    readonly webhookKeys: readonly string[];
    readonly endpoint: string;
  };
  readonly enter: (named: Named) => User;
  readonly userOf: (named: Named) => User | undefined;
  /** Calls a system webhook; gives the status of the reply. */
  readonly notify: (notice: words.IterableNotice) => Promise<number>;
}

interface Project {
  readonly options: IterableOptions;
  readonly apiKey: string;
  readonly users: User[];
}

export function simulateIterable(options: IterableOptions = {}): Iterable {
  const project: Project = { options, apiKey: randomUUID(), users: [] };
  const password = randomUUID();
  const simulator = simulate({
    answer: (asked) => answer(project, asked),
    unauthorized: words.UNAUTHORIZED,
    permitted: (question) => permitted(project, question),
    facts: () => facts(project),
  });
  return Object.assign(simulator, {
    secret: () => ({ apiKey: project.apiKey, webhookKeys: [password], endpoint: simulator.url }),
    enter: (named: Named) => enter(project, named),
    userOf: (named: Named) => userOf(project, named),
    notify: (notice: words.IterableNotice) => words.notify(notice, password),
  });
}

function enter({ users }: Project, { email, userId }: Named): User {
  const user: User = { email, userId, left: new Set(), types: new Map(), dataFields: {} };
  users.push(user);
  return user;
}

const userOf = ({ users }: Project, named: Named): User | undefined =>
  users.find(
    ({ email, userId }) =>
      (email !== undefined && email.toLowerCase() === named.email?.toLowerCase()) ||
      (userId !== undefined && userId === named.userId),
  );

const ROUTES: Readonly<Record<string, (project: Project, asked: Asked) => Answer>> = {
  'GET /api/users/getByEmail': (project, { query }) => found(project, { email: query.get('email') ?? '' }),
  'GET /api/users/byUserId': (project, { query }) => found(project, { userId: query.get('userId') ?? '' }),
  'GET /api/channels': ({ options }) => ({
    status: 200,
    body: {
      channels: (options.channels ?? []).map(({ id, medium, type }) => ({
        ...{ id, name: `Channel ${id}`, channelType: type, messageMedium: medium },
      })),
    },
  }),
  'GET /api/messageTypes': ({ options }) => ({
    status: 200,
    body: {
      messageTypes: Object.entries(options.types ?? {}).map(([id, channelId]) => ({
        ...{ id: Number(id), channelId, name: `Type ${id}`, subscriptionPolicy: 'OptOut' },
        ...{ createdAt: 0, updatedAt: 0 },
      })),
    },
  }),
  'POST /api/users/update': (project, asked) => update(project, asked),
};

const DELETION = /^DELETE \/api\/users\/(?:byUserId\/([^/]+)|([^/]+@[^/]+|[^/]+%40[^/]+))$/;

/** With all events. It does not keep Iterable from hearing of them again. */
function remove(project: Project, named: Named): Answer {
  const user = userOf(project, named);
  if (!user) return words.refused(404, 'NotFound', `No user ${named.email ?? named.userId}`);
  project.users.splice(project.users.indexOf(user), 1);
  return words.success();
}

const GROUP = /^PUT \/api\/subscriptions\/messageType\/(\d+)$/;

function answer(project: Project, asked: Asked): Answer {
  if (asked.headers['api-key'] !== project.apiKey) return words.UNAUTHORIZED;
  const route = `${asked.method} ${asked.path}`;
  const [, id, email] = DELETION.exec(route) ?? [];
  if (id !== undefined) return remove(project, { userId: decodeURIComponent(id) });
  if (email !== undefined) return remove(project, { email: decodeURIComponent(email) });
  const type = GROUP.exec(route)?.[1];
  if (type !== undefined) return subscribe(project, asked, Number(type));
  return ROUTES[route]?.(project, asked) ?? words.refused(404, 'NotFound', `No such endpoint: ${asked.path}`);
}

function found(project: Project, named: Named): Answer {
  const user = userOf(project, named);
  if (!user)
    return project.options.absent === 'not-found'
      ? words.refused(404, 'NotFound', `No user ${named.email ?? named.userId}`)
      : { status: 200, body: {} };
  const types = [...user.types];
  const dataFields = {
    ...user.dataFields,
    ...{ email: user.email, userId: user.userId, unsubscribedChannelIds: [...user.left] },
    unsubscribedMessageTypeIds: types.filter(([, on]) => !on).map(([id]) => id),
    subscribedMessageTypeIds: types.filter(([, on]) => on).map(([id]) => id),
  };
  return { status: 200, body: { user: { email: user.email, userId: user.userId, dataFields } } };
}

/** Objects are merged one level deep where that is asked for, and replaced where it is not. */
function update(project: Project, asked: Asked): Answer {
  const body = words.Update.safeParse(jsonOf(asked)).data;
  if (!body) return words.refused(400, 'InvalidEmailAddressError', 'Invalid email or userId');
  const { email, userId, dataFields, mergeNestedObjects: merge } = body;
  const user = userOf(project, { email, userId }) ?? enter(project, { email, userId });
  const merged = Object.entries(dataFields).map(([name, value]) => {
    const was = user.dataFields[name];
    return [name, merge && isObject(was) && isObject(value) ? { ...was, ...value } : value];
  });
  user.dataFields = { ...user.dataFields, ...Object.fromEntries(merged) };
  return words.success();
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Changes this message type for these users, and nothing else of theirs. */
function subscribe(project: Project, asked: Asked, type: number): Answer {
  const body = words.Bulk.safeParse(jsonOf(asked)).data;
  const action = asked.query.get('action');
  if (!body || (action !== 'subscribe' && action !== 'unsubscribe'))
    return words.refused(400, 'BadJsonBody', `Invalid users: ${asked.body}`);
  const { types } = project.options;
  if (types && !(type in types)) return words.refused(400, 'BadParams', `Invalid message type: ${type}`);
  const named = [
    ...body.users.map((email) => ({ email })),
    ...body.usersByUserId.map((userId) => ({ userId })),
  ];
  const users = named.map((one) => userOf(project, one));
  if (users.includes(undefined) && project.options.strangers !== 'ignored')
    return words.refused(400, 'UnknownEmailError', `Not found: ${asked.body}`);
  for (const user of users) user?.types.set(type, action === 'subscribe');
  return words.success(`${named.length} users`);
}

/** The topic is a message type; whoever left its channel as a whole gets nothing of it. */
function permitted(project: Project, { identifier, topic }: Question): boolean | undefined {
  const user = userOf(project, { email: identifier }) ?? userOf(project, { userId: identifier });
  const type = Number(topic);
  if (user?.left.has(project.options.types?.[type] ?? -1)) return false;
  return user?.types.get(type);
}

const facts = ({ users }: Project) =>
  users.flatMap(({ email, userId, types }) =>
    [...types].map(([type, on]) => ({
      ...{ identifier: email ?? userId ?? '', topic: String(type), channel: 'messageType', permitted: on },
    })),
  );
