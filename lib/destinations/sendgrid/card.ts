import type { Card } from '../card.ts';

const SPEC = 'https://github.com/twilio/sendgrid-oai';
const WEBHOOK = 'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event';

export const card: Card = {
  about:
    'Twilio SendGrid sends mail, and keeps lists of addresses that must not get it: one for each unsubscribe group, and a global one.',
  native: [
    'A topic on e-mail is an unsubscribe group: a withdrawal puts the address into it, a grant takes it out.',
    'Stopping everything puts the address on the global list, beside its groups; the setting `globalStop` turns that off.',
  ],
  custom: [],
  cannot: [
    'It holds no evidence and no opt-in: an address that is on no list gets mail. Why it is on none stands in Heed alone.',
    'Text messages and calls are another product of Twilio.',
    'Mail that is sent without a group can only be stopped by the global list.',
    'Somebody who got onto the global list by themselves, and of whom no notice came, is not let in again by Heed: they have to be taken off it at SendGrid.',
    'When somebody left a group, SendGrid does not say for one address: without its notices, an old grant that is told again takes them out of the group.',
    'A complaint that SendGrid keeps (its list of spam reports) is not lifted by a later grant.',
  ],
  access: [
    'An API key with Suppressions: read and write of unsubscribe groups, group suppressions and global suppressions.',
    'Every group that is mapped has to exist. Heed asks for the groups before each delivery, because an address added to a group that does not exist lands on the global list.',
    'To hear of unsubscribes: the Event Webhook with signing turned on, and its verification key in the secret.',
  ],
  limits: [
    'SendGrid publishes no number for these requests and answers 429 beyond it. Heed sends 10 a second and puts up to 100 addresses in one.',
  ],
  evidence: [],
  reports: [
    'The signed Event Webhook (ECDSA), with the engagement events for unsubscribes, group unsubscribes, group resubscribes and spam reports turned on, posted to /v1/destinations/sendgrid/notices.',
    'A group unsubscribe withdraws its topic; an unsubscribe from all and a spam report withdraw the mapped topics, or those of `optOutTopics`. A group resubscribe is a grant, because the recipient makes it on the page of their preferences.',
  ],
  confirmed: [
    { fact: 'Addresses added to a group that does not exist go to the global list.', source: SPEC },
    { fact: 'Taking an address out of a group does not take it off the global list.', source: SPEC },
    { fact: 'An address that is not on the global list is answered by an empty object.', source: SPEC },
    { fact: 'Events name the group as `asm_group_id` and the time in seconds.', source: WEBHOOK },
    {
      fact: 'The signature covers the time it was sent and the body as it was sent.',
      source: 'https://github.com/sendgrid/sendgrid-nodejs',
    },
  ],
  unconfirmed: [
    {
      doubt:
        'How many addresses one request may hold; a request that is refused whole is sent again one by one.',
    },
    { doubt: 'Whether taking an address off a list it is not on answers 204 or 404; both count as done.' },
    {
      doubt:
        'Whether a repeated notice is signed anew; Heed takes notices up to 25 hours old, because SendGrid tries for a day.',
    },
    { doubt: 'Whether a complaint should end all mail.', setting: 'complaints' },
  ],
};
