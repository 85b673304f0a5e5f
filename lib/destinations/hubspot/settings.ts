import * as z from 'zod';

const CONSENT = ['CONSENT_WITH_NOTICE', 'PERFORMANCE_OF_CONTRACT', 'PROCESS_AND_STORE', 'NON_GDPR'] as const;
const INTEREST = [
  'LEGITIMATE_INTEREST_CLIENT',
  'LEGITIMATE_INTEREST_OTHER',
  'LEGITIMATE_INTEREST_PQL',
] as const;

const different = (ids: Readonly<Record<string, number>>): boolean =>
  new Set(Object.values(ids)).size === Object.keys(ids).length;

/** Which subscription types stand for which topics, and what HubSpot leaves open. */
export const Settings = z.strictObject({
  subscriptions: z
    .record(z.string(), z.int().positive())
    .refine(different, 'two topics share an id; each topic needs a subscription type of its own')
    .describe('Topic → id of the subscription type that stands for it; each topic has its own.'),
  /** v3 is not offered: it cannot resubscribe. */
  version: z
    .enum(['v4', '2025-09', '2026-03', '2026-09'])
    .default('2026-03')
    .describe('Version of the API, as it stands in its address.'),
  batch: z
    .boolean()
    .default(false)
    .describe(
      'Tell many people in one request. Needs the batch scopes, which come with Marketing Hub Enterprise.',
    ),
  globalStop: z
    .boolean()
    .default(true)
    .describe(
      'Whoever stops everything at once is unsubscribed from all mail, also from types no topic maps.',
    ),
  legalBasis: z
    .record(z.string(), z.enum([...CONSENT, ...INTEREST]))
    .default({
      consent: 'CONSENT_WITH_NOTICE',
      contract: 'PERFORMANCE_OF_CONTRACT',
      'legitimate-interest': 'LEGITIMATE_INTEREST_OTHER',
      'soft-opt-in': 'LEGITIMATE_INTEREST_CLIENT',
    })
    .describe('Legal basis of a change → the basis HubSpot keeps. One that is not named here is not sent.'),
  optOutProperty: z
    .string()
    .min(1)
    .default('hs_email_optout')
    .describe(
      'Contact property that turns true with an unsubscribe from all; with an underscore and a type’s id after it, from that type.',
    ),
  optOutTopics: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('Topics that an unsubscribe from all at HubSpot withdraws; left out, all that are mapped.'),
  lookUpContacts: z
    .boolean()
    .default(true)
    .describe(
      'Ask for the address of a contact that unsubscribed, since notices name it by HubSpot’s id alone. Without it only people whose id was imported are found.',
    ),
  timeline: z
    .boolean()
    .default(false)
    .describe('Ask the legacy timeline of subscription changes regularly, where webhooks are not set up.'),
  timelineOptOuts: z
    .array(z.string().min(1))
    .min(1)
    .default(['UNSUBSCRIBED', 'REPORTED_SPAM'])
    .describe('Changes in the timeline that mean that the person opted out.'),
  timelineIgnores: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Sources in the timeline that are not listened to, such as the one your account shows for what Heed writes.',
    ),
});
export type Settings = z.output<typeof Settings>;
