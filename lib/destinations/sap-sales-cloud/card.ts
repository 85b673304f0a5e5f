import type { Card } from '../card.ts';

const GUIDE = 'https://docslib.org/doc/8941';

export const card: Card = {
  about:
    'SAP’s CRM for sales and service (Cloud for Customer, C4C). It knows one contact permission for everything and no topics. Version 2 of both clouds has other interfaces, for which no consent fields were found: it is not served.',
  native: [
    'The contact permission, for people who stop everything on the channels you name. Only with codes from your own system, and with a field in which Heed notes that it was Heed.',
  ],
  custom: [
    'Every topic on every channel: one extension field each, and further ones for evidence where you want it.',
  ],
  cannot: [
    'Somebody whom SAP does not know: nobody is made.',
    'That a person whose permission somebody at SAP took away wants a topic after all: the fields say so, but the delivery says that the person has to act.',
    'Anything about the contact permission while the setting permission is left out: it is neither read nor written.',
  ],
  access: [
    'A user for Basic authentication who may read and change contacts, or individual customers.',
    'Extension fields for the topics, added by key user tools and to the OData service; the settings hold their names.',
    'The code lists of those fields, and of the contact permission: the settings hold the codes.',
  ],
  limits: ['None was found. Heed sends 5 requests a second; each person takes two at least.'],
  evidence: [
    'Extension fields of your own, each named in the settings: time, source, notice and legal basis.',
  ],
  reports: [
    'Not at all: no notice is documented. Staff who learn of a choice should enter it where it reaches Heed.',
  ],
  confirmed: [
    { fact: 'Contacts and individual customers are collections of an OData service.', source: GUIDE },
  ],
  unconfirmed: [
    {
      doubt:
        'Whether both collections have a property ContactPermissionCode: it was seen only in other people’s code.',
      setting: 'permission',
    },
    { doubt: 'Under which path the service stands.', setting: 'service' },
    { doubt: 'What the codes of the contact permission mean: none is assumed.', setting: 'permission' },
    { doubt: 'How the property of the e-mail address is called.', setting: 'emailProperty' },
    {
      doubt:
        'Whether PATCH is taken, with a CSRF token and the cookies it came with, as SAP’s gateways usually ask.',
    },
  ],
};
