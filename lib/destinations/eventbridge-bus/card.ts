import type { Card } from '../card.ts';

const PUT = 'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html';
const CROSS = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html';

export const card: Card = {
  about:
    'A bus of Amazon EventBridge in another account. Systems in Heed’s own account subscribe to its own bus and need no destination; this one is for those who must be known to have been told.',
  native: [
    'Everything: each version goes there as the event that is also on Heed’s own bus, with source `heed` and detail type `preferences.changed.v1`.',
  ],
  custom: [],
  cannot: [
    'Order: events may arrive twice and in any order. Subscribers compare `detail.id` and `detail.sequence`.',
    'What rules on that bus do with an event, Heed cannot see: delivered means that the bus took it.',
  ],
  access: [
    'A resource policy on the bus that allows `events:PutEvents` to the account, the role or the organisation of Heed’s lane. The stack gives the lane’s function that same right on that ARN alone; its secret then is an empty object, `{}`.',
    'For keys of the other account instead: `accessKeyId` and `secretAccessKey` (and `sessionToken`) in the secret.',
  ],
  limits: [
    'Ten entries and less than 256 kB in one request. A request that is too large is sent again entry by entry.',
    'How many requests a second are taken differs by region; Heed sends 50.',
    'The sender pays for events to a bus of another account.',
  ],
  evidence: [
    'The event itself: `source`, `occurredAt`, `method`, `legalBasis` and `notice` of every choice.',
  ],
  reports: [
    'None. A system in the other account that learns of an unsubscribe posts a change to Heed as a source with rights of its own.',
  ],
  confirmed: [
    { fact: 'A bus is named by its ARN; each entry is answered by itself, in order.', source: PUT },
    { fact: 'The receiving bus has to allow the sender.', source: CROSS },
    {
      fact: 'InternalFailure and ThrottlingException of an entry pass; its other errors do not.',
      source: PUT,
    },
  ],
  unconfirmed: [
    {
      doubt:
        'Whether AWS has raised the size of a request since; Heed stays below the older limit by sending again.',
    },
    { doubt: 'By which source the other account’s rules go.', setting: 'source' },
  ],
};
