import type { Card } from '../card.ts';

const GUIDE = 'https://github.com/AdobeDocs/marketo-developer.en';

export const card: Card = {
  about:
    'Adobe’s marketing automation. It knows one durable unsubscribe from all e-mail and no topics: what people choose is held in fields that you add, and it counts only where smart lists and programs filter by them.',
  native: [
    'The unsubscribe from all e-mail, for people who stop everything at once (setting globalStop). Heed writes into its reason that it was Heed, and lifts none that somebody else set.',
  ],
  custom: [
    'Every topic on every channel: one true/false field each, and further ones for evidence where you want it.',
  ],
  cannot: [
    'That a person who unsubscribed at Marketo itself wants a topic after all: their fields say so, but the delivery says that the person has to act, in Marketo’s own form.',
    'One topic alone, once Heed lifts its own unsubscribe from everything: mail that filters by no field goes out again as well. Let every campaign filter, or set globalStop to false.',
    'Addresses with characters beyond ASCII.',
  ],
  access: [
    'A LaunchPoint service with an API-only user who may read and write people (Read-Write Person); its client id and secret.',
    'The fields, added under Admin, Field Management; the settings hold their REST names.',
  ],
  limits: [
    '100 calls in 20 seconds, 10 at once, and the account’s calls a day (50,000 as a rule), shared by every integration.',
    '300 people and 1 MB in one request.',
  ],
  evidence: [
    'Fields of your own, each named in the settings: time, source, notice and legal basis.',
    'unsubscribedReason: source, method, time, notice and version of a stop of everything.',
  ],
  reports: [
    'Not in a form Heed takes: webhooks of smart campaigns are templates of your own, without a signature. Unsubscribes at Marketo are respected by Marketo itself; bring them into Heed by posting them to its API as a source of their own.',
  ],
  confirmed: [
    {
      fact: 'Refusals come inside 200: success false, or a record that was skipped with a code.',
      source: GUIDE,
    },
    {
      fact: 'An update by address is refused where several people have it (1007); by id it is not.',
      source: GUIDE,
    },
    { fact: 'A look-up may be sent by POST with _method=GET, its parameters as a form.', source: GUIDE },
    {
      fact: 'The token belongs in the Authorization header; as a parameter it is no longer taken.',
      source: GUIDE,
    },
  ],
  unconfirmed: [
    {
      doubt:
        'Whether the API may lift an unsubscribe: Heed looks afterwards, and says that the person has to act where it did not.',
      setting: 'globalStop',
    },
  ],
};
