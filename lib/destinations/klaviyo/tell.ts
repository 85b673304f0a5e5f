import { type Call, type Delivery, type DeliveryRow, evidenceLine } from '../destination.ts';
import { type Look, stopsFirst, type Words } from '../stops-first.ts';
import { type Channel, isOut, markOf, markOn, objectionTo, type Profile, profilesIn } from './profiles.ts';
import { findProfiles, leaveList, leaveLists, mark, subscribe, unsubscribe } from './requests.ts';
import type { Settings } from './settings.ts';

const KINDS = { email: 'email', sms: 'phone' } as const;
export const CHANNELS = ['email', 'sms'] as const;
/** Who has stopped all of these leaves lists, too, that no topic maps: they may serve any of the channels. */
const ALL = ['email', 'sms', 'push'];

/** One channel of a delivery. */
interface Part {
  readonly delivery: Delivery;
  readonly settings: Settings;
  readonly channel: Channel;
  readonly who: string;
  readonly rows: readonly DeliveryRow[];
}

/** E-mail and text are told apart: each of the profiles that have this address, or this number. */
export const translate = (delivery: Delivery, settings: Settings): readonly Call[] =>
  stopsFirst(
    CHANNELS.flatMap((channel): Look[] => {
      const who = delivery.identifiers[KINDS[channel]];
      const rows = delivery.choices.filter(
        ({ topic, channel: on }) => on === channel && settings.lists[topic]?.[channel] !== undefined,
      );
      if (who === undefined || rows.length === 0) return [];
      const part = { delivery, settings, channel, who, rows };
      return [(then) => findProfiles(part, (reply) => then(wordsFor(part, profilesIn(reply))))];
    }),
  );

function wordsFor(part: Part, profiles: readonly Profile[] | undefined): Words {
  const { delivery, settings, channel, rows } = part;
  if (!profiles) return { stops: [], grants: [answer('failed', 'unreadable-reply')] };
  const listOf = ({ topic }: DeliveryRow): string => settings.lists[topic]?.[channel] ?? '';
  const known = { profiles, channel, mark: markOf(settings, channel) };
  const granted = rows
    .filter(({ state }) => state === 'granted')
    .map((row) => ({ row, objection: objectionTo(row, listOf(row), known) }));
  if (profiles.length + granted.length === 0)
    return { stops: [], grants: [answer('skipped', 'no-such-profile')] };
  const open = granted.filter(({ objection }) => objection === undefined);
  const refused = granted.filter(({ objection }) => objection !== undefined);
  const left = [
    ...rows.filter(({ state }) => state === 'withdrawn'),
    ...(open.length > 0 ? refused.map(({ row }) => row) : []),
  ];
  const stops = settings.globalStop && delivery.stoppedAll.includes(channel) && profiles.length > 0;
  return {
    stops: [
      ...(profiles.length > 0 ? left.map((row) => leaveList(listOf(row), profiles, settings)) : []),
      ...(stops ? stop(part, profiles) : []),
    ],
    grants: [
      ...open.map(({ row }) => subscribe(delivery, row, { ...part, list: listOf(row) })),
      ...refused.map(({ objection = '' }) => answer('needs-user-action', objection)),
      ...(stops || open.length === 0 ? [] : profiles.flatMap((one) => unmarked(part, one))),
    ],
  };
}

/**
 * Ends a mark in two steps, the second when this same version is said once more: until then a job that unsubscribes may
 * still be under way, and whoever it catches must be known as stopped by Heed.
 */
function unmarked({ delivery, settings, channel }: Part, profile: Profile): readonly Call[] {
  const was = markOn(profile, markOf(settings, channel));
  if (was === undefined || isOut(profile, channel)) return [];
  const lifted = `lifted; ${delivery.subject}:${delivery.version}`;
  return [mark(profile, { channel, settings, line: was === lifted ? undefined : lifted })];
}

const answer = (kind: 'failed' | 'skipped' | 'needs-user-action', reason: string): Call => ({
  outcome: { kind, reason },
});

/** Marks first: an unsubscribe that Heed did not mark would count as the person's own, and never be lifted. */
function stop(
  { delivery, settings, channel, who, rows }: Part,
  profiles: readonly Profile[],
): readonly Call[] {
  const line = rows.slice(0, 1).map((row) => evidenceLine(delivery, row))[0];
  return [
    ...profiles.map((one) => mark(one, { channel, settings, line })),
    unsubscribe(channel, who, settings),
    ...(ALL.every((one) => delivery.stoppedAll.includes(one))
      ? profiles.map((one) => leaveLists(one, settings))
      : []),
  ];
}
