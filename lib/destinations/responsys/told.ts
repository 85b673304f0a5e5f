import type { Call, Delivery, DeliveryRow, Reply } from '../destination.ts';
import type { Key, Saying } from './merges.ts';
import { asking, type Channel, type Choices, choose, create, isOwnStop, KEYS, optIn } from './merges.ts';
import { type Member, membersIn } from './replies.ts';
import type { Settings } from './settings.ts';

/** A member by one key, and what is said of them on that key's channel. */
export interface Told {
  readonly key: Key;
  readonly withdrawn: readonly DeliveryRow[];
  readonly granted: readonly DeliveryRow[];
  readonly stopped: boolean;
}

/** Empty where there is nothing to find a member by. While everything is stopped on a channel nothing is granted there. */
export function toldOn(channel: Channel, delivery: Delivery, settings: Settings): readonly Told[] {
  const { email, phone } = delivery.identifiers;
  const number = settings.phone === 'digits' ? phone?.replace('+', '') : phone;
  const value = channel === 'email' ? email : number;
  if (value === undefined) return [];
  const stopped = delivery.stoppedAll.includes(channel);
  const on = (state: DeliveryRow['state']) =>
    delivery.choices.filter(
      (row) => row.channel === channel && row.state === state && settings.topics[row.topic]?.[channel],
    );
  const granted = stopped ? [] : on('granted');
  return [
    { key: { channel, value }, withdrawn: on('withdrawn'), granted, stopped: stopped && settings.globalStop },
  ];
}

/** What a grant takes. Where any opt-out is lifted nothing has to be known of the member. */
export function grantCalls(saying: Saying, choices: Choices): readonly Call[] {
  const { settings, key } = saying;
  const chosen = choose(choices, false);
  if (settings.lift === 'any') return [optIn(saying, key.channel === 'email'), chosen];
  return [asking(settings, key, (reply) => lifted(reply, saying, chosen))];
}

/** By what the list says of the member: an opt-out that is not Heed's own stays. A number alone makes no member. */
function lifted(reply: Reply, saying: Saying, chosen: Call): readonly Call[] {
  const { channel } = saying.key;
  const members = membersIn(reply);
  if (members.length === 0)
    return channel === 'email' ? [create(saying), chosen] : [answer('skipped', 'no-such-member')];
  const out = members.filter((member) => statusOf(member, channel) !== 'I');
  if (out.some((member) => statusOf(member, channel) === 'O' && !isOwnStop(reasonOn(member, channel))))
    return [answer('needs-user-action', 'opted-out-at-responsys')];
  return out.length > 0 ? [optIn(saying, false), chosen] : [chosen];
}

export const statusOf = (member: Member, channel: Channel): string | undefined =>
  member[`${KEYS[channel].permission}_PERMISSION_STATUS_`];

export const reasonOn = (member: Member, channel: Channel): string =>
  member[`${KEYS[channel].permission}_PERMISSION_REASON_`] ?? '';

const answer = (kind: 'skipped' | 'needs-user-action', reason: string): Call => ({
  outcome: { kind, reason },
});
