import { type Call, type Delivery, type DeliveryRow, evidenceLine } from '../destination.ts';
import { type Look, stopsFirst, type Words } from '../stops-first.ts';
import { groupsIn, type User, usersIn } from './replies.ts';
import { findGroups, findUsers, setEmail, setGroups, track, type Whom } from './requests.ts';
import type { Settings } from './settings.ts';

export const CHANNELS = ['email', 'sms'] as const;
type Channel = (typeof CHANNELS)[number];
const KINDS = { email: 'email', sms: 'phone' } as const;

/** One channel of a delivery. */
interface Part {
  readonly delivery: Delivery;
  readonly settings: Settings;
  readonly channel: Channel;
  readonly whom: Whom;
  readonly rows: readonly DeliveryRow[];
}

export const translate = (delivery: Delivery, settings: Settings): readonly Call[] =>
  stopsFirst(
    CHANNELS.flatMap((channel): Look[] => {
      const rows = delivery.choices.filter(
        ({ topic, channel: on }) => on === channel && settings.groups[topic]?.[channel] !== undefined,
      );
      const whom = whomOf(delivery, channel);
      if (!whom || rows.length === 0) return [];
      const part = { delivery, settings, channel, whom, rows };
      return [(then) => findUsers(whom, (reply) => then(wordsFor(part, usersIn(reply))))];
    }),
  );

/** Consent is about an address: whoever has it is meant. The company's own id serves where there is none. */
function whomOf({ identifiers }: Delivery, channel: Channel): Whom | undefined {
  const by = KINDS[channel];
  const value = identifiers[by];
  if (value !== undefined) return { by, value };
  const id = identifiers['customer'];
  return id === undefined ? undefined : { by: 'external_id', value: id };
}

function wordsFor(part: Part, users: readonly User[] | undefined): Words {
  const { delivery, settings, channel, whom, rows } = part;
  if (!users) return { stops: [], grants: [answer('failed', 'unreadable-reply')] };
  const withdrawn = groupsOf(part, 'withdrawn');
  const granted = groupsOf(part, 'granted');
  if (users.length === 0)
    return {
      stops: [],
      grants: [granted.length > 0 && settings.createUsers ? enter(part, granted) : NOBODY],
    };
  const stops = settings.globalStop && delivery.stoppedAll.includes(channel);
  return {
    stops: [
      ...(withdrawn.length > 0 ? [setGroups(withdrawn, 'unsubscribed', whom)] : []),
      ...(stops ? stop(part, users, withdrawn) : []),
    ],
    grants: [
      ...(granted.length > 0 ? grant(part, users, granted) : []),
      ...evidenceOf(part, rows).map((attributes) => track(whom, attributes)),
    ],
  };
}

const answer = (kind: 'failed' | 'skipped' | 'needs-user-action', reason: string): Call => ({
  outcome: { kind, reason },
});
const NOBODY = answer('skipped', 'no-such-user');

const groupsOf = ({ rows, settings, channel }: Part, state: DeliveryRow['state']): readonly string[] =>
  rows.flatMap((row) => (row.state === state ? (settings.groups[row.topic]?.[channel] ?? []) : []));

/** Attributes with the evidence of these rows, at most one set of them. */
function evidenceOf({ delivery, settings, channel }: Part, rows: readonly DeliveryRow[]): readonly object[] {
  const lines = rows.flatMap((row): [string, string][] => {
    const name = settings.evidence[row.topic];
    const basis = row.legalBasis === undefined ? '' : `; ${row.legalBasis}`;
    return name === undefined ? [] : [[`${name}_${channel}`, `${evidenceLine(delivery, row)}${basis}`]];
  });
  return lines.length > 0 ? [Object.fromEntries(lines)] : [];
}

const enter = (part: Part, granted: readonly string[]): Call => {
  const subscription_groups = granted.map((id) => ({
    ...{ subscription_group_id: id, subscription_state: 'subscribed' },
  }));
  const [evidence = {}] = evidenceOf(part, part.rows);
  return track(part.whom, { subscription_groups, ...evidence }, true);
};

/**
 * E-mail has a state as a whole, texts have groups alone. Marks first: a state that Heed did not mark would count as the
 * person's own, and never be lifted. Groups that no topic maps are left too: a later grant must not bring them back.
 */
function stop(part: Part, users: readonly User[], left: readonly string[]): readonly Call[] {
  const { delivery, settings, channel, whom } = part;
  const others = users.map((user) =>
    findGroups(whom, user.external_id, (reply) => {
      const rest = groupsIn(reply, channel)?.filter((id) => !left.includes(id));
      if (!rest) return [answer('failed', 'unreadable-reply')];
      return rest.length > 0 ? [setGroups(rest, 'unsubscribed', whom)] : [];
    }),
  );
  if (channel !== 'email') return others;
  const mark = { [settings.stopAttribute]: `stopped; ${delivery.subject}:${delivery.version}` };
  return [track(whom, mark), setEmail(whom, 'unsubscribed'), ...others];
}

/** Groups serve nobody whose e-mail is unsubscribed as a whole. If that was not Heed's doing, only they can undo it. */
function grant(part: Part, users: readonly User[], granted: readonly string[]): readonly Call[] {
  const { channel, settings, whom } = part;
  const groups = setGroups(granted, 'subscribed', whom);
  if (channel !== 'email') return [groups];
  const mark = users
    .map(({ custom_attributes: own }) => own?.[settings.stopAttribute])
    .find((one) => Boolean(one));
  const out = users.some(({ email_subscribe: state }) => state === 'unsubscribed');
  if (!out) return [groups, ...unmark(part, mark)];
  return mark ? [setEmail(whom, settings.lifted), groups] : [answer('needs-user-action', 'unsubscribed')];
}

/**
 * Ends a mark in two steps, the second when this same version is said once more: until then an unsubscribe that was taken
 * may still be under way, and whoever it catches must be known as stopped by Heed.
 */
function unmark({ delivery, settings, whom }: Part, mark: unknown): readonly Call[] {
  if (!mark) return [];
  const lifted = `lifted; ${delivery.subject}:${delivery.version}`;
  return [track(whom, { [settings.stopAttribute]: mark === lifted ? null : lifted })];
}
