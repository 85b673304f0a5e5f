import * as z from 'zod';
import type { Learned } from '../destination.ts';
import type { Settings } from './settings.ts';

/** The header that a webhook campaign is given, with a key of the secret. */
export const KEY_HEADER = 'x-heed-key';

/** What the campaign is set up to send, as the card says. Braze fills in nothing where it knows nothing. */
const Notice = z.object({
  channel: z.enum(['email', 'sms']),
  group: z.string().default(''),
  email: z.string().default(''),
  phone: z.string().default(''),
  external_id: z.string().default(''),
  at: z.iso.datetime({ offset: true }),
});

/**
 * An unsubscribe from a group, or without one from the channel as a whole. It is said of all that the person goes by: Heed
 * may know them by one of it alone.
 */
export function changesIn(body: unknown, { groups }: Settings): Learned | { readonly invalid: string } {
  const notice = Notice.safeParse(body).data;
  if (!notice) return { invalid: 'not what the webhook campaign has to send' };
  const { channel, group, at } = notice;
  const identifiers = identifiersOf(notice);
  if (identifiers.length === 0) return { invalid: 'the webhook campaign names nobody' };
  const ended = Object.keys(groups).filter((topic) => {
    const own = groups[topic]?.[channel];
    return own !== undefined && (group === '' || group === own);
  });
  const occurredAt = new Date(at).toISOString();
  return {
    choices: ended.flatMap((topic) =>
      identifiers.map((identifier) => ({
        ...{ identifier, topic, channel, occurredAt },
        ...{ state: 'withdrawn' as const, method: 'braze-unsubscribe' },
      })),
    ),
  };
}

const identifiersOf = ({ channel, email, phone, external_id }: z.output<typeof Notice>) =>
  [
    channel === 'email' ? { kind: 'email', value: email } : { kind: 'phone', value: phone },
    { kind: 'customer', value: external_id },
  ].filter(({ value }) => value !== '');
