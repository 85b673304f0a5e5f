import * as z from 'zod';
import type { Ask, InboundNotice, Learned, Reply, ReportedChoice } from '../destination.ts';
import { type Channel, isOwnGrant, isOwnStop, KEYS, lookUp } from './merges.ts';
import { found, type Member, membersIn } from './replies.ts';
import type { Settings } from './settings.ts';
import { reasonOn, statusOf } from './told.ts';

const Notice = z.looseObject({ failureType: z.string(), riid: z.coerce.string().optional() });
const Notices = z.union([z.array(Notice), Notice.transform((notice) => [notice])]);

/** Events by which a person leaves a channel, a complaint included. An opt-in names no topic: it is no grant. */
const LEAVING: Readonly<Record<string, Channel>> = {
  EMAIL_OPTOUT: 'email',
  EMAIL_COMPLAINT: 'email',
  SMS_OPT_OUT: 'sms',
};

/** Most members one look-up may ask for. */
const MOST = 200;

/** The password of Basic authentication, or what stands in the address. */
export function secretIn({ headers, key }: InboundNotice): string | undefined {
  const [, encoded] = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(headers['authorization'] ?? '') ?? [];
  if (encoded === undefined) return key;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

/** Opt-outs name members by their id and tell no time: each is asked for, which also shows that there is such a member. */
export function changesIn(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const notices = Notices.safeParse(body).data;
  if (!notices) return { invalid: 'not a Responsys event, nor a list of them' };
  const meant = notices.filter(({ failureType }) => Object.hasOwn(LEAVING, failureType));
  const leaving = meant.flatMap(({ failureType, riid }) => (riid ? [{ riid, failureType }] : []));
  const asks = Object.keys(LEAVING).flatMap((failureType) => {
    const mine = leaving.filter((one) => one.failureType === failureType);
    const ids = [...new Set(mine.map(({ riid }) => riid))];
    const pages = Array.from({ length: Math.ceil(ids.length / MOST) }, (_, n) => n * MOST);
    return pages.map((from) => askFor(settings, failureType, ids.slice(from, from + MOST)));
  });
  const unread = leaving.length < meant.length && { unread: 'an opt-out that names nobody' };
  return { choices: [], asks, ...unread };
}

function askFor(settings: Settings, failureType: string, ids: readonly string[]): Ask {
  const method = `responsys-${failureType.toLowerCase().replaceAll('_', '-')}`;
  return {
    ...lookUp({ settings, query: 'r', ids }),
    learn: (reply) => {
      if (found(reply)) return { choices: [] };
      const occurredAt = timeOf(reply);
      if (reply.status >= 300 || occurredAt === undefined) return undefined;
      const channel = LEAVING[failureType] ?? 'email';
      return {
        choices: membersIn(reply)
          .filter((member) => hasLeft(member, channel, settings))
          .flatMap((member) => withdrawals({ member, channel, settings }, { occurredAt, method })),
      };
    },
  };
}

/** The vendor's own clock, at the moment it says that somebody is opted out: the events carry no time. */
function timeOf({ headers }: Reply): string | undefined {
  const at = Date.parse(headers['date'] ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/**
 * An opt-out that Heed wrote is its own echo. One that a grant of ours overtook counts: where any opt-out is lifted, the
 * status may say yes again only because that grant was on its way when the person left.
 */
function hasLeft(member: Member, channel: Channel, { lift }: Settings): boolean {
  const reason = reasonOn(member, channel);
  if (statusOf(member, channel) === 'O') return !isOwnStop(reason);
  return lift === 'any' && isOwnGrant(reason);
}

interface Leaver {
  readonly member: Member;
  readonly channel: Channel;
  readonly settings: Settings;
}

function withdrawals(
  { member, channel, settings }: Leaver,
  said: Pick<ReportedChoice, 'occurredAt' | 'method'>,
): readonly ReportedChoice[] {
  const value = member[KEYS[channel].column] ?? '';
  if (value === '') return [];
  const identifier =
    channel === 'email' ? { kind: 'email', value } : { kind: 'phone', value: international(value) };
  const mapped = Object.keys(settings.topics).filter((topic) => settings.topics[topic]?.[channel]);
  return (settings.optOutTopics ?? mapped).map((topic) => ({
    ...{ identifier, topic, channel, state: 'withdrawn', ...said },
  }));
}

const international = (number: string): string => (number.startsWith('+') ? number : `+${number}`);
