import type { Call, Delivery, DeliveryRow, Reply } from '../destination.ts';
import { asking, type Channel, choose, create, isOwnStop, KEYS, optIn, type Saying } from './merges.ts';
import { type Member, membersIn } from './replies.ts';
import type { Settings } from './settings.ts';

/** The value that a channel's members are found by; undefined where the person has none. */
export function keyOn(channel: Channel, delivery: Delivery, settings: Settings): string | undefined {
  const { email, phone } = delivery.identifiers;
  if (channel === 'email') return email;
  return settings.phone === 'digits' && phone?.startsWith('+') ? phone.slice(1) : phone;
}

/** Rows of one state that have a column on this channel. */
export const rowsOn = (
  channel: Channel,
  state: DeliveryRow['state'],
  { delivery, settings }: Pick<Saying, 'delivery' | 'settings'>,
): readonly DeliveryRow[] =>
  delivery.choices.filter(
    (row) => row.channel === channel && row.state === state && settings.topics[row.topic]?.[channel],
  );

/** What a grant takes. Where any opt-out is lifted nothing has to be known of the member. */
export function grantCalls(saying: Saying, rows: readonly DeliveryRow[]): readonly Call[] {
  if (saying.settings.lift === 'any')
    return [optIn(saying, rows[0], saying.channel === 'email'), choose(saying, rows, false)];
  return [asking(saying, (reply) => lifted(reply, saying, rows))];
}

/** By what the list says of the member: an opt-out that is not Heed's own stays. A number alone makes no member. */
function lifted(reply: Reply, saying: Saying, rows: readonly DeliveryRow[]): readonly Call[] {
  const { channel } = saying;
  const members = membersIn(reply);
  if (members.length === 0 && channel === 'sms') return [answer('skipped', 'no-such-member')];
  const chosen = choose(saying, rows, false);
  if (members.length === 0) return [create(saying, rows[0]), chosen];
  const out = members.filter((member) => statusOf(member, channel) !== 'I');
  if (out.some((member) => statusOf(member, channel) === 'O' && !isOwnStop(reasonOn(member, channel))))
    return [answer('needs-user-action', 'opted-out-at-responsys')];
  return out.length > 0 ? [optIn(saying, rows[0], false), chosen] : [chosen];
}

export const statusOf = (member: Member, channel: Channel): string | undefined =>
  member[KEYS[channel].status];

export const reasonOn = (member: Member, channel: Channel): string => member[KEYS[channel].reason] ?? '';

const answer = (kind: 'skipped' | 'needs-user-action', reason: string): Call => ({
  outcome: { kind, reason },
});
