import type { Card } from '../card.ts';

const GIGYA = 'https://developers.gigya.com/display/GD';

export const card: Card = {
  about:
    'SAP’s customer identity and consent platform, known as Gigya: accounts that people log in with, their subscriptions and their answers to consent statements. Many other systems read it.',
  native: [
    'Subscriptions (communication preferences) to e-mail.',
    'Consent statements, for any channel; an opt-out at one withdraws what it is mapped to.',
  ],
  custom: [
    'A topic on a channel other than e-mail needs a consent statement of its own in the site’s schema.',
  ],
  cannot: [
    'People without an account: nobody is registered for a preference, and lite accounts are not made.',
    'An account that was registered seconds ago may not be found by its address yet, because searches lag behind; by its own id it is.',
    'A grant over an opt-out that the person made there later, or over any by a system: the delivery says that the person has to act.',
    'An address that the person left while their account still has it: the account is told of both, in no certain order.',
  ],
  access: [
    'An application with a user key and secret that may call accounts.search, accounts.getAccountInfo and accounts.setAccountInfo on the site.',
    'The data center and the API key of the site; ids of subscriptions and consents must be in its schema.',
  ],
  limits: ['A number of requests a second that SAP tells only its customers; beyond it error 403048.'],
  evidence: [
    'Tags of each subscription and consent: the state, time, source, method, notice and version, legal basis and Heed’s version. Tags of others are kept.',
    'docVersion and language of consents, if you turn document on; actionTimestamp, if you turn that on.',
    'The Consent Vault keeps SAP’s own time of each change.',
  ],
  reports: [
    'By webhooks of version 2.0 for accountUpdated and accountRegistered, signed by a token that Heed checks against the site’s published key and the digest of the body.',
    'A notice names an account and no more: Heed asks what it says. A no that nobody ever chose is not taken for a withdrawal.',
    'Heed’s own writes are muted, and known by their tags.',
  ],
  confirmed: [
    { fact: 'Only fields that are sent change.', source: `${GIGYA}/accounts.setAccountInfo+REST` },
    {
      fact: 'Errors come as errorCode, inside 200 unless httpStatusCodes is asked for.',
      source: `${GIGYA}/Response+Codes+and+Errors+REST`,
    },
    {
      fact: 'Searches are to be sent by POST and lag behind writes.',
      source: `${GIGYA}/accounts.search+REST`,
    },
    {
      fact: 'muteWebhooks keeps a call from triggering webhooks.',
      source: 'https://developers.gigya.com/pages/diffpagesbyversion.action?pageId=8354545',
    },
    {
      fact: 'Webhooks come at least once, several events at a time, with the account’s id.',
      source: `${GIGYA}/Webhooks`,
    },
    {
      fact: 'A notice holds up to a hundred events, waits ten seconds for an answer, and comes again at intervals of up to an hour.',
      source:
        'https://www.sap.com/cxworks/article/2589632364/webhook_dos_and_donts_building_scalable_webhook_integrations',
    },
    {
      fact: 'The site’s keys are public by accounts.getJWTPublicKey.',
      source: `${GIGYA}/accounts.getJWTPublicKey+REST`,
    },
    {
      fact: 'SAP’s connector for Commerce checks the token’s digest of the payload.',
      source: 'de.hybris.platform.gigya.gigyab2bwebservices (SAP Commerce)',
    },
    {
      fact: 'Consents with several parts are objects within objects.',
      source: 'https://github.com/SAP/spartacus',
    },
  ],
  unconfirmed: [
    {
      doubt:
        'Whether a notice that comes again is signed anew: Heed takes none that was signed over five minutes ago.',
    },
    { doubt: 'Whether every site lets tags be written.', setting: 'tags' },
    { doubt: 'Whether the time of the person’s act may be written.', setting: 'actionTimestamp' },
    { doubt: 'Whether versions of Heed’s notices are those of the site’s statements.', setting: 'document' },
    { doubt: 'Which error code says that an account does not exist.', setting: 'absentCodes' },
    {
      doubt: 'The issuer of the webhooks’ tokens outside the data centers that were seen.',
      setting: 'issuer',
    },
    { doubt: 'Whether a subscription with double opt-in waits for a confirmation when the API subscribes.' },
    { doubt: 'The newer model of communications by channel (keys that end in _sms): it is not used.' },
  ],
};
