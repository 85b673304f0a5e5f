import * as z from 'zod';
import type { InboundNotice, Learned, ReportedChoice } from '../destination.ts';
import type { Settings } from './settings.ts';

export const SIGNATURE = 'x-twilio-email-event-webhook-signature';

/**
 * SendGrid tries for a day, and does not say whether it signs anew each time: a repeat does no harm, a lost one would.
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
 */
export const TIMESTAMP = {
  header: 'x-twilio-email-event-webhook-timestamp',
  unit: 's',
  tolerance: 90_000,
} as const;

export const signedText = ({ headers, body }: InboundNotice): string =>
  `${headers[TIMESTAMP.header] ?? ''}${body}`;

const Notices = z.array(z.looseObject({ event: z.string() }));
const Choice = z.object({
  event: z.string(),
  email: z.string().min(1),
  /** Seconds, at most what a date can be. */
  timestamp: z.coerce.number().positive().max(8.64e12),
  asm_group_id: z.coerce.number().optional(),
});
type Choice = z.output<typeof Choice>;

/** What people do to their subscriptions, as SendGrid calls it. All other events are about messages. */
const MEANT = new Set(['group_unsubscribe', 'group_resubscribe', 'unsubscribe', 'spamreport']);

/** What a batch of events says of subscriptions. A resubscribe is the person's, made on the page of their preferences. */
export function changesIn(body: unknown, settings: Settings): Learned | { readonly invalid: string } {
  const notices = Notices.safeParse(body).data;
  if (!notices) return { invalid: 'not a list of SendGrid events' };
  const said = notices.filter(({ event }) => MEANT.has(event)).map((notice) => Choice.safeParse(notice).data);
  const choices = said
    .flatMap((choice) => choice ?? [])
    .flatMap((choice) => topicsOf(choice, settings).map((topic) => reported(choice, topic)));
  return { choices, ...(said.includes(undefined) && { unread: 'an unsubscribe that cannot be read' }) };
}

function topicsOf({ event, asm_group_id: id }: Choice, settings: Settings): readonly string[] {
  const { groups, optOutTopics, complaints } = settings;
  const mapped = Object.keys(groups);
  if (event.startsWith('group_')) return mapped.filter((topic) => groups[topic] === id);
  return event === 'unsubscribe' || complaints ? (optOutTopics ?? mapped) : [];
}

const reported = ({ event, email, timestamp }: Choice, topic: string): ReportedChoice => ({
  identifier: { kind: 'email', value: email },
  ...{ topic, channel: 'email', state: event === 'group_resubscribe' ? 'granted' : 'withdrawn' },
  occurredAt: new Date(timestamp * 1000).toISOString(),
  method: `sendgrid-${event.replace('_', '-')}`,
});
