import * as z from 'zod';
import type { Ask, InboundNotice, Learned, ReportedChoice } from '../destination.ts';

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
 * that nobody objects, not that anybody agreed. HubSpot names the contact by its id: who that is has to be asked, since
 * hardly anybody is known by it.
 */
export function withdrawalsIn(
  body: unknown,
  { topicsOf, lookUp }: Reading,
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
    ...(lookUp && { asks: whose(choices) }),
    ...(changes.includes(undefined) && { unread: 'a change of a contact that cannot be read' }),
  };
}

interface Reading {
  /** Topics that a contact property is about. */
  readonly topicsOf: (property: string) => readonly string[];
  readonly lookUp: boolean;
}

const Contacts = z.object({
  results: z.array(z.object({ id: z.string(), properties: z.object({ email: z.string().nullish() }) })),
  errors: z.array(z.object({ category: z.literal('OBJECT_NOT_FOUND') })).default([]),
});

/** Contacts one request may ask for. */
const AT_ONCE = 100;

/** https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/batch/post-crm-v3-objects-contacts-batch-read */
function whose(choices: readonly ReportedChoice[]): readonly Ask[] {
  const ids = [...new Set(choices.map(({ identifier }) => identifier.value))];
  return Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, n) => {
    const inputs = ids.slice(n * AT_ONCE, (n + 1) * AT_ONCE).map((id) => ({ id }));
    return {
      ...{ method: 'POST', path: '/crm/v3/objects/contacts/batch/read' },
      body: { inputs, properties: ['email'], propertiesWithHistory: [] },
      learn: ({ status, body }) => {
        const found = status < 300 ? Contacts.safeParse(body).data : undefined;
        return found && { choices: found.results.flatMap((contact) => saidBy(contact, choices)) };
      },
    };
  });
}

const saidBy = (
  { id, properties: { email } }: z.output<typeof Contacts>['results'][number],
  choices: readonly ReportedChoice[],
): readonly ReportedChoice[] =>
  choices.flatMap((choice) =>
    email && choice.identifier.value === id
      ? [{ ...choice, identifier: { kind: 'email', value: email } }]
      : [],
  );

export const TIMESTAMP = 'x-hubspot-request-timestamp';

/**
 * What signature v3 covers. The address is signed with these characters decoded, and only these:
 * https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 */
export const signedText = ({ method, url, body, headers }: InboundNotice): string =>
  `${method}${url.replace(ENCODED, decodeURIComponent)}${body}${headers[TIMESTAMP] ?? ''}`;

const ENCODED = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;
