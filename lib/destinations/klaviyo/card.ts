import type { Card } from '../card.ts';

const SPEC = 'https://github.com/klaviyo/openapi';
const WEBHOOKS = 'https://developers.klaviyo.com/en/docs/working_with_system_webhooks';
const SEEN = 'https://github.com/nickdnk/klaviyo-php-sdk';

export const card: Card = {
  about:
    'Klaviyo sends mail and texts for shops. It keeps profiles, lists, and one consent for each channel.',
  native: [
    'A topic is a list for each channel: a grant subscribes the address to the list, a withdrawal takes the profile off it.',
    'Stopping everything on a channel also unsubscribes from the channel as a whole (setting `globalStop`). Who stops everything on every channel leaves all lists, those that no topic maps included.',
  ],
  custom: [
    'A property (setting `stopProperty`) marks profiles that Heed unsubscribed, with the evidence: only what Heed stopped is lifted by a later grant of Heed’s.',
  ],
  cannot: [
    'A list has no channel, so that one list cannot stand for a topic by e-mail and by text.',
    'Push needs the tokens of apps, and WhatsApp is no channel of the catalogue.',
    'A subscription to one list lifts the unsubscribe from the whole channel: whatever else is sent on it without a list, such as flows, is sent again.',
  ],
  access: [
    'A private API key with read and write access to profiles, lists and subscriptions.',
    'Advanced KDP, or an app of your own, to set up system webhooks: a private key alone may not.',
  ],
  limits: [
    'Jobs 75 a second and 750 a minute, 1,000 subscriptions or 100 unsubscribes a job; leaving lists 10 a second and 150 a minute, 1,000 profiles a request. Beyond that 429 with Retry-After.',
    'Jobs answer 202, and nothing tells how they went. Heed says everything once more after five minutes.',
  ],
  evidence: [
    '`custom_source` of each subscription holds source, method, time, notice, legal basis and version.',
    '`consented_at` holds the time of the grant, unless `alreadyConsented` is turned off.',
    'A withdrawal has no fields; that of everything stands in the property that marks it.',
  ],
  reports: [
    'System webhooks, signed (HMAC), for the topics unsubscribed from email marketing, manually suppressed from email marketing, marked email as spam, and unsubscribed from SMS marketing, posted to /v1/destinations/klaviyo/notices.',
    'They name a profile, and Heed asks for its address. Each ends the mapped topics of its channel, or those of `optOutTopics`. Grants are not taken: consent to a channel says nothing of a topic.',
    'Without webhooks Heed still does not subscribe anybody who left Klaviyo after their grant: it looks at the profile first, and answers that the person must act.',
  ],
  erased: [
    'She leaves the mapped lists at once, and a job is asked for that deletes every profile with her address, and one for her number. Klaviyo does it in its own time.',
    'The key needs the scope `data-privacy:write` besides.',
  ],
  confirmed: [
    {
      fact: 'A deletion names one identifier, needs `data-privacy:write`, and is done later.',
      source: 'https://developers.klaviyo.com/en/reference/request_profile_deletion',
    },
    {
      fact: 'Unsubscribing somebody from a list they are not on unsubscribes them from everything; Heed names no list in an unsubscribe.',
      source: SPEC,
    },
    { fact: 'Taking a profile off a list leaves its consent as it is.', source: SPEC },
    { fact: 'A subscription lifts unsubscribes, complaints and suppressions by hand.', source: SPEC },
    {
      fact: 'Consent given before must come with a time in the past; then nobody is asked to confirm.',
      source: SPEC,
    },
    { fact: 'The signature is over the body and the header with the time.', source: WEBHOOKS },
    {
      fact: 'The header with the time was five hours off in 2026; Heed takes a day’s difference.',
      source: SEEN,
    },
  ],
  unconfirmed: [
    { doubt: 'How long a job takes at most; Heed counts on five minutes.' },
    { doubt: 'How long a revision is kept; said to be about two years.', setting: 'revision' },
    { doubt: 'Whether consent times of texts mark when somebody left; one that is missing counts as new.' },
  ],
};
