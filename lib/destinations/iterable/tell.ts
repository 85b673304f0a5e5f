import {
  type Call,
  type Delivery,
  type DeliveryRow,
  evidenceLine,
  type Outcome,
  type Reply,
  type SingleCall,
} from '../destination.ts';
import { isJson } from '../json.ts';
import { type Look, stopsFirst, type Words } from '../stops-first.ts';
import { notYet } from './replies.ts';
import type { Settings } from './settings.ts';
import {
  askTypes,
  findUser,
  marketingIn,
  toldOf,
  UNREADABLE,
  type User,
  type Whom,
  whomOf,
} from './users.ts';

export const CHANNELS = ['email', 'sms', 'push'] as const;
type Channel = (typeof CHANNELS)[number];

/** A row, and the message type that stands for it. */
interface Typed {
  readonly row: DeliveryRow;
  readonly type: number;
}

/** A delivery to one user. */
interface Part {
  readonly delivery: Delivery;
  readonly settings: Settings;
  readonly whom: Whom;
  readonly rows: readonly Typed[];
}

export function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const rows: Typed[] = [];
  for (const row of delivery.choices) {
    const type = isChannel(row.channel) ? settings.messageTypes[row.topic]?.[row.channel] : undefined;
    if (type !== undefined) rows.push({ row, type });
  }
  const whom = whomOf(delivery, settings);
  return whom && rows.length > 0 ? stopsFirst([lookFor({ delivery, settings, whom, rows })]) : [];
}

const lookFor =
  (part: Part): Look =>
  (then) =>
    findUser(part.whom, (user) => then(user ? wordsFor(part, user) : wordsOfNew(part)));

const isChannel = (channel: string): channel is Channel =>
  channel === 'email' || channel === 'sms' || channel === 'push';
const isGrant = ({ row }: Typed): boolean => row.state === 'granted';

/**
 * Subscribes to a message type, or unsubscribes: in a body, for many people at once, where the other request of Iterable's
 * has the address in its path. Nothing that is not named is touched.
 */
const change = (type: number, action: 'subscribe' | 'unsubscribe', whom: Whom): Call => ({
  method: 'PUT',
  path: `/api/subscriptions/messageType/${type}?action=${action}`,
  items: [whom],
  wrap: bulk,
  split: asOne,
});

const asOne = (): undefined => undefined;

function bulk(items: readonly unknown[]): object {
  const users: unknown[] = [];
  const usersByUserId: unknown[] = [];
  for (const item of items) {
    if (!isJson(item)) continue;
    if ('email' in item) users.push(item['email']);
    else usersByUserId.push(item['userId']);
  }
  return { users, usersByUserId };
}

/** What of a delivery is open to be said. */
interface Sorted {
  readonly withdrawn: readonly Typed[];
  readonly open: readonly Typed[];
  /** That this be said would undo what the person did at Iterable. */
  readonly left: readonly Typed[];
}

function sorted(part: Part, user: User): Sorted {
  const withdrawn: Typed[] = [];
  const open: Typed[] = [];
  const left: Typed[] = [];
  for (const one of part.rows) {
    if (!isGrant(one)) withdrawn.push(one);
    else if (hasLeft(part, user, one)) left.push(one);
    else open.push(one);
  }
  return { withdrawn, open, left };
}

function wordsFor(part: Part, user: User): Words {
  const { withdrawn, open, left } = sorted(part, user);
  const refused = left.length > 0 ? 'unsubscribed' : undefined;
  const stops = withdrawn.map(({ type }) => change(type, 'unsubscribe', part.whom));
  const stopped = stoppedIn(part);
  if (stopped.length > 0) stops.push(stop(part, stopped));
  if (open.length === 0 || user.leftChannels.length === 0)
    return { stops, grants: granted(part, { withdrawn, open, refused }) };
  const ask = askTypes((types) => {
    const reached = open.filter(({ type }) => !user.leftChannels.includes(types.get(type)));
    const gone = reached.length < open.length ? 'channel-unsubscribed' : undefined;
    return granted(part, { withdrawn, open: reached, refused: gone ?? refused });
  });
  return { stops, grants: [ask] };
}

