import type { Card } from '../card.ts';

const GUIDE = 'SAP-archive/C4CODATAAPIDEVGUIDE (SAP’s guide for developers)';
const MARKETING =
  'https://help.sap.com/doc/8a98c5f7d5be4b40b3dd97bbdaf28cc4/CLOUD/en-US/PSM_ISI_R_II_MANAGE_MKTG_PRMSSN_IN.html';

export const card: Card = {
  about:
    'SAP’s CRM for sales and service (Cloud for Customer, C4C). Version 2 of both clouds has other interfaces, for which no consent fields were found: it is not served.',
  native: [
    'The contact permission, for people who stop everything on the channels you name. Only with codes from your own system, and with a field in which Heed notes that it was Heed.',
  ],
  custom: [
    'Every topic on every channel: one extension field each, and further ones for evidence where you want it.',
  ],
  cannot: [
    'Marketing permissions by channel and communication category: the interface that SAP documents for them is deprecated and resets what a message leaves out.',
    'Somebody whom SAP does not know: nobody is made.',
    'That a person whose permission somebody at SAP holds back wants a topic after all: the fields say so, but the delivery says that the person has to act.',
    'Anything about the contact permission while the setting permission is left out: it is neither read nor written.',
  ],
  access: [
    'An integration user for Basic authentication (a communication arrangement for OData Services for Business Objects) who may read and change contacts, or individual customers.',
    'Extension fields for the topics, added by key user tools and to the OData service; the settings hold their names. Those for evidence, and for Heed’s note, are text.',
    'The code lists of those fields, and of the contact permission: the settings hold the codes.',
    'Staff who give a permission back by hand should empty Heed’s note with it.',
  ],
  limits: [
    'SAP recommends fewer than ten requests at a time for all interfaces of a tenant together, and fewer than seven where they run long. Heed sends at most two, and five a second; each person takes two requests at least.',
    'A record can be changed by one at a time: one that staff have open is tried again.',
  ],
  evidence: [
    'Extension fields of your own, each named in the settings: time, source, notice and legal basis.',
  ],
  reports: [
    'Not at all: no notice is documented. Staff who learn of a choice should enter it where it reaches Heed.',
  ],
  confirmed: [
    {
      fact: 'The path of the service, that PATCH changes only what it names, the token that writes carry, and that integration users need none.',
      source: GUIDE,
    },
    { fact: 'An asterisk in a filter stands for any text: Heed compares the address again.', source: GUIDE },
    {
      fact: 'Contacts have the properties Email and ContactPermissionCode.',
      source: 'latonaio/sap-api-integrations-business-partner-reads-c4 (code that reads contacts)',
    },
    {
      fact: 'A contact permission that says to check first keeps SAP from contacting anybody, as a no does.',
      source: 'https://userapps.support.sap.com/sap/support/knowledge/en/3081548',
    },
    {
      fact: 'How many requests at a time, and that records are locked.',
      source: 'https://userapps.support.sap.com/sap/support/knowledge/en/3577788',
    },
    { fact: 'What becomes of marketing permissions that are left out.', source: MARKETING },
  ],
  unconfirmed: [
    { doubt: 'What the codes of the contact permission mean: none is assumed.', setting: 'permission' },
    {
      doubt: 'Whether individual customers hold their address in Email too, and may be looked up by it.',
      setting: 'emailProperty',
    },
    { doubt: 'Whether a filter finds an address whose capitals differ: Heed takes what SAP finds.' },
    { doubt: 'With which status SAP refuses a locked record: Heed goes by its words.' },
  ],
};
