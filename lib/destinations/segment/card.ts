import type { Card } from '../card.ts';

const DOCS = 'https://github.com/segmentio/segment-docs';
const API = 'https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/';
const CONSENT = 'https://segment.com/docs/privacy/consent-management/consent-in-unify/';
const IDS = 'https://segment.com/docs/guides/duplicate-data/';

export const card: Card = {
  about:
    'Twilio Segment collects what is known of a user and feeds it to other tools. It has no object for communication preferences: Heed keeps them as traits of the user, by the number the company itself gave them.',
  native: [
    'Consent categories for the use of data, with the Consent Management add-on: sent only where the setting `categories` names all of them and each has an answer.',
  ],
  custom: [
    'A trait for each topic and channel, opted_in or opted_out, such as `comm_pref_email_newsletter`; audiences and mappings in Segment have to be built on it.',
    'An event for each version told, by default "Communication Preference Changed", as history.',
    'Preferences that are more than a yes or a no, as traits of their own (`preferences`).',
  ],
  cannot: [
    'It stops nobody by itself: what sends mail has to be told by the audiences and destinations of the workspace.',
    'Some of the consent categories: Segment takes one that is missing for a no, so nothing is sent until each has an answer. Until then a no to one of them is held, with the reason categories-unanswered.',
    'It cannot be asked whether it knows somebody: a number that a person no longer uses gets its withdrawals in any case.',
    'Suppression (its regulations API) ends the collection of data about a user, and is not used: it is no marketing choice.',
  ],
  access: [
    'An HTTP API source; its write key goes into the secret (`writeKey`).',
    'The region of the workspace in the setting `region`: the other one answers well and loses everything.',
    'The company’s customer numbers as identifiers of the kind `customer`: they are the `userId`.',
    'To hear of choices made elsewhere: a Webhooks (Actions) destination with a shared secret, its batching turned off, and the same secret in `webhookSecrets`.',
  ],
  limits: [
    '1,000 requests a second for a workspace; a request holds up to 500 kB and 2,500 messages of 32 kB. Heed sends up to 50 a second with 50 messages each.',
    'Traits are sent twice, a minute apart: Segment applies messages in its own time and promises no order.',
  ],
  evidence: [
    'Beside each trait: `_at` (when it was chosen), `_source`, `_policy` (notice, version and language), `_basis`; "none" where Heed does not know.',
    'In the event: when, by what source, actor and method, and which answers moved.',
  ],
  reports: [
    'A Webhooks (Actions) destination posts events to /v1/destinations/segment/notices, signed by HMAC-SHA1. A track event of the name in `event` with `topic`, `channel` and `status` is a choice; so is a trait of ours that says no and has its `_at` beside it. Heed’s own messages are passed over.',
    'Calls that hold several events are refused, because the signature covers only the first.',
  ],
  confirmed: [
    { fact: 'A 200 says that a message was received, not that it was accepted.', source: API },
    { fact: 'A message sent to the other region is answered well and lost.', source: API },
    {
      fact: 'Messages with an id that was seen within 24 hours are dropped; one without an id gets its own.',
      source: IDS,
    },
    { fact: 'A consent category that is missing counts as false.', source: CONSENT },
    { fact: 'In a batched webhook call the signature covers the first event.', source: DOCS },
  ],
  unconfirmed: [
    {
      doubt:
        'Whether a profile keeps the trait that arrived last or the one with the newest timestamp. Heed’s timestamps rise with each version and traits are sent again, so that both end the same.',
    },
    { doubt: 'What a wrong write key is answered; a 401 counts as refused.' },
  ],
};
