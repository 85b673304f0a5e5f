import type { Card } from '../card.ts';

const REST =
  'https://success.outsystems.com/documentation/11/integration_with_external_systems/rest/expose_rest_apis/';

export const card: Card = {
  about:
    'OutSystems is a platform for building apps. Heed posts every version of everybody’s preferences to a method of a REST API that an app exposes; its author decides what it keeps.',
  native: [
    'Everything: the method gets the whole event, with every topic and channel that has an answer and what changed.',
  ],
  custom: [],
  cannot: [
    'Contact data is not sent: an app that needs an address looks it up by the subject, with a scope of its own.',
    'The platform drops no repeats: the method has to compare `webhook-id`, and `sequence` for the newest state.',
  ],
  access: [
    'The address of a method that takes `POST` with one structure as its input, by HTTPS.',
    'Basic authentication (`user` and `password` in the secret), or a header that the app checks in OnAuthentication (`header`).',
    'A signing key of Standard Webhooks in the secret (`keys`), if the app checks signatures.',
  ],
  limits: ['None is published; Heed sends 10 requests a second.'],
  evidence: [
    'The event itself: `source`, `occurredAt`, `method`, `legalBasis` and `notice` of every choice.',
  ],
  reports: [
    'None of its own. An app that learns of an unsubscribe posts a change to Heed as a source with rights of its own.',
  ],
  confirmed: [
    {
      fact: 'An exposed API asks for nothing, for Basic authentication, or for what the app checks itself.',
      source: REST,
    },
    {
      fact: 'A body that is not JSON of the expected form is answered 400 before the method runs.',
      source: REST,
    },
  ],
  unconfirmed: [
    { doubt: 'How many requests a second an app takes.' },
    { doubt: 'OAuth 2.0 before an app is not offered here; a header is.' },
  ],
};
