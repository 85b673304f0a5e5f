import type { Card } from '../card.ts';

const GUIDE = 'https://github.com/AdobeDocs/marketo-developer.en';

export const card: Card = {
  about:
    'Adobe’s marketing automation. It knows one durable unsubscribe from all e-mail and no topics: what people choose is held in fields that you add, and it counts only where smart lists and programs filter by them.',
  native: [
    'The unsubscribe from all e-mail, for people who stop everything at once (setting globalStop). Heed writes into its reason that it was Heed, and lifts none where the reason of anybody with the address says otherwise.',
  ],
  custom: [
    'Every topic on every channel: one true/false field each, and further ones for evidence where you want it.',
  ],
  cannot: [
    'That a person who unsubscribed at Marketo itself wants a topic after all: their fields say so, but the delivery says that the person has to act, in Marketo’s own form.',
    'One topic alone, once Heed lifts its own unsubscribe from everything: mail that filters by no field goes out again as well. Let every campaign filter, or set globalStop to false.',
    'That an unsubscribe of Heed’s is lifted after Marketo gave it to somebody who was added with the address later: nobody wrote a reason there, and the delivery says that the person has to act.',
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
    'Webhooks of smart campaigns, called when somebody unsubscribes or a topic’s field changes to false. They sign nothing: give them a custom header `x-heed-key` (one of `webhookKeys` in the secret), and post to /v1/destinations/marketo/notices.',
    'Their template is JSON: `id` (the token of the person’s id) and `field` (the REST name of the field that changed, or `unsubscribed`), one webhook for each. Heed asks Marketo for the person then, and takes a withdrawal only where the field says so: whoever knows the key can have Heed look, and nothing else.',
    'Unsubscribing from all mail ends the topics with a field for e-mail, or those of `optOutTopics`. The time is that of the person’s newest change.',
    'Let the triggers leave out changes that come by the API: they are Heed’s own. An unsubscribe that Heed wrote is known by its reason; a topic’s field is not, and where people share an address, one’s no would come back as everybody’s.',
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
    {
      fact: 'An unsubscribe is kept by address: it meets everybody who has it, also people who are added later, and so does what lifts it.',
      source: 'https://docs.marketo.com/display/public/DOCS/Durable+Unsubscribe',
    },
    { fact: 'A look-up may be sent by POST with _method=GET, its parameters as a form.', source: GUIDE },
    {
      fact: 'The token belongs in the Authorization header; as a parameter it is no longer taken.',
      source: GUIDE,
    },
    {
      fact: 'The token may be asked for by a form.',
      source: 'https://github.com/segmentio/action-destinations',
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
