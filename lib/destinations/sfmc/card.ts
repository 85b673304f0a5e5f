import type { Card } from '../card.ts';

const SOAP =
  'https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/authenticate-soap-api.html';
const ENS =
  'https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/ens-notification-signing.html';
const EVENTS =
  'https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/engagement_email_events.html';
const VERIFY =
  'https://developer.salesforce.com/docs/marketing/marketing-cloud/references/mc_rest_event_notification/verifyCallback.html';

export const card: Card = {
  about:
    'Salesforce Marketing Cloud Engagement (once ExactTarget) sends mail to subscribers, who can leave publication lists or All Subscribers.',
  native: [
    'A topic on e-mail is a publication list, on which a subscriber is Active or Unsubscribed.',
    'Stopping everything also unsubscribes from All Subscribers; the setting `globalStop` turns that off. A later grant lets the person back in, unless `liftGlobalStop` forbids it or the person left by themselves.',
  ],
  custom: [
    'When, where and on what terms somebody chose: a row for each topic in a data extension of yours (setting `evidence`).',
  ],
  cannot: [
    'Text and push messages (MobileConnect, MobilePush): how their subscriptions are written was not confirmed.',
    'A grant that lets somebody back into All Subscribers also brings back lists they were active on and that nobody mapped, but for those in `otherLists`.',
    'Sends that use no publication list only heed All Subscribers.',
  ],
  access: [
    'An installed package with a server-to-server API integration: Email read and write, List and Subscribers read and write, and, for evidence, Data Extensions write. Its client id and secret, and the subdomain of the account.',
    'A publication list for each topic, and for evidence a sendable or plain data extension with the primary keys SubscriberKey, Channel, Topic, and the columns Status, CapturedAt, Source, Method, LegalBasis, Notice, Version.',
    'To hear of unsubscribes: Event Notifications (callbacks and subscriptions, all rights). Register /v1/destinations/sfmc/notices as a callback while the secret holds no signature key: Heed brings the verification code back by itself. Then put the signature key that the registration gave into the secret, and subscribe the callback to EngagementEvents.EmailUnsubscribe.',
  ],
  limits: [
    'None is published for these requests. Heed sends 5 a second and puts up to 50 objects in one; each person also needs a search.',
  ],
  evidence: [
    'Data extension row, by subscriber, channel and topic: state, time, source, method, legal basis, notice, version.',
  ],
  reports: [
    'The Event Notification Service, signed by HMAC. The event names an address and the list of the mail; a list that stands for a topic withdraws it, any other (or one of `globalLists`) withdraws everything mapped or `optOutTopics`.',
    'It signs no time: an old notice that comes again says again when the person left, and does no harm.',
    'It names nobody by subscriber key: whom Heed knows by customer number alone it does not find.',
  ],
  erased: [
    'Every subscriber with her key or her address is handed to contact deletion, whose number is kept as the reference. Nothing is sent to her from then on; she is deleted from lists, channels and sendable data extensions after the days that the account has set.',
    'Contact deletion must be enabled in the account.',
  ],
  confirmed: [
    {
      fact: 'Contacts are deleted by key, in a queue, are suppressed at once, and an operation id tells them apart.',
      source:
        'https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/DeleteByContactKeys.html',
    },
    { fact: 'SOAP reads the token in the header of its envelope.', source: SOAP },
    {
      fact: 'UpdateAdd enters or updates a subscriber; lists that are not named stay as they are.',
      source: 'https://github.com/segmentio/action-destinations',
    },
    {
      fact: 'A token that ran out is named in a fault, "Token Expired".',
      source: 'https://github.com/DougMidgley/SFMC-SDK',
    },
    { fact: 'The signature is the base64 HMAC-SHA256 of the body.', source: ENS },
    { fact: 'An unsubscribe names the list, the address and the time.', source: EVENTS },
    { fact: 'A new callback is sent a code that has to be brought back.', source: VERIFY },
  ],
  unconfirmed: [
    { doubt: 'Which rights the package needs to delete contacts; where it lacks them the delivery fails.' },
    { doubt: 'Whether subscriber keys are your customer numbers or addresses.', setting: 'subscriberKey' },
    { doubt: 'Which list an unsubscribe from everything names.', setting: 'globalLists' },
    {
      doubt: 'Whether people whom Marketing Cloud does not know shall be entered.',
      setting: 'createSubscribers',
    },
    {
      doubt:
        'Whether the code of a callback is taken before its address has answered. If it is not, ask for another verification key.',
    },
    { doubt: 'Which error codes of single objects pass by themselves; none is taken to.' },
    { doubt: 'Rate limits, and how many objects one request may hold.' },
  ],
};
