import type { Call, Delivery, DeliveryRow } from '../destination.ts';
import { flagsOf, lift, stop } from './flags.ts';
import { findPeople, isOne } from './lookup.ts';
import { OPTED_OUT, SEVERAL_PEOPLE } from './replies.ts';
import { consentsOf, optedOutSince, type Part, upsert } from './rows.ts';
import type { Settings } from './settings.ts';

/** Stops come first, and what a grant has to wait for is asked after them. */
export function tell(delivery: Delivery, settings: Settings): readonly Call[] {
  const rows = delivery.choices.filter(
    ({ topic, channel }) => settings.consents && topic in settings.topics && channel in settings.channels,
  );
  const flags = flagsOf(delivery, settings);
  if (rows.length + flags.length === 0) return [answer('skipped', 'nothing-mapped')];
  return findPeople(delivery.identifiers, settings, (people) => {
    if (people.length === 0) return [answer('skipped', 'no-such-record')];
    const withdrawn = consentsOf({ delivery, settings, people }, rows.filter(isStop));
    return [
      ...stop(flags, people, settings),
      ...upsert(withdrawn.items, settings),
      ...grant({ delivery, settings, people }, rows),
      ...lift(flags, people, settings),
      ...(withdrawn.orphaned ? [NO_INDIVIDUAL] : []),
    ];
  });
}

const isStop = ({ state }: DeliveryRow): boolean => state === 'withdrawn';

/** Grants, but for those that somebody has overruled in Salesforce since: that is theirs to take back. */
function grant(part: Part, rows: readonly DeliveryRow[]): readonly Call[] {
  const all = rows.filter((row) => !isStop(row));
  const sure = all.filter(({ channel }) => isOne(channel, part.people));
  const granted = consentsOf(part, sure);
  const after = [
    ...(granted.orphaned ? [NO_INDIVIDUAL] : []),
    ...(sure.length < all.length ? [SEVERAL_PEOPLE] : []),
  ];
  if (granted.items.length === 0) return after;
  return optedOutSince(granted.items, part.settings, (open) => [
    ...upsert(open, part.settings),
    ...(open.length < granted.items.length ? [OPTED_OUT] : []),
    ...after,
  ]);
}

const answer = (kind: 'skipped' | 'failed', reason: string): Call => ({
  outcome: { kind, reason },
});
const NO_INDIVIDUAL = answer('failed', 'no-individual');
