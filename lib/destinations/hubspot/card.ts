import type { Card } from '../card.ts';

const PAGES = 'https://developers.hubspot.com/docs';
const SPEC = 'github.com/HubSpot/HubSpot-public-api-spec-collection';

export const card: Card = {
  about:
    'CRM and marketing mail. Permission is kept per e-mail address and subscription type, also for addresses that are not contacts, so nobody has to be looked up or created.',
  native: [
    'One subscription type per topic, on e-mail: subscribed or unsubscribed.',
    'An unsubscribe from all mail, set only when a person stops everything at once, and lifted by HubSpot itself with the next subscribe. Types that were withdrawn are said again after that.',
    'What a person unsubscribed from at HubSpot itself, by type or from all mail, stays so: before it subscribes Heed asks, leaves what was left after the grant, and says unsubscribed-at-hubspot until the person grants anew.',
  ],
  custom: [],
  cannot: [
    'SMS, phone, push and post: the API knows the channel EMAIL only.',
    'When the person chose: the time of a status is set by HubSpot, ours stands in its explanation.',
    'The same type standing for two topics: settings that map it twice are refused.',
  ],
  access: [
    'A private app, or a public app that was installed in the account (its refresh token), with the scopes subscriptions-definition-read, subscriptions-status-read and subscriptions-status-write.',
    'For many people in one request also the batch scopes, which come with Marketing Hub Enterprise; without them leave `batch` off.',
    'The client secret of the app whose webhooks report unsubscribes, and the scope crm.objects.contacts.read; for the timeline instead the scope content.',
  ],
  limits: [
    'A private app may make 100 requests in 10 seconds on Free and Starter, 190 on Professional and Enterprise.',
    'A delivery with a grant costs two questions besides.',
    'In a day 250,000 to 1,000,000 requests, by the subscription that was bought.',
  ],
  evidence: [
    '`legalBasis`, by the setting of that name, with every subscribe.',
    '`legalBasisExplanation`: that Heed wrote it and what, source, method, time of the choice, notice with version and language, subject and version.',
  ],
  reports: [
    'By webhooks of type contact.propertyChange on `hs_email_optout` (all mail) and `hs_email_optout_<id>` (one type), signed in version 3. Only a property that turns true is a report; one that turns false says that nobody objects, not that somebody agreed.',
    'The notice names the contact by its id: Heed asks for its address, and also finds whoever goes by that id as an identifier of the kind `hubspot`.',
    'Or, with `timeline` on, by asking the legacy timeline of subscription changes every five minutes: it names the address and every type, and needs no webhook. It also shows what Heed wrote; such an entry changes nothing while Heed’s own record says the same or something newer.',
  ],
  erased: [
    'Her contact is deleted for good, with all that hangs on it, and the address is kept out; so is one that HubSpot does not know. To send to her again, should she come back herself, is for staff there to allow.',
    'The app must be allowed to delete contacts besides.',
  ],
  confirmed: [
    {
      fact: 'A contact is deleted for good by its address, and an unknown one is kept out.',
      source:
        'https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/basic/post-crm-v3-objects-contacts-gdpr-delete',
    },
    { fact: 'Paths, bodies, legal bases, replies and the reasons of a change.', source: SPEC },
    {
      fact: 'Scopes, and that the batch ones need Marketing Hub Enterprise.',
      source: `${PAGES}/api-reference/2026-03/communication-preferences/guide`,
    },
    {
      fact: 'Version 3 cannot resubscribe whom it unsubscribed; version 4 and those named by dates can.',
      source: `${PAGES}/api-reference/legacy/communication-preferences/v3/guide`,
    },
    {
      fact: 'How notices are signed, and that one older than five minutes is refused.',
      source: `${PAGES}/apps/developer-platform/build-apps/authentication/request-validation`,
    },
    {
      fact: 'The entries of the timeline, newest first, and its offset, which does not live long.',
      source: `${PAGES}/api-reference/legacy/communication-preferences/v1/get-subscriptions-timeline`,
    },
    {
      fact: 'Where a public app gets its tokens; the first version of that address ends on 16 February 2027.',
      source: `${PAGES}/api-reference/latest/authentication/manage-oauth-tokens`,
    },
    {
      fact: 'A status belongs to the address and may be set before there is a contact.',
      source: 'https://developers.hubspot.com/docs/methods/email/update_status',
    },
    {
      fact: 'Contacts are read by their ids, up to a hundred at once.',
      source: `${PAGES}/api-reference/crm-contacts-v3/batch/post-crm-v3-objects-contacts-batch-read`,
    },
    { fact: 'Limits of requests.', source: 'github.com/rudderlabs/rudder-transformer (destination hs)' },
  ],
  unconfirmed: [
    {
      doubt:
        'Which scope deleting a contact for good needs; a token that lacks it is answered 403, and the delivery fails.',
    },
    {
      doubt: 'The names of the contact properties that turn true with an unsubscribe.',
      setting: 'optOutProperty',
    },
    {
      doubt:
        'What a subscribe after an unsubscribe from all does to the types it does not name. Heed unsubscribes each of them again whenever HubSpot reports that it lifted one.',
      setting: 'globalStop',
    },
    {
      doubt:
        'How long the legacy timeline will be there. Webhooks are the way to rely on; it is off unless asked for.',
      setting: 'timeline',
    },
    {
      doubt: 'Which changes in the timeline are opt-outs: UNSUBSCRIBED and complaints are taken for one.',
      setting: 'timelineOptOuts',
    },
    {
      doubt: 'How the timeline names what came in through the API: nothing is ignored unless you name it.',
      setting: 'timelineIgnores',
    },
    {
      doubt:
        'Whether an unsubscribe by the person empties the explanation of Heed’s beside it: one that says "Heed granted" is theirs either way.',
    },
    {
      doubt:
        'Who unsubscribed an address from all mail, which HubSpot does not tell: it was Heed where Heed withdrew a type within two minutes of it.',
      setting: 'globalStop',
    },
    { doubt: 'The most inputs of one batch; Heed sends 100.' },
    {
      doubt:
        'Whether a portal with data privacy settings refuses a subscribe without a legal basis; Heed sends one wherever it has one.',
      setting: 'legalBasis',
    },
    {
      doubt:
        'Whether a 429 says how long to wait; Heed reads `Retry-After` where it comes and doubles its own wait where it does not.',
    },
  ],
};
