import type { Card } from '../card.ts';

const ARTICLE =
  'https://www.sap.com/cxworks/article/2589632469/best_practices_for_importing_interaction_contact_data_into_sap_marketing_cloud';
const NOTE = 'https://userapps.support.sap.com/sap/support/knowledge/en/2609261';

export const card: Card = {
  about:
    'SAP’s marketing suite on S/4HANA (formerly Hybris Marketing). SAP is widely reported to wind it down in favour of Emarsys; ask SAP for the date before you build on it.',
  native: [
    'Marketing permissions: a yes or no for each address or number, marketing area and communication medium. Topics are marketing areas, or an area and a category where your version keeps permissions by category.',
  ],
  custom: [],
  cannot: [
    'Push messages and letters.',
    'One permission for everything: who stops everything is refused in every area that is mapped, and in no other.',
    'A grant over a refusal that the person gave elsewhere later, or over any by a system: the delivery says that the person has to act.',
  ],
  access: [
    'A communication user and a communication arrangement for the scenario SAP_COM_0207 (Interaction Contact Integration).',
    'Marketing areas for your topics, and the origins EMAIL, MOBILE and PHONE, as your tenant calls them.',
    'The version of API_MKT_CONTACT_SRV and the name of its value field: both stand in the service’s $metadata.',
  ],
  limits: ['None was found; Heed keeps to five requests a second.'],
  evidence: [
    'PermissionUTCDateTime: when the person chose, but never older than the permission it replaces.',
    'PermissionNoteText: source, method, time, notice and version, and legal basis.',
    'PermissionSourceSystem and its type, PermissionSourceCommMedium, and PermissionSourceObject with Heed’s version.',
  ],
  reports: [
    'Not at all: no notice was found. What people refuse at SAP itself is respected (see above), and comes into Heed only by an import.',
  ],
  confirmed: [
    {
      fact: 'The permission’s key, its fields, their lengths and what may be filtered by.',
      source: 'Marketing_Contact.cds (CAP model of API_MKT_CONTACT_SRV, content version 3)',
    },
    { fact: 'The contact service is to be used, in the version that is named with ;v=.', source: ARTICLE },
    {
      fact: 'Contacts go first and permissions second: a faulty permission rejects what comes along with it.',
      source: NOTE,
    },
    {
      fact: 'The scenario and the communication user.',
      source:
        'https://blogs.sap.com/2018/01/18/how-to-use-the-new-contact-odata-api-for-sap-hybris-marketing-cloud-1711/',
    },
  ],
  unconfirmed: [
    { doubt: 'Which version a tenant offers, and what it calls the value.', setting: 'valueField' },
    { doubt: 'The origins and media of channels other than e-mail.', setting: 'channels' },
    { doubt: 'Whether the category is part of a permission’s key.', setting: 'categoryInKey' },
    { doubt: 'Whether a permission of an unknown contact makes one.', setting: 'createContacts' },
    { doubt: 'Whether a change is carried out at once without being asked for.', setting: 'synchronous' },
    { doubt: 'Whether the newest permission counts, or the last that came: Heed’s times fit both.' },
  ],
};
