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
export function translate(delivery: Delivery, settings: Settings): readonly Call[] {
  const looks: Look[] = [];
  for (const channel of CHANNELS) {
    const who = delivery.identifiers[KINDS[channel]];
    const rows = delivery.choices.filter(
      (row) => row.channel === channel && settings.lists[row.topic]?.[channel] !== undefined,
    );
    if (who !== undefined && rows.length > 0) looks.push(lookFor({ delivery, settings, channel, who, rows }));
  }
  return stopsFirst(looks);
}

const lookFor =
  (part: Part): Look =>
  (then) =>
    findProfiles(part, (reply) => then(wordsFor(part, profilesIn(reply))));

const listOf = ({ settings, channel }: Part, { topic }: DeliveryRow): string =>
  settings.lists[topic]?.[channel] ?? '';

function wordsFor(part: Part, profiles: readonly Profile[] | undefined): Words {
  if (!profiles) return { stops: [], grants: [answer('failed', 'unreadable-reply')] };
  if (profiles.length === 0) return wordsOfNew(part);
  const { delivery, settings, channel } = part;
  const { left, open, objections } = sorted(part, profiles);
  const stops = settings.globalStop && delivery.stoppedAll.includes(channel);
  const leave = left.map((row) => leaveList(listOf(part, row), profiles, settings));
  const grants: Call[] = open.map((row) => subscribe(part, row, listOf(part, row)));
  if (!stops && open.length > 0) for (const one of profiles) grants.push(...unmarked(part, one));
  grants.push(...objections);
  return { stops: stops ? [...leave, ...stop(part, profiles)] : leave, grants };
}

/** A grant that Klaviyo must not be told of leaves its list before another lifts what the person said there. */
function sorted(part: Part, profiles: readonly Profile[]) {
  const known = { profiles, channel: part.channel, mark: markOf(part.settings, part.channel) };
  const left: DeliveryRow[] = [];
  const open: DeliveryRow[] = [];
  const refused: DeliveryRow[] = [];
  const objections: Call[] = [];
  for (const row of part.rows) {
    if (row.state !== 'granted') {
      left.push(row);
      continue;
    }
    const objection = objectionTo(row, listOf(part, row), known);
    if (objection !== undefined) objections.push(answer('needs-user-action', objection));
    (objection === undefined ? open : refused).push(row);
  }
  if (open.length > 0) left.push(...refused);
  return { left, open, objections };
}

/** Klaviyo makes a profile for whoever subscribes; nobody else is entered. */
function wordsOfNew(part: Part): Words {
  const granted = part.rows.filter(({ state }) => state === 'granted');
  const grants = granted.map((row) => subscribe(part, row, listOf(part, row)));
  return { stops: [], grants: grants.length > 0 ? grants : [answer('skipped', 'no-such-profile')] };
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
