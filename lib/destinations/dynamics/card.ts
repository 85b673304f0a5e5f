import type { Card } from '../card.ts';

const TABLE =
  'https://learn.microsoft.com/dynamics365/developer/reference/entities/msdynmkt_contactpointconsent4';
const CONSENT =
  'https://github.com/MicrosoftDocs/customer-insights/blob/main/ci-docs/journeys/consent-record-creation.md';
const HOOKS = 'https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks';

export const card: Card = {
  about:
    'Microsoft’s CRM with Customer Insights – Journeys, whose consent center holds a yes or no for each address or number, channel, purpose and topic.',
  native: [
    'Topics and purposes on e-mail, text messages and calls, whether or not there is a contact with that address or number.',
    'Purposes as a whole, for people who stop everything on a channel, and for a topic of Heed that is mapped to a purpose alone.',
    'The flags of contacts that forbid a whole channel (donotbulkemail and its kin), if you configure them.',
  ],
  custom: [
    'Which of these flags Heed has set itself: a text column of contacts, needed only with the flags.',
  ],
  cannot: [
    'Push messages and custom channels.',
    'A topic that is granted while its purpose stays opted out: Dynamics counts no topic without its purpose.',
    'A grant over an opt-out that the person made at Dynamics later, or over any by a system: the delivery says that the person has to act.',
  ],
  access: [
    'An app registration in Microsoft Entra with a client secret, and an application user for it in the environment.',
    'A security role for that user that may create, read and write contact point consents, and read purposes and topics; with flags, also read and write contacts.',
    'The ids of your purposes and topics: each is at the end of its page’s address.',
  ],
  limits: [
    '6,000 requests, 20 minutes of execution and 52 requests at once for each user and server, in five minutes; beyond that 429 with Retry-After.',
  ],
  evidence: [
    'Reason description (msdynmkt_reason): Heed’s marker and the state, then source, method, time, notice and version, and the legal basis.',
    'Who requested the change (msdynmkt_modifiedonbehalf): the kind of actor.',
    'Source (msdynmkt_source): Internal, or what you map a method to.',
  ],
  reports: [
    'By a Dataverse webhook: register a step on Create and on Update of msdynmkt_contactpointconsent4, asynchronous, with the authentication HttpHeader and the header x-heed-key, whose value is one of the secret’s webhookKeys.',
    'Dataverse does not sign: Heed believes only which row changed, and asks for it with its own credentials.',
    'Rows that Heed wrote itself are known by the marker in their reason.',
  ],
  confirmed: [
    { fact: 'The table, its columns, choices and the names of its lookups.', source: TABLE },
    {
      fact: 'A topic’s opt-in counts only with its purpose opted in; a purpose’s opt-out outweighs its topics.',
      source: CONSENT,
    },
    { fact: 'The reason description is meant for knowing one’s own changes again.', source: CONSENT },
    { fact: 'Consent belongs to the contact point, not to a contact.', source: CONSENT },
    {
      fact: 'A PATCH by id makes the row that is not there, unless If-Match forbids it.',
      source:
        'https://learn.microsoft.com/power-apps/developer/data-platform/webapi/update-delete-entities-using-web-api',
    },
    { fact: 'What a webhook posts, and that it carries a fixed secret at most.', source: HOOKS },
    {
      fact: 'The limits.',
      source: 'https://learn.microsoft.com/power-apps/developer/data-platform/api-limits',
    },
  ],
  unconfirmed: [
    {
      doubt: 'Which source the consent center should show for changes that come from Heed.',
      setting: 'sources',
    },
    {
      doubt: 'Whether journeys heed the flags of contacts: consent is checked in the consent center.',
      setting: 'contactFlags',
    },
    { doubt: 'Whether inactive rows are ignored, as Heed takes them to be.' },
    { doubt: 'Tenants with several business units, each with consents of its own.' },
  ],
};
