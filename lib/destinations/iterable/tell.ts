import { type Call, type Delivery, type DeliveryRow, evidenceLine, type SingleCall } from '../destination.ts';
import { stopsFirst, type Words } from '../stops-first.ts';
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
  const rows = delivery.choices.flatMap((row): Typed[] => {
    const type = isChannel(row.channel) ? settings.messageTypes[row.topic]?.[row.channel] : undefined;
    return type === undefined ? [] : [{ row, type }];
  });
  const whom = whomOf(delivery, settings);
  if (!whom || rows.length === 0) return [];
  const part = { delivery, settings, whom, rows };
  return stopsFirst([
    (then) => findUser(whom, (user) => then(user ? wordsFor(part, user) : wordsOfNew(part))),
  ]);
}

const isChannel = (channel: string): channel is Channel => CHANNELS.some((one) => one === channel);
const isGrant = ({ row }: Typed): boolean => row.state === 'granted';

/**
 * Subscribes to a message type, or unsubscribes: in a body, for many people at once, where the other request of Iterable's
 * has the address in its path. Nothing that is not named is touched.
 */
const change = (type: number, action: 'subscribe' | 'unsubscribe', whom: Whom): Call => ({
  method: 'PUT',
  path: `/api/subscriptions/messageType/${type}?action=${action}`,
  items: [whom],
  wrap: (items) => ({ users: namesOf(items, 'email'), usersByUserId: namesOf(items, 'userId') }),
  split: () => undefined,
});

const namesOf = (items: readonly unknown[], by: 'email' | 'userId'): readonly unknown[] =>
  items.flatMap((item) => {
    const value: unknown = typeof item === 'object' && item !== null ? Reflect.get(item, by) : undefined;
    return value === undefined ? [] : [value];
  });

function wordsFor(part: Part, user: User): Words {
  const { delivery, settings, whom, rows } = part;
  const withdrawn = rows.filter((one) => !isGrant(one));
  const stopped = settings.globalStop ? CHANNELS.filter((one) => delivery.stoppedAll.includes(one)) : [];
  const left = rows.filter((one) => isGrant(one) && hasLeft(part, user, one));
  const open = rows.filter((one) => isGrant(one) && !left.includes(one));
  const told = rows.filter((one) => !left.includes(one));
  return {
    stops: [
      ...withdrawn.map(({ type }) => change(type, 'unsubscribe', whom)),
      ...(stopped.length > 0 ? [stop(part, stopped)] : []),
    ],
    grants: [
      ...grant(part, user, open),
      ...(left.length > 0 ? [userAction('unsubscribed')] : []),
      ...(settings.evidenceField !== false && told.length > 0
        ? [keep(part, told, settings.evidenceField)]
        : []),
    ],
  };
}

const userAction = (reason: string): Call => ({ outcome: { kind: 'needs-user-action', reason } });

/** Told of this very grant before, Iterable has them unsubscribed: they left there since. */
function hasLeft({ settings: { evidenceField } }: Part, user: User, { row, type }: Typed): boolean {
  if (evidenceField === false || !user.dataFields?.unsubscribedMessageTypeIds?.includes(type)) return false;
  const told = toldOf(user, evidenceField, nameOf(row));
  return told !== undefined && told.state === 'granted' && told.at >= row.occurredAt;
}

/**
 * A channel that somebody left as a whole is theirs to come back to: Heed leaves types alone, never channels, so that it
 * was not Heed. What they are granted there reaches nobody.
 */
function grant({ whom }: Part, user: User, open: readonly Typed[]): readonly Call[] {
  const gone = user.dataFields?.unsubscribedChannelIds ?? [];
  const subscribe = (some: readonly Typed[]) => some.map(({ type }) => change(type, 'subscribe', whom));
  if (gone.length === 0 || open.length === 0) return subscribe(open);
  return [
    askTypes((types) => {
      const reached = open.filter(({ type }) => !gone.includes(types.get(type) ?? -1));
      return [
        ...subscribe(reached),
        ...(reached.length < open.length ? [userAction('channel-unsubscribed')] : []),
      ];
    }),
  ];
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
  const told = rows.map(({ row }) => {
    const { state, occurredAt, legalBasis } = row;
    const line = [state, occurredAt, ...(legalBasis ? [legalBasis] : []), evidenceLine(delivery, row)];
    return [nameOf(row), line.join('; ')];
  });
  return update(whom, { dataFields: { [field]: Object.fromEntries(told) } });
}

const update = (whom: Whom, more: object): SingleCall => ({
  method: 'POST',
  path: '/api/users/update',
  body: { ...whom, ...more, mergeNestedObjects: true, createNewFields: true },
});

/** Someone new appears within a minute or so, and is subscribed at the latest when this is said once more. */
function wordsOfNew(part: Part): Words {
  const { settings, whom, rows } = part;
  const granted = rows.filter(isGrant);
  if (granted.length === 0 || !settings.createUsers)
    return { stops: [], grants: [{ outcome: { kind: 'skipped', reason: 'no-such-user' } }] };
  const created = update(whom, { dataFields: {}, ...('userId' in whom && { preferUserId: true }) });
  return {
    stops: [],
    grants: [
      {
        ...created,
        interpret: ({ status }) => (status === 200 ? { kind: 'delivered', appliedLater: true } : undefined),
      },
      ...granted.map(({ type }) => ({ ...alone(type, whom), interpret: notYet })),
    ],
  };
}

const alone = (type: number, whom: Whom): SingleCall => ({
  method: 'PUT',
  path: `/api/subscriptions/messageType/${type}?action=subscribe`,
  body: { users: namesOf([whom], 'email'), usersByUserId: namesOf([whom], 'userId') },
});
