import { randomUUID } from 'node:crypto';
import * as words from './braze-words.ts';
import {
  type BrazeOptions,
  type Channel,
  emailStateOf,
  enter,
  facts,
  type Named,
  permitted,
  setEmailState,
  type User,
  usersWith,
  type Workspace,
} from './braze-workspace.ts';
import { type Answer, type Asked, jsonOf, type Simulator, simulate } from './simulator.ts';

export interface Braze extends Simulator {
  readonly secret: () => {
    readonly apiKey: string;
    readonly webhookKeys: readonly string[];
    readonly endpoint: string;
  };
  readonly enter: (named: Named) => User;
  /** Subscribes to a group at Braze itself. */
  readonly join: (named: Named, group: string) => void;
  /** The person unsubscribes from all mail at Braze. */
  readonly leave: (email: string) => void;
  readonly usersWith: (named: Named) => readonly User[];
  /** Calls a webhook campaign; gives the status of the reply. */
  readonly notify: (notice: words.BrazeNotice) => Promise<number>;
}

interface Instance extends Workspace {
  readonly apiKey: string;
}

/** Subscription groups, the state of e-mail, users and their export, and a webhook campaign of Braze's. */
export function simulateBraze(options: BrazeOptions = {}): Braze {
  const instance: Instance = { options, users: [], emailStates: new Map(), apiKey: randomUUID() };
  const webhookKey = randomUUID();
  const simulator = simulate({
    answer: (asked) => answer(instance, asked),
    unauthorized: words.UNAUTHORIZED,
    permitted: (question) => permitted(instance, question),
    facts: () => facts(instance),
  });
  return Object.assign(simulator, {
    secret: () => ({ apiKey: instance.apiKey, webhookKeys: [webhookKey], endpoint: simulator.url }),
    enter: (named: Named) => enter(instance, named),
    join: (named: Named, group: string) => {
      for (const user of usersWith(instance, named)) user.groups.set(group, 'subscribed');
    },
    leave: (email: string) => setEmailState(instance, email, 'unsubscribed'),
    usersWith: (named: Named) => usersWith(instance, named),
    notify: (notice: words.BrazeNotice) => words.notify(notice, webhookKey),
  });
}

const ROUTES: Readonly<Record<string, (instance: Instance, asked: Asked) => Answer>> = {
  'POST /users/export/ids': (instance, asked) => exportUsers(instance, asked),
  'POST /v2/subscription/status/set': (instance, asked) => setGroups(instance, asked),
  'POST /email/status': (instance, asked) => setEmail(instance, asked),
  'POST /users/delete': (instance, asked) => remove(instance, asked),
  'POST /users/track': (instance, asked) => track(instance, asked),
  'GET /subscription/user/status': (instance, asked) => groupsOf(instance, asked),
};

function answer(instance: Instance, asked: Asked): Answer {
  if (asked.headers['authorization'] !== `Bearer ${instance.apiKey}`) return words.UNAUTHORIZED;
  return ROUTES[`${asked.method} ${asked.path}`]?.(instance, asked) ?? words.refused(404, 'Not found');
}

function exportUsers(instance: Instance, asked: Asked): Answer {
  const body = words.Export.safeParse(jsonOf(asked)).data;
  if (!body) return words.refused(400, 'Only one of email_address, phone or device_id may be given.');
  const { external_ids: [externalId] = [], email_address: email, phone } = body;
  const named = { externalId, email, phone };
  const known = usersWith(instance, named);
  if (known.length === 0 && instance.options.everyoneIsKnown) enter(instance, named);
  return words.success({
    users: usersWith(instance, named).map((user) => ({
      ...(body.fields_to_export.includes('braze_id') && { braze_id: user.id }),
      ...(user.externalId !== undefined && { external_id: user.externalId }),
      ...{ email_subscribe: emailStateOf(instance, user), custom_attributes: user.attributes },
    })),
  });
}

