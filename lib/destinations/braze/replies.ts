import * as z from 'zod';
import type { Outcome } from '../../domain/outcome.ts';
import type { Reply } from '../destination.ts';

const Said = z.object({ message: z.string(), errors: z.array(z.unknown()).nullish() });

/**
 * Success means that the work was taken: it is done in Braze's own time. Items listed in `errors` were left out, and a
 * message other than these refuses everything.
 */
export function interpret({ status, headers, body }: Reply): Outcome | undefined {
  if (status === 429) return tooMany(headers);
  if (status >= 300) return undefined;
  const said = Said.safeParse(body).data;
  if (!said) return { kind: 'retry', reason: 'unreadable-reply' };
  if (said.message !== 'success' && said.message !== 'queued') return { kind: 'failed', reason: 'refused' };
  if (said.errors && said.errors.length > 0) return { kind: 'failed', reason: 'partial' };
  return { kind: 'delivered', appliedLater: true };
}

/** A limit names the second it ends at instead of a wait: https://www.braze.com/docs/api/api_limits/ */
function tooMany(headers: Reply['headers']): Outcome | undefined {
  const ends = Number(headers['x-ratelimit-reset']);
  const after = Math.ceil(ends - Date.parse(headers['date'] ?? '') / 1000);
  return after > 0 ? { kind: 'retry', reason: 'http-429', after } : undefined;
}

const User = z.object({
  external_id: z.string().nullish(),
  email_subscribe: z.string().nullish(),
  custom_attributes: z.record(z.string(), z.unknown()).nullish(),
});
export type User = z.output<typeof User>;

const Export = z.object({ users: z.array(User) });

/** Users that an export found; undefined where the reply is not the result of one. */
export const usersIn = ({ body }: Reply): readonly User[] | undefined => Export.safeParse(body).data?.users;

const Memberships = z.object({
  users: z.array(
    z.object({
      subscription_groups: z.array(z.object({ id: z.string(), channel: z.string(), status: z.string() })),
    }),
  ),
});

/** Groups of a channel that somebody is in; undefined where the reply does not list them. */
export const groupsIn = ({ body }: Reply, channel: string): readonly string[] | undefined =>
  Memberships.safeParse(body).data?.users.flatMap(({ subscription_groups: groups }) =>
    groups
      .filter((one) => one.channel.toLowerCase() === channel && one.status.toLowerCase() === 'subscribed')
      .map(({ id }) => id),
  );
