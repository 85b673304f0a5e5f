import { type Call, type Delivery, type DeliveryRow, evidenceLine } from '../destination.ts';
import { type Json, textIn } from '../json.ts';
import { type Look, stopsFirst, type Words } from '../stops-first.ts';
import { attributeIn, groupsIn, isOut, usersIn } from './replies.ts';
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

export function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const looks: Look[] = [];
  for (const channel of CHANNELS) {
    const whom = whomOf(delivery, channel);
    const rows = delivery.choices.filter(
      (row) => row.channel === channel && settings.groups[row.topic]?.[channel] !== undefined,
    );
    if (whom && rows.length > 0) looks.push(lookFor({ delivery, settings, channel, whom, rows }));
  }
  return stopsFirst(looks);
}

const lookFor =
  (part: Part): Look =>
  (then) =>
    findUsers(part.whom, (reply) => then(wordsFor(part, usersIn(reply))));

/** Consent is about an address: whoever has it is meant. The company's own id serves where there is none. */
function whomOf({ identifiers }: Delivery, channel: Channel): Whom | undefined {
  const by = KINDS[channel];
  const value = identifiers[by];
  if (value !== undefined) return { by, value };
  const id = identifiers['customer'];
  return id === undefined ? undefined : { by: 'external_id', value: id };
}

function wordsFor(part: Part, users: readonly Json[] | undefined): Words {
  if (!users) return { stops: [], grants: [answer('failed', 'unreadable-reply')] };
  const granted = groupsOf(part, 'granted');
  if (users.length === 0)
    return {
      stops: [],
      grants: [granted.length > 0 && part.settings.createUsers ? enter(part, granted) : NOBODY],
    };
  return { stops: withdraw(part, users), grants: grant(part, users, granted) };
}

function withdraw(part: Part, users: readonly Json[]): readonly Call[] {
  const { delivery, settings, channel, whom } = part;
  const withdrawn = groupsOf(part, 'withdrawn');
  const calls = withdrawn.length > 0 ? [setGroups(withdrawn, 'unsubscribed', whom)] : [];
  if (settings.globalStop && delivery.stoppedAll.includes(channel))
    calls.push(...stop(part, users, withdrawn));
  return calls;
}

const answer = (kind: 'failed' | 'skipped' | 'needs-user-action', reason: string): Call => ({
  outcome: { kind, reason },
});
const NOBODY = answer('skipped', 'no-such-user');

function groupsOf({ rows, settings, channel }: Part, state: DeliveryRow['state']): readonly string[] {
  const ids: string[] = [];
  for (const row of rows) {
    const id = row.state === state ? settings.groups[row.topic]?.[channel] : undefined;
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

/** Attributes with the evidence of these rows, where any are named. */
function evidenceOf(
  { delivery, settings, channel }: Part,
  rows: readonly DeliveryRow[],
): Readonly<Record<string, string>> | undefined {
  let lines: Record<string, string> | undefined;
  for (const row of rows) {
    const name = settings.evidence[row.topic];
    if (name === undefined) continue;
    const line = evidenceLine(delivery, row);
    lines ??= {};
    lines[`${name}_${channel}`] = row.legalBasis === undefined ? line : `${line}; ${row.legalBasis}`;
  }
  return lines;
}

/** Writes the evidence of these rows, where an attribute is named for it. */
function keep(part: Part, rows: readonly DeliveryRow[]): readonly Call[] {
  const lines = evidenceOf(part, rows);
  return lines ? [track(part.whom, lines)] : [];
}

const enter = (part: Part, granted: readonly string[]): Call => {
  const subscription_groups = granted.map((id) => ({
    ...{ subscription_group_id: id, subscription_state: 'subscribed' },
  }));
  return track(part.whom, { subscription_groups, ...evidenceOf(part, part.rows) }, true);
};

/**
 * E-mail has a state as a whole, texts have groups alone. Marks first: a state that Heed did not mark would count as the
 * person's own, and never be lifted. Groups that no topic maps are left too: a later grant must not bring them back.
 */
function stop(part: Part, users: readonly Json[], left: readonly string[]): readonly Call[] {
  const { delivery, settings, channel, whom } = part;
  const others = users.map((user) =>
    findGroups(whom, textIn(user, 'external_id'), (reply) => {
      const rest = groupsIn(reply, channel)?.filter((id) => !left.includes(id));
      if (!rest) return [answer('failed', 'unreadable-reply')];
      return rest.length > 0 ? [setGroups(rest, 'unsubscribed', whom)] : [];
    }),
  );
  if (channel !== 'email') return others;
  const mark = { [settings.stopAttribute]: `stopped; ${delivery.subject}:${delivery.version}` };
  return [track(whom, mark), setEmail(whom, 'unsubscribed'), ...others];
}

/**
 * Groups serve nobody whose e-mail is unsubscribed as a whole. If that was not Heed's doing, only they can undo it: what
 * they withdrew is kept all the same.
 */
function grant(part: Part, users: readonly Json[], granted: readonly string[]): readonly Call[] {
  const { channel, settings, whom, rows } = part;
  if (granted.length === 0) return keep(part, rows);
  const groups = setGroups(granted, 'subscribed', whom);
  if (channel !== 'email') return [groups, ...keep(part, rows)];
  const mark = markOf(users, settings.stopAttribute);
  if (!users.some(isOut)) return [groups, ...unmark(part, mark), ...keep(part, rows)];
  if (mark) return [setEmail(whom, settings.lifted), groups, ...keep(part, rows)];
  const withdrawn = rows.filter(({ state }) => state === 'withdrawn');
  return [...keep(part, withdrawn), answer('needs-user-action', 'unsubscribed')];
}

function markOf(users: readonly Json[], attribute: string): unknown {
  for (const user of users) {
    const mark = attributeIn(user, attribute);
    if (mark) return mark;
  }
  return undefined;
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
