import * as z from 'zod';
import type { InboundNotice, Learned } from '../destination.ts';

const Notices = z.array(z.looseObject({ subscriptionType: z.string() }));
const PropertyChange = z.object({
  subscriptionType: z.string(),
  objectTypeId: z.string().optional(),
  objectId: z.union([z.int(), z.string()]),
  /** ms, at most what a date can be. */
  occurredAt: z.int().positive().max(8.64e15),
  propertyName: z.string().default(''),
  propertyValue: z.unknown().optional(),
});

const changesContact = ({ subscriptionType, objectTypeId }: { [name: string]: unknown }): boolean =>
  subscriptionType === 'contact.propertyChange' ||
  (subscriptionType === 'object.propertyChange' && objectTypeId === '0-1');

/**
 * What contact properties that turned `true` withdraw. Only withdrawals are reported: one that turns `false` says
 * that nobody objects, not that anybody agreed. HubSpot names the contact by its id and not by its address.
 */
export function withdrawalsIn(
  body: unknown,
  topicsOf: (property: string) => readonly string[],
): Learned | { readonly invalid: string } {
  const notices = Notices.safeParse(body).data;
  if (!notices) return { invalid: 'not a list of HubSpot events' };
  const changes = notices.filter(changesContact).map((notice) => PropertyChange.safeParse(notice).data);
  const choices = changes
    .flatMap((change) => change ?? [])
    .filter(({ propertyValue }) => String(propertyValue) === 'true')
    .flatMap(({ propertyName, objectId, occurredAt }) =>
      topicsOf(propertyName).map((topic) => ({
        identifier: { kind: 'hubspot', value: String(objectId) },
        topic,
        channel: 'email',
        state: 'withdrawn' as const,
        occurredAt: new Date(occurredAt).toISOString(),
        method: 'hubspot-opt-out',
      })),
    );
  return {
    choices,
    ...(changes.includes(undefined) && { unread: 'a change of a contact that cannot be read' }),
  };
}

export const TIMESTAMP = 'x-hubspot-request-timestamp';

/**
 * What signature v3 covers. The address is signed with these characters decoded, and only these:
 * https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 */
export const signedText = ({ method, url, body, headers }: InboundNotice): string =>
  `${method}${url.replace(ENCODED, decodeURIComponent)}${body}${headers[TIMESTAMP] ?? ''}`;

const ENCODED = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;
