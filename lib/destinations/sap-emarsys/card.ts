import type { Card } from '../card.ts';

const REFERENCE = 'https://dev.emarsys.com/docs/core-api-reference/';
const CODES = 'https://dev.emarsys.com/docs/core-api-reference/jir98la21pufy-http-400-errors';
const COLLECTION = 'https://github.com/emartech/Emarsys-postman-collection';
const PROFILE = 'https://github.com/api-evangelist/emarsys';

export const card: Card = {
  about:
    'SAP’s marketing platform for e-mail, text messages and app messages. It knows one opt-in to all e-mail and no topics; SAP ends the older API users (WSSE) with the year 2026.',
  native: [
    'The opt-in to all e-mail (field 31). Heed writes it only for people who stop everything, and only where it can note that it did.',
  ],
  custom: [
    'Every topic on every channel: one single-choice field each, and text fields for the evidence where you want it. Campaigns have to filter by these fields.',
  ],
  cannot: [
    'Somebody who goes by no e-mail address: contacts are found by it.',
    'That a person who unsubscribed from everything at Emarsys wants a topic after all: their fields say so, but no grant of one topic lifts that. The delivery says that the person has to act.',
    'A withdrawal of somebody who is no contact: it is skipped, and nobody is made for it.',
  ],
  access: [
    'An API user: by OAuth (client id and secret), or of the older kind (user and secret).',
    'Its endpoint permissions for updating and creating contacts, and for getting their data.',
    'Fields for topics and evidence, made in the field editor; their numbers go into the settings.',
  ],
  limits: [
    '1,000 requests a minute for each API user; beyond that 429.',
    '1,000 contacts and 8 MB in one request.',
  ],
  evidence: [
    'Text fields that you add, for each topic and channel: the time of the choice, a line of source, method, time, notice and version, and the legal basis.',
    'source_id, where Heed is listed as a contact source.',
  ],
  reports: [
    'Not at all: no notice of an opt-out is documented. What people do at Emarsys itself is respected (see above), and comes into Heed only by an import.',
  ],
  confirmed: [
    { fact: 'Field 31 takes 1, 2 or nothing; only fields that are sent change.', source: REFERENCE },
    {
      fact: 'Refusals come inside 200 too, for the request or by contact, and one code has several meanings.',
      source: CODES,
    },
    {
      fact: 'OAuth takes tokens from auth.emarsys.net, for version 3 of the same paths.',
      source: COLLECTION,
    },
    {
      fact: 'The WSSE digest is the base64 of the hexadecimal SHA-1.',
      source: 'https://github.com/rudderlabs/rudder-transformer',
    },
    {
      fact: 'Two requests that make the same contact may collide; they are to be tried again.',
      source: PROFILE,
    },
    {
      fact: 'Campaigns ask for the opt-in unless they are told to ignore it.',
      source: 'https://help.emarsys.com/hc/en-us/articles/360016211717-Recipient-source',
    },
  ],
  unconfirmed: [
    { doubt: 'Whether campaigns reach a contact whose opt-in is empty.', setting: 'optInWithGrant' },
    { doubt: 'What the choices of your fields are numbered.', setting: 'values' },
    { doubt: 'A field of Emarsys’ own for the opt-in to text messages: none was found.', setting: 'topics' },
    { doubt: 'Whether a field that does not exist refuses one contact or the request: both are read.' },
  ],
};
