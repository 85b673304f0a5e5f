import type { Card } from '../card.ts';

const DOCS = 'https://github.com/braze-inc/braze-docs';
const SET =
  'https://www.braze.com/docs/api/endpoints/subscription_groups/post_update_user_subscription_group_status_v2';
const EXPORT = 'https://www.braze.com/docs/api/endpoints/export/user_data/post_users_identifier';

export const card: Card = {
  about:
    'Braze sends mail, texts and push messages to the users of apps. Subscription groups hold what they want, below a state of e-mail as a whole.',
  native: [
    'A topic is a subscription group, one for e-mail and one for texts.',
    'Stopping everything also sets the state of e-mail to unsubscribed, and leaves groups that no topic maps (setting `globalStop`).',
  ],
  custom: [
    'A custom attribute for each topic and channel holds the evidence, where `evidence` names one; each change costs a data point.',
    'A custom attribute (setting `stopAttribute`) marks users whom Heed unsubscribed from all mail.',
  ],
  cannot: [
    'Push messages have one state and no groups, so that no topic can be told there.',
    'WhatsApp is no channel of the catalogue.',
    'Campaigns that are set to reach people who unsubscribed reach them all the same.',
  ],
  access: [
    'A REST API key with the permissions `subscription.status.set`, `subscription.groups.get`, `email.status`, `users.track` and `users.export.ids`.',
    'The REST endpoint of the workspace, which is not the same for all.',
  ],
  limits: [
    '5,000 requests a minute to set groups, 250 a minute to export users (40 a second with a list of fields, which Heed sends), 250,000 an hour for the rest. Beyond that 429, with the second at which it ends in a header.',
    'What is accepted is done later, and nothing tells how it went. Heed says everything once more after two minutes.',
  ],
  evidence: [
    'Custom attributes named in `evidence`, with `_email` or `_sms`, hold source, method, time, notice, version and legal basis. Braze has no fields of its own.',
  ],
  reports: [
    'Braze signs nothing. Webhook campaigns can be set up for people whose subscription group or e-mail state changes to unsubscribed, with a header `x-heed-key` (one of `webhookKeys` in the secret), posted to /v1/destinations/braze/notices: whoever knows the key can end subscriptions, and nothing else.',
    'Their body is JSON: `channel` ("email" or "sms"), `group` (left out where it is about the channel as a whole), `email`, `phone`, `external_id`, and `at`, the time in ISO 8601.',
    'Currents streams the same events to storage; Heed does not read it.',
    'Without campaigns Heed still lifts no unsubscribe from all mail that it did not make: the answer is that the person must act.',
  ],
  erased: [
    'Every user with her address, her number or the company’s own id is deleted, by Braze’s ids. This cannot be undone.',
    'The API key needs `users.delete` besides.',
  ],
  confirmed: [
    {
      fact: 'Users are deleted for good by up to 50 of one kind of id, with the permission `users.delete`.',
      source: 'https://www.braze.com/docs/api/endpoints/user_data/post_user_delete',
    },
    {
      fact: 'Addresses and numbers may not be mixed in a request; an address means every user who has it.',
      source: SET,
    },
    { fact: 'The state of e-mail as a whole outweighs groups.', source: DOCS },
    {
      fact: 'The preference centre’s unsubscribe from all sets that state and leaves all groups.',
      source: DOCS,
    },
    { fact: 'An export of users holds the state of e-mail and custom attributes.', source: EXPORT },
  ],
  unconfirmed: [
    {
      doubt: 'Whether deleting a user lets an address that was unsubscribed from all mail be sent to again.',
    },
    {
      doubt:
        'What setting a group does to people Braze does not know; Heed looks first, and tells nobody who is not there.',
      setting: 'createUsers',
    },
    {
      doubt: 'Whether campaigns count people whose e-mail state is subscribed as having agreed.',
      setting: 'lifted',
    },
    { doubt: 'How long accepted work takes at most; Heed counts on two minutes.' },
  ],
};
