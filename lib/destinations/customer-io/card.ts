import type { Card } from '../card.ts';

const TRACK = 'https://docs.customer.io/integrations/api/track/';
const WEBHOOKS = 'https://docs.customer.io/integrations/api/webhooks/';

export const card: Card = {
  about:
    'Customer.io sends e-mail, text messages and push messages in campaigns, and lets people choose topics in a subscription centre.',
  native: [
    'A topic on a channel is a topic of the subscription centre. A topic there is about all channels at once, so that each topic and channel needs one of its own.',
    'Stopping everything on all channels of `globalStop` also unsubscribes the person altogether. A later grant lets them in again, unless they unsubscribed altogether after it.',
  ],
  custom: [
    'When, where and on what terms somebody chose: attributes named heed_topic_ and the number of the topic.',
  ],
  cannot: [
    'Nothing can be asked through these credentials: that a number is no topic’s, or that a person is not known, goes unnoticed.',
    'Who unsubscribed altogether at Customer.io and subscribes to one topic anew gets that one and whatever other topics, unknown to Heed, they had before.',
    'Postal mail and calls.',
    'Its `suppress` is never used: it deletes the person and keeps them out for good.',
  ],
  access: [
    'Site id and API key of the Track API.',
    'The numbers of the topics: the page of each topic in the subscription centre shows them, as does the App API.',
    'To hear of unsubscribes: a reporting webhook for the events Unsubscribed, Subscription preferences changed and Marked as spam, with its body content turned on (without it Customer.io does not say what was changed), and its signing key in the secret.',
  ],
  limits: [
    '100 requests a second are advised; Heed sends 50. A batch holds at most 500 kB, and 32 kB for one person; Heed puts up to 100 operations in one.',
  ],
  evidence: [
    'The attribute heed_topic_ and number: state, legal basis, source, method, time, notice and version in one line. The setting `evidence` turns it off.',
  ],
  reports: [
    'The signed reporting webhook, posted to /v1/destinations/customer-io/notices. A change of preferences withdraws or grants the topic it names; an unsubscribe and a spam report withdraw everything that is mapped, or `optOutTopics`. An end of an unsubscribe agrees to nothing by itself.',
    'It also fires for what Heed writes; such echoes make no version.',
    'It names people by id and address: whom Heed knows by phone alone it does not find.',
  ],
  erased: [
    'The profiles of her customer number and of her address are deleted. Nothing keeps her out: Heed does, by its own suppression.',
    'Whoever is known by a phone number alone is told withdrawn and stays: the interface takes a number for an id.',
  ],
  confirmed: [
    {
      fact: 'Deleting a customer by id or address removes all information; a phone number in the path is taken for an id.',
      source: 'https://docs.customer.io/integrations/api/track/tag/track-customers/delete/',
    },
    { fact: 'A path with dots changes one topic, the object replaces them all.', source: TRACK },
    { fact: '`unsubscribed` stops everything; topics count only without it.', source: TRACK },
    { fact: '`_update` creates nobody.', source: TRACK },
    { fact: '207 names what was refused by its position; everything else was taken.', source: TRACK },
    { fact: 'The signature covers v0, the time and the body.', source: WEBHOOKS },
    { fact: 'It waits four seconds for an answer and tries for seven days.', source: WEBHOOKS },
  ],
  unconfirmed: [
    {
      doubt:
        'What becomes of updates with equal or older times. Heed gives none for topics, so that they count from their arrival and a stop never loses to a newer yes of the vendor’s; only `unsubscribed` says when, and grants do if the setting says so.',
      setting: 'timedGrants',
    },
    { doubt: 'Which identifiers the workspace knows people by.', setting: 'identifyBy' },
    { doubt: 'Whether people whom Customer.io does not know shall be entered.', setting: 'createPeople' },
    { doubt: 'Whether a topic can be chosen by channel; Heed takes a topic for each.', setting: 'topics' },
    { doubt: 'Whether a repeated notice is signed anew; Heed takes notices up to eight days old.' },
  ],
};
