import type { Card } from '../card.ts';

const API = 'https://mailchimp.com/developer/marketing/api/list-members/';
const WEBHOOKS = 'https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/';

export const card: Card = {
  about:
    'Mailchimp sends campaigns to audiences and to groups within them. A contact belongs to one audience, and has one status there.',
  native: [
    'A topic is a group ("interest") of an audience: a contact stays in the audience and is put into the group, or taken out.',
    'Or a topic is an audience as a whole: a withdrawal unsubscribes the contact from it.',
    'Stopping everything unsubscribes from the audience and leaves every group in it (setting `globalStop`).',
  ],
  custom: [
    'A merge field for each topic holds its evidence, where `evidence` names one.',
    'A tag (setting `stopTag`) marks contacts whom Heed unsubscribed.',
  ],
  cannot: [
    'Texts are a product of their own, whose fields no source describes.',
    'GDPR fields ("marketing permissions") are left alone: whether those that a request does not name keep what they say is not described.',
    'A contact whom staff deleted for good cannot be added again.',
  ],
  access: [
    'An API key; it ends with the data centre that is spoken to. The role of the user it belongs to must allow to edit audiences.',
    'A webhook of each audience, to /v1/destinations/mailchimp/notices/<key>, where the key is one of `webhookKeys` in the secret and hard to guess.',
  ],
  limits: ['Ten connections at once for the whole account, beyond that 429 or a bare 403. Heed uses four.'],
  evidence: [
    '`timestamp_opt` holds the time of the newest grant.',
    'Merge fields named in `evidence` (text) hold legal basis, source, method, time, notice and version of a topic’s choice, withdrawals included.',
  ],
  reports: [
    'Audience webhooks, sent as forms to a secret address and not signed: whoever knows the address can end subscriptions, and nothing else.',
    'Turn on unsubscribes and cleaned addresses from subscribers and staff, and profile updates from subscribers alone. Leave the source API off: it would only repeat what Heed said.',
    'An unsubscribe, and a complaint, end the topics of the audience, or those of `optOutTopics`. After a profile update Heed asks for the contact, and ends those topics granted before whose groups are not ticked (setting `groupChanges`).',
    'A contact that staff deleted, and an address that bounces, end nothing.',
  ],
  erased: [
    'The contact of every mapped audience is deleted for good, with all that is personal. The address cannot be imported again: she can only come back herself, by a form of Mailchimp’s.',
    'Where her address is another’s too, she is told withdrawn like anybody else.',
  ],
  confirmed: [
    {
      fact: 'Deleting a contact for good answers 204, and keeps its address from being imported again.',
      source: 'https://mailchimp.com/developer/marketing/api/list-members/delete-list-member/',
    },
    { fact: 'A contact is named by the MD5 digest of its address in lower case.', source: API },
    { fact: 'Groups and merge fields that a request does not name stay as they are.', source: API },
    {
      fact: 'Who unsubscribed by themselves cannot be subscribed by the API: 400, Member In Compliance State.',
      source: 'https://github.com/ibericode/mailchimp-for-wordpress/issues/798',
    },
    {
      fact: 'Webhooks are forms, tried again for 75 minutes, at best sent to a secret address.',
      source: WEBHOOKS,
    },
  ],
  unconfirmed: [
    {
      doubt:
        'Whether somebody whom the API unsubscribed may be subscribed by it again: reports differ. Where not, the answer is that the person must act, and Mailchimp can ask them by mail.',
      setting: 'askAgain',
    },
    { doubt: 'In which time zone notices name their time.', setting: 'noticeOffset' },
    {
      doubt:
        'What becomes of a group the audience lacks; Heed reads the contact it is given back, and fails where a group is missing.',
    },
    {
      doubt:
        'Newer webhooks are said to carry a signature (X-Mailchimp-Signature); Mailchimp’s own pages do not describe it, and Heed does not rest on it.',
    },
  ],
};