/** Takes addresses for groups of mail, numbers for those of texts, and the company's own ids for either. */
function setGroups(instance: Instance, asked: Asked): Answer {
  const groups = words.Groups.safeParse(jsonOf(asked)).data?.subscription_groups;
  if (!groups) return words.refused(400, 'subscription_groups are not valid');
  if (groups.some(({ emails }) => emails) && groups.some(({ phones }) => phones))
    return words.refused(400, 'You cannot include both emails and phones.');
  const wrong = groups.map((group) => faultIn(instance, group)).find((fault) => fault !== undefined);
  if (wrong !== undefined) return words.refused(400, wrong);
  for (const group of groups)
    for (const named of namesIn(group))
      for (const user of usersWith(instance, named))
        user.groups.set(group.subscription_group_id, group.subscription_state);
  return words.success({}, 201);
}

function faultIn({ options: { groups } }: Instance, group: words.Group): string | undefined {
  const channel = groups?.[group.subscription_group_id];
  if (groups && !channel) return `Invalid subscription_group_id: ${group.subscription_group_id}`;
  if (channel === 'email' && group.phones) return `${group.phones[0]} cannot be in an email group`;
  return channel === 'sms' && group.emails ? `${group.emails[0]} cannot be in an SMS group` : undefined;
}

const namesIn = ({ emails = [], phones = [], external_ids: ids = [] }: words.Group): readonly Named[] => [
  ...emails.map((email) => ({ email })),
  ...phones.map((phone) => ({ phone })),
  ...ids.map((externalId) => ({ externalId })),
];

/** For good. Of the kinds of identifier only one may be named; who is not there is not counted. */
function remove({ users }: Instance, asked: Asked): Answer {
  const ids = words.Delete.safeParse(jsonOf(asked)).data?.braze_ids;
  if (!ids) return words.refused(400, 'At least one and at most 50 braze_ids must be given.');
  const known = users.filter(({ id }) => ids.includes(id));
  for (const user of known) users.splice(users.indexOf(user), 1);
  return words.success({ deleted: known.length }, 201);
}

function setEmail(instance: Instance, asked: Asked): Answer {
  const body = words.EmailStatus.safeParse(jsonOf(asked)).data;
  if (!body) return words.refused(400, 'email or subscription_state is not valid');
  setEmailState(instance, body.email, body.subscription_state);
  return words.success({}, 201);
}

/** Writes attributes; someone new only where that is not ruled out. */
function track(instance: Instance, asked: Asked): Answer {
  const items = words.Track.safeParse(jsonOf(asked)).data?.attributes;
  if (!items) return words.refused(400, 'attributes are not valid');
  for (const item of items) write(instance, item);
  return words.success({ attributes_processed: items.length }, 201);
}

function write(instance: Instance, item: words.Attributes): void {
  const { external_id: externalId, email, phone, _update_existing_only: existing, ...said } = item;
  const { email_subscribe: state, subscription_groups: groups = [], ...attributes } = said;
  const named = { externalId, email, phone };
  const known = usersWith(instance, named);
  if (known.length === 0 && existing) return;
  for (const user of known.length > 0 ? known : [enter(instance, named)]) {
    const kept = Object.entries({ ...user.attributes, ...attributes }).filter(([, value]) => value !== null);
    user.attributes = Object.fromEntries(kept);
    if (state !== undefined && user.email !== undefined) setEmailState(instance, user.email, state);
    for (const group of groups) user.groups.set(group.subscription_group_id, group.subscription_state);
  }
}

function groupsOf(instance: Instance, { query }: Asked): Answer {
  const externalId = query.get('external_id') ?? undefined;
  const named = {
    externalId,
    email: query.get('email') ?? undefined,
    phone: query.get('phone') ?? undefined,
  };
  const channelOf = (id: string): Channel => instance.options.groups?.[id] ?? 'email';
  const users = usersWith(instance, named).map((user) => ({
    ...{ email: user.email ?? null, phone: user.phone ?? null, external_id: user.externalId ?? null },
    subscription_groups: [...user.groups].map(([id, state]) => ({
      ...{ id, name: `Group ${id}`, channel: channelOf(id) },
      status: state === 'subscribed' ? 'Subscribed' : 'Unsubscribed',
    })),
  }));
  return words.success({ users, total_count: users.length });
}
