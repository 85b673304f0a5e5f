import type { Card } from '../card.ts';

const GUIDE = 'https://developer.salesforce.com/docs/platform/api-rest/guide';
const OBJECTS = 'https://developer.salesforce.com/docs/platform/object-reference/references/standard-objects';

export const card: Card = {
  about:
    'The core CRM. Consent is kept as rows of the consent data model, each for one Individual, purpose and kind of contact point, with its evidence; the flags on Contact and Lead are global for their channel and kept only if you say so.',
  native: [
    'One ContactPointTypeConsent row per Individual, topic and channel (e-mail, phone, post), opted in or out.',
    'The purpose of a row, where a topic names the id of a DataUsePurpose.',
    'SMS, if `channels` maps it to the kind Phone with an engagement channel type of its own.',
    'HasOptedOutOfEmail and DoNotCall on Contact and Lead, where `flags` asks for them: set when every topic they stand for is withdrawn, cleared when one is granted.',
  ],
  custom: [
    'The key by which a row is found again: a text field on ContactPointTypeConsent that you add (`PrefKey__c`).',
  ],
  cannot: [
    'People it has no Contact or Lead of: nobody is created, since a name is needed for that.',
    'Consent rows for a record without an Individual; such a delivery fails with no-individual until one is linked.',
    'Push.',
  ],
  access: [
    'An External Client App with the client credentials flow switched on, and a user to run as.',
    'For that user: read on Contact, Lead and Individual, create and edit on ContactPointTypeConsent, edit on the flags if they are kept.',
    'Data Protection and Privacy switched on in Setup, and an Individual for each person.',
    'On ContactPointTypeConsent a text field of 255 characters named PrefKey__c: external id, unique, case-sensitive.',
  ],
  limits: [
    'In 24 hours 100,000 requests and 1,000 (Enterprise, Professional) or 5,000 (Unlimited, Performance) for each licence; a Developer Edition 15,000 a day.',
    'At most 200 rows of one object in a request. Each person costs a look-up in each of `people` besides.',
  ],
  evidence: [
    '`CaptureDate` and `EffectiveFrom`: when the person chose. `EffectiveTo`: when a grant expires.',
    '`CaptureSource`: source, method, time, notice with version and language, subject and version.',
    '`CaptureContactPointType`: by the setting `capturedBy`.',
    'Legal basis has its place on the DataUsePurpose, not on the row.',
  ],
  reports: ['Not yet by itself.'],
  confirmed: [
    {
      fact: 'Upserting collections by external id: 200 rows, one object, one result for each row in order.',
      source: `${GUIDE}/resources-composite-sobjects-collections-upsert.html`,
    },
    {
      fact: 'Error codes and the 300 of an external id that is not unique.',
      source: `${GUIDE}/errorcodes.html`,
    },
    { fact: 'Fields of the consent rows.', source: `${OBJECTS}/object-contactpointtypeconsent.html` },
    { fact: 'The flags and their names.', source: 'github.com/jsforce/jsforce' },
    {
      fact: 'What a trigger says that met a locked row.',
      source: 'github.com/rudderlabs/rudder-transformer (destination salesforce)',
    },
  ],
  unconfirmed: [
    {
      doubt:
        'The spelling of the values of PrivacyConsentStatus: OptIn and OptOut in code that was seen, OptedIn and OptedOut in notes.',
      setting: 'status',
    },
    { doubt: 'How long a token of the client credentials flow is good: it is used until it is refused.' },
  ],
};