function stoppedIn({ delivery, settings }: Part): readonly Channel[] {
  if (!settings.globalStop || delivery.stoppedAll.length === 0) return [];
  return CHANNELS.filter((one) => delivery.stoppedAll.includes(one));
}

const userAction = (reason: string): Call => ({ outcome: { kind: 'needs-user-action', reason } });

/** Told of this very grant before, Iterable has them unsubscribed: they left there since. */
function hasLeft({ settings: { evidenceField } }: Part, user: User, { row, type }: Typed): boolean {
  if (evidenceField === false || !user.leftTypes.includes(type)) return false;
  const told = toldOf(user, evidenceField, nameOf(row));
  return told !== undefined && told.state === 'granted' && told.at >= row.occurredAt;
}

/**
 * What is told is kept, before it is said what cannot be. A channel that somebody left as a whole is theirs to come back
 * to: Heed leaves types alone, never channels, so that it was not Heed. What they are granted there reaches nobody.
 */
function granted(
  part: Part,
  said: {
    readonly withdrawn: readonly Typed[];
    readonly open: readonly Typed[];
    readonly refused: string | undefined;
  },
): readonly Call[] {
  const { evidenceField: field } = part.settings;
  const calls = said.open.map(({ type }) => change(type, 'subscribe', part.whom));
  const told = [...said.withdrawn, ...said.open];
  if (field !== false && told.length > 0) calls.push(keep(part, told, field));
  if (said.refused !== undefined) calls.push(userAction(said.refused));
  return calls;
}

/** Every marketing type there is on the channels, also those that no topic maps. */
const stop = ({ whom, rows }: Part, stopped: readonly Channel[]): Call => ({
  method: 'GET',
  path: '/api/channels',
  next: (reply) => {
    const channels = marketingIn(reply, stopped);
    if (!channels) return [UNREADABLE];
    const said = new Set(rows.map(({ type }) => type));
    return [
      askTypes((types) =>
        [...types]
          .filter(([type, channel]) => channels.has(channel) && !said.has(type))
          .map(([type]) => change(type, 'unsubscribe', whom)),
      ),
    ];
  },
});

const nameOf = ({ topic, channel }: DeliveryRow): string =>
  `${topic.replace(/[^A-Za-z0-9]/g, '_')}_${channel}`;

/**
 * What was said of each topic, with its evidence: one text each, because a project has room for a thousand fields. The
 * rest of the object stays as it is.
 */
function keep({ delivery, whom }: Part, rows: readonly Typed[], field: string): SingleCall {
  const told: Record<string, string> = {};
  for (const { row } of rows) told[nameOf(row)] = lineOf(delivery, row);
  return {
    method: 'POST',
    path: '/api/users/update',
    body: { ...whom, dataFields: { [field]: told }, mergeNestedObjects: true, createNewFields: true },
  };
}

const lineOf = (delivery: Delivery, row: DeliveryRow): string => {
  const { state, occurredAt, legalBasis } = row;
  const basis = legalBasis ? `${legalBasis}; ` : '';
  return `${state}; ${occurredAt}; ${basis}${evidenceLine(delivery, row)}`;
};

/** Someone new appears within a minute or so, and is subscribed at the latest when this is said once more. */
function wordsOfNew({ settings, whom, rows }: Part): Words {
  if (!settings.createUsers || !rows.some(isGrant))
    return { stops: [], grants: [{ outcome: { kind: 'skipped', reason: 'no-such-user' } }] };
  const grants: Call[] = [create(whom)];
  for (const one of rows) if (isGrant(one)) grants.push(subscribeNew(one.type, whom));
  return { stops: [], grants };
}

const create = (whom: Whom): SingleCall => ({
  method: 'POST',
  path: '/api/users/update',
  body: 'userId' in whom ? { userId: whom.userId, preferUserId: true } : whom,
  interpret: taken,
});

const taken = ({ status }: Reply): Outcome | undefined => (status === 200 ? LATER : undefined);
const LATER: Outcome = { kind: 'delivered', appliedLater: true };

const subscribeNew = (type: number, whom: Whom): SingleCall => ({
  method: 'PUT',
  path: `/api/subscriptions/messageType/${type}?action=subscribe`,
  body: bulk([whom]),
  interpret: notYet,
});
