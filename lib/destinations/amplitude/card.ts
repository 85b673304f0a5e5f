import type { Card } from '../card.ts';

const API = 'https://amplitude.com/docs/apis/analytics/http-v2';
const IDENTIFY = 'https://amplitude.com/docs/apis/analytics/identify';

export const card: Card = {
  about:
    'Amplitude analyses what users of a product do. It has no object for communication preferences: Heed keeps them as properties of the user, by the number the company itself gave them.',
  native: [],
  custom: [
    'A user property for each topic and channel, opted_in or opted_out, such as `comm_pref_email_newsletter`; cohorts have to be built on it.',
    'An event for each version told, by default "Communication Preference Changed", as history.',
    'Preferences that are more than a yes or a no, as properties of their own (`preferences`).',
  ],
  cannot: [
    'It stops nobody by itself: what is fed by its cohorts has to be built on the properties.',
    'Properties take effect with a user’s next event. Heed sends one along, which also makes a user of somebody Amplitude does not know; with `event` set to null nobody is made new, and properties wait for what the user does next.',
    'A number that a person no longer uses is told its withdrawals without an event, so that it becomes nobody new: they take effect with what that user does next, if anything.',
    'Customer numbers that Amplitude takes for nobody, such as "0" or "null", are refused.',
    'Its deletion of users is no opt-out, and is not used.',
  ],
  access: [
    'The API key of the project goes into the secret (`apiKey`), its region into the setting `region`.',
    'The company’s customer numbers as identifiers of the kind `customer`: they are the `user_id`.',
  ],
  limits: [
    '100 requests and 1,000 events a second, with ten events a request advised, on the starter plan; 2,000 events and 1 MB a request on others. Heed sends up to 20 requests a second of ten events.',
    '30 events a second for one user, and about 1,800 changes of properties an hour; more of these are dropped without a word.',
  ],
  evidence: [
    'Beside each property: `_at` (when it was chosen), `_source`, `_policy` (notice, version and language), `_basis`; "none" where Heed does not know.',
    'In the event: subject and version, when, by what source, actor and method, and what was granted and withdrawn.',
  ],
  reports: [],
  confirmed: [
    { fact: 'An event whose `insert_id` was seen within seven days on one device is dropped.', source: API },
    { fact: '`$identify` events set properties with `$set`.', source: API },
    { fact: 'One wrong event of a request refuses it; the reply lists which.', source: API },
    { fact: 'Properties alone make nobody a new user, and apply from the next event on.', source: IDENTIFY },
  ],
  unconfirmed: [
    {
      doubt:
        'Whether properties that are told once more, because they may have been overtaken, take effect at once: the event that goes along is dropped as a repeat then, and they wait for what the user does next.',
    },
    {
      doubt:
        'Whether events without an `insert_id` are ever taken for duplicates; properties are sent without.',
    },
    {
      doubt: 'Whether people whom Amplitude does not know should become users.',
      setting: 'event',
    },
    {
      doubt: 'How short a customer number may be; Amplitude’s own limit is five characters.',
      setting: 'shortestId',
    },
  ],
};
