import type { Card } from '../card.ts';

const UPDATE = 'https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_UpdateContact.html';
const LISTS = 'https://docs.aws.amazon.com/ses/latest/dg/sending-email-list-management.html';
const EVENTS = 'https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html';

export const card: Card = {
  about:
    'Amazon Simple Email Service sends mail, and keeps for each account and region one contact list with up to 20 topics, by which it refuses mail that people do not want.',
  native: [
    'A topic on e-mail is a topic of the contact list, opted in to or out of.',
    'Stopping everything also sets the contact to unsubscribed from the whole list; the setting `globalStop` turns that off. A later grant lets the person in again for that topic alone, unless `liftGlobalStop` forbids it or the person left the list by themselves since.',
  ],
  custom: [],
  cannot: [
    'The contact list counts only for mail that is sent with list management options; what is sent without them is not held back.',
    'Text messages: the opt-out lists of AWS End User Messaging are another service, which Heed does not serve.',
    'Two writers: there is no way to write a contact only if it has not changed since it was read. A choice that somebody makes on the page of SES in that moment may be overwritten; for mapped topics its notice brings it back, for others nothing does.',
    'The account suppression list is left alone: it is for bounces and complaints.',
  ],
  access: [
    'Nothing but the right of the lane’s own function to `ses:GetContact`, `ses:GetContactList`, `ses:CreateContact` and `ses:UpdateContact` on the contact list, which the stack grants. Its secret then is an empty object, `{}`.',
    'For another account: `accessKeyId` and `secretAccessKey` (and `sessionToken`) in the secret, with the same rights.',
    'To hear of unsubscribes: a configuration set whose events `SUBSCRIPTION` and `COMPLAINT` go to an SNS topic named in `snsTopics`, and a subscription of /v1/destinations/ses/notices to it by HTTPS, without raw message delivery. Heed confirms it by itself.',
  ],
  limits: [
    'One contact list for each account and region, 20 topics in it.',
    'No rate is published for these requests. Heed sends two a second, and needs two for a person, or three where the list has to be read as well.',
  ],
  evidence: [
    'AttributesData, a free text: where it is empty or a JSON object, `heed` in it holds for each topic the state, the time, the source, the method, the legal basis, the notice and the version. Other members stay as they are. Any other text goes back untouched. By it Heed also sees who left a topic at SES since: an old grant does not subscribe them again. The setting `evidence` turns both off.',
  ],
  reports: [
    'Subscription events, when somebody uses the unsubscribe link or page of SES, and complaints, both through Amazon SNS with its signature. What a person changed is a choice; a status they had before is not.',
  ],
  confirmed: [
    { fact: 'An update removes every preference that it does not repeat.', source: UPDATE },
    { fact: 'Statuses are OPT_IN and OPT_OUT; UnsubscribeAll stands above them.', source: UPDATE },
    { fact: 'Writing at the same time is answered by ConcurrentModificationException.', source: UPDATE },
    { fact: 'One list for each account and region, with at most 20 topics.', source: LISTS },
    { fact: 'Subscription events hold the preferences before and after.', source: EVENTS },
  ],
  unconfirmed: [
    { doubt: 'How many of these requests AWS allows a second.' },
    {
      doubt:
        'Whether the default preferences of a contact name every topic; where they do not name one that is needed, the list is read.',
    },
    { doubt: 'How long AttributesData may be, and whether leaving it out removes it.', setting: 'evidence' },
    { doubt: 'Whether a complaint should end all mail.', setting: 'complaints' },
  ],
};
