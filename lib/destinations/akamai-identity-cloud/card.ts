import type { Card } from '../card.ts';

export const card: Card = {
  about:
    'Customer identity, once Janrain Capture. Akamai has announced its end of life in 2027 and published a guide for moving away: use this destination for the time until you have moved, and do not choose the product for it.',
  native: [
    'Every topic on every channel: one consent each, as an object of the default consent attributes under consents. The objects have to be added to the schema.',
  ],
  custom: [],
  cannot: [
    'Somebody who has no record: nobody is registered for a preference.',
    'What was before: a record holds the present alone, and the console’s audit ends after 90 days.',
    'An old yes over what somebody took back at a site since: that stays until they agree anew.',
    'Preferences, such as how often.',
  ],
  access: [
    'An API client of Heed’s own that may read and write entities of the type (owner or direct_access); its id and secret. What others do with the same client would be taken for Heed’s.',
    'A schema with an object for each consent: granted, context, type, clientId and updated.',
    'For notices, a webhook (version 3) for updates of entities, its issuer, and the page of your account’s public keys.',
  ],
  limits: ['None was found. Heed sends 5 requests a second; a person takes three at most.'],
  evidence: [
    'context: source, method, time, notice and version in one line.',
    'updated: when the person chose. type: from the legal basis, as the settings say. clientId: Heed.',
  ],
  reports: [
    'A webhook sends a security event token, signed by Akamai, that names the person’s id and nothing of what they chose: Heed asks for the record. Set the webhook’s endpoint to the address of notices, and its issuer and keys in the settings.',
    'Consents without a time are the schema’s default and taken for nobody’s word. What Heed wrote itself is known by the client’s id beside its own context and time: sites that change a consent have to write when.',
    'Akamai sends a notice that was not taken again for a day; all that time Heed believes it.',
  ],
  confirmed: [
    {
      fact: 'The product ends in 2027.',
      source: 'https://techdocs.akamai.com/identity-cloud/docs/migration-guide',
    },
    {
      fact: 'Arguments are a form with JSON inside; answers carry stat, and an error its name.',
      source: 'https://github.com/janrain/janrain-python-api',
    },
    {
      fact: 'An update changes what it names; entity.replace empties the rest.',
      source: 'https://janrain-education-center.knowledgeowl.com/home/managing-user-data',
    },
    {
      fact: 'Consents have granted, context, type, clientId and updated by default.',
      source: 'https://identitydocs.akamai.com/getting-started/consent/2-opts/page3-schema',
    },
    {
      fact: 'A record is named by its id or by a unique attribute, whose value is written as JSON.',
      source: 'https://techdocs.akamai.com/identity-cloud-entity/reference/post-entity-update',
    },
    {
      fact: 'Errors have names; numbers from 500 are Akamai’s own trouble.',
      source: 'https://techdocs.akamai.com/identity-cloud-entity/reference/registration-error-codes',
    },
    {
      fact: 'Webhooks send signed tokens without data of the person, with an issuer of your account.',
      source: 'https://identitydocs.akamai.com/home/security-event-token-payload',
    },
    {
      fact: 'The public keys stand on a page of your account at janrain.com.',
      source: 'https://techdocs.akamai.com/identity-cloud/docs/webhooks-v3-json-web-keys-1',
    },
    {
      fact: 'A notice is sent again after 3 and 30 seconds, 5 minutes, an hour and a day.',
      source: 'https://techdocs.akamai.com/identity-cloud/docs/schedule-redelivery-for-a-failed-event',
    },
  ],
  unconfirmed: [
    { doubt: 'The form of the host.', setting: 'host' },
    { doubt: 'Which unique attribute holds the address.', setting: 'emailAttribute' },
    { doubt: 'What a consent’s type may say.', setting: 'types' },
    { doubt: 'The status that errors come under: Heed reads their names, under any status.' },
    {
      doubt:
        'How a webhook names what changed within consents: Heed looks where a name holds consents or that of a consent.',
    },
  ],
};
