import type { Card } from '../card.ts';

export const card: Card = {
  about:
    'Product analytics and in-app guides. It has no permissions of its own: what Heed writes is visitor metadata, and it counts only where guides and segments filter by it.',
  native: [],
  custom: [
    'Every topic on every channel: one custom visitor field each, and further ones for evidence where you want it.',
  ],
  cannot: [
    'That a guide must not be shown: the guide’s segment has to say so.',
    'Somebody who goes by no customer number, or whom Pendo has never seen, unless the settings allow Heed to add visitors.',
    'Pendo’s switch “do not process” is about collecting data, not about being contacted; Heed leaves it alone.',
  ],
  access: [
    'An integration key with write access (Settings, Integrations).',
    'The custom fields, added under Settings, Data mappings; a field’s name cannot be changed later.',
  ],
  limits: ['None is published. Heed sends 5 requests a second with 100 visitors at most.'],
  evidence: ['Custom fields of your own, each named in the settings: time, source, notice and legal basis.'],
  reports: ['Not at all: nobody unsubscribes in Pendo.'],
  confirmed: [
    {
      fact: 'Visitors that are not known are left out unless the request says create=true.',
      source:
        'https://support.pendo.io/hc/en-us/community/posts/9320635116315-Tech-Note-Can-I-use-the-API-to-create-new-visitor-and-account-records-in-Pendo',
    },
    {
      fact: 'Custom fields have to be added before they are written.',
      source: 'https://support.pendo.io/hc/en-us/articles/19638682125595-Manage-custom-metadata-fields',
    },
    {
      fact: 'Names hold letters, digits and underscores, and begin with no digit.',
      source: 'https://support.pendo.io/hc/en-us/articles/360031832072-Visitor-and-Account-Metadata',
    },
    {
      fact: 'A repeated request updates the same visitor.',
      source: 'https://composable-docs.zeotap.com/destinations/analytics/pendo',
    },
  ],
  unconfirmed: [
    {
      doubt:
        'What the reply counts, and whether it names the visitors it did not find: where the counts do not tell whom they mean, each visitor is sent again alone; a success that is no such reply is tried again.',
    },
    { doubt: 'How many visitors one request may hold, and how many requests a second are taken.' },
    { doubt: 'Which hosts there are besides the American and the European one.', setting: 'region' },
  ],
};
