import type { Card } from '../card.ts';

const API = 'https://github.com/Iterable/api-client';
const WEBHOOKS = 'https://support.iterable.com/hc/en-us/articles/208013936-System-Webhooks';
const SOURCES = 'https://support.iterable.com/hc/en-us/articles/208508736-Subscribe-and-Unsubscribe-Events';

export const card: Card = {
  about:
    'Iterable sends mail, texts and push messages. Each message has a type, each type belongs to a channel, and people unsubscribe from either.',
  native: [
    'A topic is a message type for each channel: e-mail, texts and push.',
    'Stopping everything unsubscribes from every marketing message type there is on the channel, also those that no topic maps (setting `globalStop`). Channels as a whole are left to people themselves, so that nothing of theirs is ever lifted.',
  ],
  custom: [
    'An object among the user fields (setting `evidenceField`) holds what was last told of each topic, with its evidence.',
  ],
  cannot: [
    'Lists are left alone: they choose recipients and hold no consent.',
    'A message type that is made after somebody stopped everything is not among those they stopped, until their next change.',
    'Texts with double opt-in need Iterable’s own confirmation by text.',
  ],
  access: [
    'A server-side API key.',
    'The subscriptions endpoints (/api/subscriptions), which Iterable’s customer success managers turn on.',
    'To hear of unsubscribes: a system webhook with Basic authentication, whose password is one of `webhookKeys` in the secret.',
  ],
  limits: [
    'Looking up users 100 a second, updating them 500 a second, message types and channels 100 a second, each per project; no number is published for subscriptions. Heed sends 20 a second in all, and up to 100 people in one.',
    'A user that is created appears within a minute or so; Heed says everything once more after two.',
  ],
  evidence: [
    'The fields of `evidenceField`, one for each topic and channel such as `acme_newsletter_email`, hold state, time, legal basis, source, method, notice and version.',
  ],
  reports: [
    'System webhooks for Email Unsubscribe (which covers texts and push as well) and Email Complaint, posted to /v1/destinations/iterable/notices. They are not signed: whoever knows the password can end subscriptions, and nothing else.',
    'Message types end their topics. Of a channel Heed asks for its types first.',
    'What came by the API is Heed’s own and ignored, unless `apiUnsubscribes` says that other systems use it. A bounce ends nothing.',
    'Without webhooks Heed still subscribes nobody again for a grant that it had told before: the answer is that the person must act.',
  ],
  erased: [
    'The user is deleted with all events, in Iterable’s own time. Nothing keeps her out: Heed does, by its own suppression.',
    'Somebody who is added anew there has every subscription again: whoever else writes users to Iterable must not bring her back.',
  ],
  confirmed: [
    {
      fact: 'Deleting a user removes profile, subscriptions and events, and does not prevent new data; by address only where the project names people so.',
      source: 'https://support.iterable.com/hc/en-us/articles/360029174171',
    },
    { fact: 'updateSubscriptions replaces every list it names; Heed does not use it.', source: API },
    { fact: 'Types and channels are listed with the medium and kind of each channel.', source: API },
    { fact: 'Updating a user merges objects one level deep where it is told to.', source: API },
    { fact: 'Webhooks know no signature: none, Basic or OAuth.', source: WEBHOOKS },
    { fact: 'Unsubscribes name where they came from, in `unsubSource`.', source: SOURCES },
  ],
  unconfirmed: [
    {
      doubt:
        'How it answers the deletion of a user whom it does not have: a 404, and its own codes for it, count as done.',
    },
    {
      doubt:
        'What a subscription does to people Iterable does not know; Heed looks first, and creates them by themselves.',
      setting: 'createUsers',
    },
    {
      doubt: 'How an unsubscribe by the API is called in `unsubSource`; what ends with API is taken for one.',
      setting: 'apiUnsubscribes',
    },
    { doubt: 'Whether a project that names people by userId finds them by address.', setting: 'namedBy' },
    { doubt: 'How many people one request may hold; one that is refused whole is sent again one by one.' },
  ],
};
