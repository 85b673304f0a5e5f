import * as z from 'zod';
import type { Ask, Learned, ReportedChoice } from '../destination.ts';
import { memberIn, pathOf } from './members.ts';
import { groupOf, type Settings, topicsOf } from './settings.ts';

const Notice = z.object({ type: z.string(), fired_at: z.string() });
const Named = z.object({
  'data[list_id]': z.string(),
  'data[email]': z.string().min(1),
  'data[action]': z.string().default(''),
  'data[reason]': z.string().default(''),
});

/**
 * What a form says: https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/. A contact that staff
 * deleted, or whose address bounced, has not withdrawn anything.
 */
export function changesIn(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const notice = Notice.safeParse(body).data;
  if (!notice) return { invalid: 'not a notice of Mailchimp' };
  const named = Named.safeParse(body).data;
  const audience = named && settings.audiences[named['data[list_id]']];
  if (!named || audience === undefined) return { choices: [] };
  const at = Date.parse(`${notice.fired_at.replace(' ', 'T')}${settings.noticeOffset}`);
  if (Number.isNaN(at)) return { invalid: 'fired_at is no time' };
  const email = named['data[email]'];
  const left = (topics: readonly string[]): readonly ReportedChoice[] =>
    topics.map((topic) => ({
      identifier: { kind: 'email', value: email },
      ...{ topic, channel: 'email', state: 'withdrawn', occurredAt: new Date(at).toISOString() },
      method: `mailchimp-${notice.type}`,
    }));
  if (isEnd(notice.type, named)) return { choices: left(settings.optOutTopics ?? topicsOf(audience)) };
  if (notice.type !== 'profile' || !settings.groupChanges) return { choices: [] };
  return { choices: [], asks: [unticked(audience, pathOf(named['data[list_id]'], email), left)] };
}

const isEnd = (type: string, named: z.output<typeof Named>): boolean =>
  (type === 'unsubscribe' && named['data[action]'] !== 'delete') ||
  (type === 'cleaned' && named['data[reason]'] === 'abuse');

/**
 * A profile's notice names groups by their titles: which of ours the contact is in has to be asked. Who is not in one may
 * have left it or never have been in it, and may have changed something else altogether.
 */
const unticked = (
  audience: Settings['audiences'][string],
  path: string,
  left: (topics: readonly string[]) => readonly ReportedChoice[],
): Ask => ({
  method: 'GET',
  path: `${path}?fields=id,status,interests`,
  learn: (reply) => {
    if (reply.status === 404) return { choices: [] };
    const member = memberIn(reply);
    const out = topicsOf(audience).filter(
      (topic) => member?.interests[groupOf(audience, topic) ?? ''] === false,
    );
    return member && { choices: left(out).map((choice) => ({ ...choice, implied: true })) };
  },
});
