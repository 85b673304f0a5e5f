import type { Card } from '../card.ts';

const DOCS = 'https://github.com/LoginRadius/apidocs';

export const card: Card = {
  about:
    'Customer identity: profiles of people who log in. Its own consent forms can only be answered with the session of the person herself, never by a server on her behalf, so that Heed leaves them alone and keeps choices in custom fields.',
  native: [
    'The subscription to all e-mail (IsEmailSubscribed), for people who stop everything at once. Only where the setting stopField lets Heed note that it was Heed.',
  ],
  custom: [
    'Every topic on every channel: one custom field each, and one for the evidence where you want it.',
  ],
  cannot: [
    'Consents of LoginRadius’ consent forms.',
    'Somebody who has no account: nobody is registered for a preference.',
    'That a person who unsubscribed from all e-mail at LoginRadius wants a topic after all: the fields say so, but the delivery says that the person has to act.',
  ],
  access: [
    'API key and secret of the application.',
    'The custom fields, added in the Admin Console before they are used.',
    'For notices, a webhook for updates of profiles to the address of notices; the API secret signs it.',
  ],
  limits: [
    '50 requests a second (100 above ten million users); 5 a second for development; beyond that 429.',
  ],
  evidence: [
    'A custom field of your own for each choice: what was written, source, method, time, notice and version.',
  ],
  reports: [
    'A webhook with the whole profile, signed without its time; LoginRadius does not repeat one that failed. Heed reads the mapped fields alone, and knows its own writes where the evidence has a field: without one, any update of a profile reports its choices anew.',
  ],
  confirmed: [
    { fact: 'An update changes what it names; nulling needs an argument of its own.', source: DOCS },
    { fact: 'A consent can only be given with an access token of the person.', source: DOCS },
    {
      fact: 'The signature is the upper-case hexadecimal HMAC-SHA256 of the body by the API secret; deliveries are not repeated.',
      source: 'https://github.com/LoginRadius/apidocs (supportdocs, integrations, webhook)',
    },
    { fact: 'Errors carry an ErrorCode.', source: DOCS },
  ],
  unconfirmed: [
    { doubt: 'Which code says that nobody has an address: 938 and 1023 are both read so.' },
    {
      doubt:
        'The form of a notice’s time: where it cannot be read, the account is asked, and the reply’s date counts.',
    },
    {
      doubt: 'What a newer set of pages than the one read may have changed, and the API’s address.',
      setting: 'api',
    },
  ],
};
