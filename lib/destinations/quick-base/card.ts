import type { Card } from '../card.ts';

const REFERENCE = 'https://tflanagan.github.io/node-quickbase';

export const card: Card = {
  about:
    'A low-code platform: tables and apps that a company builds for itself. It sends nothing to customers of its own accord; your apps do, by what the table says.',
  native: [],
  custom: [
    'Every topic on every channel: one record each, in a table that you add, merged by a unique text field.',
  ],
  cannot: [
    'Whether your apps and pipelines look at the table before they contact anybody: that is theirs to do.',
    'Somebody who goes by no customer number.',
    'That a customer number is unknown: one that somebody once went by gets records that say no, also where there were none.',
    'Preferences, such as how often: no field is defined for them.',
  ],
  access: [
    'A user token of a user who may add and modify records of the table, assigned to its app.',
    'A table with a text field that is marked unique (the key), text fields for customer, channel, topic and choice, and, where you want evidence, fields for time, source, notice, legal basis or one line of all.',
  ],
  limits: ['100 requests in 10 seconds for each user token; beyond that 429 with Retry-After.'],
  evidence: [
    'Fields of your own, each named in the settings: time, source, notice, legal basis, or all in one line.',
  ],
  reports: [
    'Not at all: what somebody changes in the table is overwritten by the next change in Heed. An app that takes choices should post them to Heed’s API as a source of its own.',
  ],
  confirmed: [
    {
      fact: 'Records without a match are created; a record that is refused keeps no other from being stored, and is listed by its place from 1.',
      source: REFERENCE,
    },
    {
      fact: 'The merge field has to be the key field or another unique one.',
      source: 'https://github.com/DrewBradfordXYZ/quickbase-js',
    },
    {
      fact: '100 requests in 10 seconds.',
      source: 'https://helpv2.quickbase.com',
    },
  ],
  unconfirmed: [
    { doubt: 'Whether records refused among good ones answer 200 or 207: both are read.' },
    { doubt: 'How large a request may be: 500 records stay far below any figure seen.' },
  ],
};
