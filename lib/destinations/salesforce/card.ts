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
    'HasOptedOutOfEmail and DoNotCall on Contact and Lead, where `flags` asks for them: set when a person stops everything or when every topic they stand for is withdrawn, cleared when one of those is granted.',
    'Every record that carries the person’s address: mail is told to all of them, other channels to the person’s own record where its id is known. Where it is not, what stops is told to all, and what is granted only if they are one person.',
  ],
  custom: [
    'The key by which a row is found again: a text field on ContactPointTypeConsent that you add (`PrefKey__c`).',
  ],
  cannot: [
    'Consent rows that the org keeps beside Heed’s own: Heed neither reads them before it writes nor changes them, and an opt-out there stands until the org lifts it.',
    'People it has no Contact or Lead of: nobody is created, since a name is needed for that.',
    'Consent rows for a record without an Individual; such a delivery fails with no-individual until one is linked.',
    'Calls, texts and post that somebody granted whom only an address points to that several people share; such a delivery fails with several-people until the record’s id is known as an identifier of the kind `salesforce`.',
    'A flag on a Lead that was converted: its Contact is told.',
    'Push.',
  ],
  access: [
    'An External Client App with the client credentials flow switched on, and a user to run as; or one that holds a certificate and lets that user in by JWT bearer.',
    'For that user: read on Contact, Lead and Individual, read, create and edit on ContactPointTypeConsent, edit on the flags if they are kept.',
    'Data Protection and Privacy switched on in Setup, and an Individual for each person.',
    'On ContactPointTypeConsent a text field of 255 characters named PrefKey__c: external id, unique, case-sensitive.',
  ],
  limits: [
    'In 24 hours 100,000 requests and 1,000 (Enterprise, Professional) or 5,000 (Unlimited, Performance) for each licence; a Developer Edition 15,000 a day.',
    'At most 200 rows of one object in a request. Each person costs a look-up besides, and another where something is granted.',
  ],
  evidence: [
    '`CaptureDate` and `EffectiveFrom`: when the person chose. `EffectiveTo`: when a grant expires.',
    '`CaptureSource`: that Heed wrote it and what, source, method, time, notice with version and language, subject and version.',
    '`CaptureContactPointType`: by the setting `capturedBy`.',
    'Legal basis has its place on the DataUsePurpose, not on the row.',
  ],
  reports: [
    'Salesforce sends no notices. Every five minutes Heed asks for consent rows that were changed to opted out, and for Contacts and Leads whose flags say no where `flags` keeps them; nothing has to be set up for it.',
    'A row as Heed left it is no report; one that somebody turned over since is. Flags carry no sign of who set them, only of who changed the record last: `user` says which changes are Heed’s.',
    'An opt-out that was made there after a grant stays, on a row of Heed’s own as well as in a flag: Heed looks before it writes, leaves it, and says opted-out-at-salesforce until the person grants anew.',
    'People are reported by record id and by e-mail address, so identifiers of the kind `salesforce` have to be declared.',
  ],
  confirmed: [
    {
      fact: 'Upserting collections by external id: 200 rows, one object, one result for each row in order.',
      source: `${GUIDE}/resources-composite-sobjects-collections-upsert.html`,
    },
    {
      fact: 'Several queries in the body of one request, which counts once; each has its own status.',
      source: `${GUIDE}/resources-composite-composite-post.html`,
    },
    {
      fact: 'A key that stands twice in a request is refused.',
      source:
        'https://salesforce.stackexchange.com/questions/104048/why-does-upsert-cause-a-duplicate-value-error',
    },
    {
      fact: 'Queries find Leads that were converted, which cannot be changed.',
      source: 'https://help.salesforce.com/s/articleView?id=000384333',
    },
    {
      fact: 'Error codes and the 300 of an external id that is not unique.',
      source: `${GUIDE}/errorcodes.html`,
    },
    {
      fact: 'The JWT bearer flow: a certificate at the app, a user it was allowed for, and who logs in where.',
      source: 'https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm',
    },
    {
      fact: 'Fields of the consent rows, and that they can be filtered and sorted by.',
      source: `${OBJECTS}/object-contactpointtypeconsent.html`,
    },
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
    {
      doubt:
        'When a flag was set: Salesforce tells only when its record was last changed. A flag on a record that somebody else changed after the grant is taken for theirs and stays, also if Heed set it.',
      setting: 'user',
    },
    { doubt: 'How long a token of the client credentials flow is good: it is used until it is refused.' },
  ],
};
