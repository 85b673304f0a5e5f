import * as z from 'zod';
import type { Ask, Learned, ReportedChoice } from '../destination.ts';
import { isOwn } from './replies.ts';
import type { Settings } from './settings.ts';

/** The custom header that a webhook is given, with a key of the secret. */
export const KEY_HEADER = 'x-heed-key';

/** What the webhook of a smart campaign is set up to send: the person's id, and the field that changed. */
const Notice = z.object({
  id: z.coerce.number().pipe(z.int().positive()),
  field: z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/),
});

type About = Pick<ReportedChoice, 'topic' | 'channel'>;

/** Marketo's own field, which stops all e-mail where it is true; a topic's field stops the topic where it is false. */
const ALL = 'unsubscribed';

/** What ends with a field. */
function endedBy(field: string, { topics, optOutTopics }: Settings): readonly About[] {
  if (field === ALL && optOutTopics) return optOutTopics.map((topic) => ({ topic, channel: 'email' }));
  return Object.entries(topics).flatMap(([topic, channels]) =>
    Object.entries(channels)
      .filter(([channel, { choice }]) => (field === ALL ? channel === 'email' : choice === field))
      .map(([channel]) => ({ topic, channel })),
  );
}

/**
 * Webhooks of smart campaigns sign nothing and are what somebody made of them: whoever knows the key can have Heed look,
 * and nothing else. What holds is asked of Marketo itself.
 */
export function changesIn(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const notice = Notice.safeParse(body).data;
  if (!notice) return { invalid: 'not what the webhook has to send' };
  const ended = endedBy(notice.field, settings);
  return { choices: [], asks: ended.length > 0 ? [askFor(notice, ended)] : [] };
}

const Person = z.looseObject({
  email: z.string().nullish(),
  unsubscribedReason: z.string().nullish(),
  updatedAt: z.iso.datetime({ offset: true }),
});
const Found = z.object({ success: z.literal(true), result: z.array(Person) });

/**
 * The time is that of the person's newest change: Marketo keeps none for a field alone. An unsubscribe of Heed's is
 * nobody's word about it: others may share the address with who stopped everything.
 */
const askFor = ({ id, field }: z.output<typeof Notice>, ended: readonly About[]): Ask => ({
  method: 'POST',
  path: '/rest/v1/leads.json?_method=GET',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams({
    ...{ filterType: 'id', filterValues: String(id) },
    fields: `id,email,updatedAt,${field}${field === ALL ? ',unsubscribedReason' : ''}`,
  }).toString(),
  learn: ({ body }) => {
    const found = Found.safeParse(body).data;
    return (
      found && {
        choices: found.result.flatMap(({ email, updatedAt, unsubscribedReason, [field]: value }) =>
          email && value === (field === ALL) && !isOwn(unsubscribedReason)
            ? ended.map((about) => left(email, about, updatedAt))
            : [],
        ),
      }
    );
  },
});

const left = (email: string, about: About, updatedAt: string): ReportedChoice => ({
  identifier: { kind: 'email', value: email },
  ...{ ...about, state: 'withdrawn', method: 'marketo-unsubscribe' },
  occurredAt: new Date(updatedAt).toISOString(),
});
