import type { Card } from '../card.ts';

const JSON_REFERENCE = 'https://docs.mparticle.com/developers/server/json-reference/';
const HTTP = 'https://docs.mparticle.com/developers/server/http/';
const PRIVACY = 'https://docs.mparticle.com/guides/data-privacy-controls/';
const PROFILES = 'https://docs.mparticle.com/guides/platform-guide/profiles/';
const LIMITS = 'https://docs.mparticle.com/guides/default-service-limits/';

export const card: Card = {
  about:
    'mParticle collects what is known of a user and feeds it to other tools. Heed keeps choices there as consent purposes, as attributes, or as both, by the number the company itself gave the user.',
  native: [
    'A GDPR consent purpose for each topic and channel in `purposes`, with its time, source and notice.',
    'The one CCPA purpose, the sale of data, for the choice in `dataSale`. What mParticle calls consent there is the opt-out: a withdrawal is sent as true.',
  ],
  custom: [
    'An attribute for each topic and channel in `topics`, opted_in or opted_out, such as `comm_pref_email_newsletter`.',
    'Preferences that are more than a yes or a no, as attributes of their own (`preferences`).',
  ],
  cannot: [
    'It stops nobody by itself: forwarding rules and audiences of the workspace have to be built on the purposes or attributes.',
    'It cannot be asked whether it knows somebody: a number that a person no longer uses gets its withdrawals in any case.',
    'People who are known by an e-mail address alone are not told of: several identities of one person could hold different answers.',
    'Profiles that nobody uses are deleted after 30 days, choices included; mParticle is no place to keep them.',
  ],
  access: [
    'Key and secret of a platform or custom feed input; those of a partner feed cannot carry consent.',
    'Each purpose in `purposes` has to be created in mParticle beforehand.',
    'The company’s customer numbers as identifiers of the kind `customer`: they are the `customer_id`.',
  ],
  limits: [
    '270 batches a second by default, 100 attributes and 128 kB a batch. Heed sends up to 50 a second, one person in each: of many in one request mParticle does not say which it threw away.',
  ],
  evidence: [
    'In a consent: `location` (the source, and when the person chose), `document` (notice, version and language), and `timestamp_unixtime_ms`, by the setting `consentTime`.',
    'Beside an attribute: `_at`, `_source`, `_policy` and `_basis`; "none" where Heed does not know.',
    'In the event that goes along: subject and version, when, by what source, actor and method.',
  ],
  reports: [],
  confirmed: [
    {
      fact: 'A CCPA consent that is true registers an opt-out from the sale of data.',
      source: JSON_REFERENCE,
    },
    { fact: 'A request whose id was seen within 30 to 60 days is dropped.', source: JSON_REFERENCE },
    { fact: 'A bulk request is accepted although some of its batches fail.', source: HTTP },
    { fact: 'Each purpose is kept by itself, with a time that has to be sent.', source: PRIVACY },
    { fact: 'Most of the systems behind mParticle pass over a batch without an event.', source: PROFILES },
    { fact: 'User profiles are deleted after 30 days of inactivity.', source: LIMITS },
  ],
  unconfirmed: [
    { doubt: 'What becomes of a batch with a purpose that was not created: refused or passed over.' },
    {
      doubt:
        'Whether a consent with an older time replaces a newer one. A stop that is heard of late has an older time than the grant it ends, so that Heed sends the time of its own record.',
      setting: 'consentTime',
    },
    { doubt: 'Whether events of one id are dropped: they are sent without.' },
    { doubt: 'Whether other systems should be told by an event at once.', setting: 'event' },
    {
      doubt:
        'The documentation read is of 2023; mParticle’s webhook is not signed, so that Heed takes no notices from it.',
    },
  ],
};
