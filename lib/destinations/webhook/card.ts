import type { Card } from '../card.ts';

export const card: Card = {
  about:
    'Anything that can take a signed HTTP request: a system without a destination of its own, an integration platform, a tag manager, a data team. It is sent every version as the CloudEvent that is also on the bus, signed as Standard Webhooks says, and never contact data.',
  native: [
    'Every choice on every channel, with the whole resolved state, so that a receiver need not call back.',
    'Preferences such as a frequency or an interest.',
  ],
  custom: [],
  cannot: [
    'Addresses and phone numbers: the receiver finds the person by the subject, or asks the API with its own token.',
    'Order: a version may come twice or late. The receiver drops repeats by `webhook-id` and keeps the highest `sequence`.',
  ],
  access: [
    'An https address that answers 2xx once the message is stored; anything else is tried again.',
    'A signing key, `whsec_` and the base64 of 24 to 64 random bytes, known to both sides. To rotate it, put the new one first and leave the old one until the receiver has it.',
  ],
  limits: [
    'None is published, since the receiver is yours: Heed sends at most 50 requests a second and waits 5 seconds for each answer.',
    'A receiver that is overrun answers 429 or 503, with `Retry-After` if it knows when.',
  ],
  evidence: [
    'Each row of `data.state.choices` carries when the person chose (`occurredAt`), `source`, `method`, `legalBasis` and the `notice` that was shown.',
    'The event itself carries the source, actor and method of the change, and its own time of recording.',
  ],
  reports: [
    'Not by itself. A system that learns of an unsubscribe posts it to `POST /v1/subjects/{subject}/changes` as a source of its own.',
  ],
  confirmed: [
    {
      fact: 'Headers, what is signed, several signatures while keys rotate, redirects that are not followed, and 410 for an address that wants no more.',
      source: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
    },
    {
      fact: 'The document in structured mode, its attributes and their names.',
      source: 'https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md',
    },
    {
      fact: 'The signature, checked against the receiving side of the reference library.',
      source: 'npm standardwebhooks 1.1.1',
    },
  ],
  unconfirmed: [],
};
