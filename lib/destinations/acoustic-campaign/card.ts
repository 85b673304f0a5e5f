import type { Card } from '../card.ts';

const DOCS = 'https://developer.goacoustic.com/acoustic-campaign/reference';
const PROFILE = 'github.com/api-evangelist/acoustic';

export const card: Card = {
  about:
    'Acoustic Campaign, once Silverpop and IBM Watson Campaign Automation, sends mail and texts to the contacts of a database. Its successor Acoustic Connect has another API and is not served by this; no end date of Campaign was found.',
  native: [
    'A text-to-join program per topic on SMS: opted in or out by the consent API.',
    'Whoever stops everything on e-mail at once is opted out of the whole database (`globalStop`); a later grant ends that, where Heed has noted in `stopColumn` that the opt-out is its own.',
  ],
  custom: [
    'Each topic on e-mail is a column of the database, which you add. Only the columns that are named in a request change.',
  ],
  cannot: [
    'Phone, push and post.',
    'A column keeps nobody from getting a mailing: queries and rulesets have to use it.',
    'An opt-out that Heed did not make is not lifted: such a grant needs the person, who has to opt in at Acoustic.',
    'Somebody who is known by a number alone is not added.',
    'Double opt-in databases, and those whose unique key is another than EMAIL.',
  ],
  access: [
    'An application with access to the XML and REST APIs, as client id, client secret and refresh token. There are no scopes: it may do what the user may that it is bound to.',
    'The pod of your organization and the id of the database.',
    'Columns for the topics, a text column for `stopColumn`, and text columns for the evidence if you want it kept.',
  ],
  limits: [
    'Ten requests at once for the whole organization, others’ included; one more is rejected and not queued. Heed has at most six under way.',
    'One contact in a request, and a look-up before each grant on e-mail.',
  ],
  evidence: [
    'With the setting `evidence`, two text columns beside each choice: its time, and source, method, time, notice, subject and version, and legal basis.',
    '`consentDate` and `consentSource` of a consent to SMS: the same.',
  ],
  reports: [
    'It has no notices, and its exports of opt-outs are files on SFTP: Heed does not hear of an opt-out that is made at Acoustic, which is why a grant does not lift one.',
  ],
  confirmed: [
    {
      fact: 'Operations for opting out, updating, adding and looking up a contact, and their fields.',
      source: `${DOCS}/optoutrecipient`,
    },
    {
      fact: 'That updating names a contact by address or, without a unique key, by sync fields.',
      source: `${DOCS}/updaterecipient`,
    },
    { fact: 'What a look-up returns, and that it finds by address.', source: `${DOCS}/selectrecipientdata` },
    { fact: 'Numbers of faults, which come inside a 200.', source: `${DOCS}/error-codes` },
    {
      fact: 'That an opt-out is queued, and should be repeated until it is accepted.',
      source: 'https://developer.ibm.com/customer-engagement/tutorials/opt-out-a-contact/',
    },
    {
      fact: 'Consent by channel and program, with date and source.',
      source: `${DOCS}/shared-channel-consent-api`,
    },
    { fact: 'Tokens, pods, and how many requests may be under way.', source: PROFILE },
  ],
  unconfirmed: [
    { doubt: 'What ends an opt-out of the database.', setting: 'lift' },
    { doubt: 'How an opt-in to SMS is spelled.', setting: 'smsOptIn' },
    { doubt: 'Whether the consent API keeps the date and the source it is given.' },
    {
      doubt:
        'By which status the eleventh request is rejected; 429 and 5xx are tried again, any other fails and can be replayed.',
    },
    {
      doubt:
        'In which words the REST API says that there is no such contact. Other 404s count as a wrong database.',
    },
  ],
};
