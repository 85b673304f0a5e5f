import type { Card } from '../card.ts';

const HELP = 'https://docs.oracle.com/cloud/latest/marketingcs_gs/OMCAB/Developers';
const REFERENCE = 'https://docs.oracle.com/cloud/latest/marketingcs_gs/OMCAC';

export const card: Card = {
  about:
    'Oracle Eloqua sends marketing mail to its contacts. Each mail belongs to an e-mail group, and each contact is subscribed to a group or not.',
  native: [
    'An e-mail group per topic: subscribed or unsubscribed.',
    'Whoever stops everything at once is unsubscribed from every mapped group and from those in `otherGroups`; with `globalStop` also globally, which ends all mail.',
  ],
  custom: [],
  cannot: [
    'SMS, phone, push and post: Eloqua’s core has no permission for them, only apps of its AppCloud.',
    'Somebody Eloqua has unsubscribed globally stays so while `globalStop` is off: a grant is noted in the group and has effect once they subscribe again. With `globalStop` on a grant subscribes them globally, whoever had unsubscribed them.',
    'People who are no contacts are skipped, unless `create` is on. A new contact has the status your instance gives it in groups nobody asked about.',
    'Keep the evidence of a withdrawal: only an import writes contact fields, and an import adds whom it does not find.',
  ],
  access: [
    'A user for Heed that may use the API (Advanced Users – Marketing), as company, user name and password.',
    'Better an app made under Settings, AppCloud Developer, beside that user (password grant), or one that a user has authorised (refresh token). Eloqua hands out another refresh token with each use; Heed goes on with the one it has.',
    'The address of your instance, which https://login.eloqua.com/id names. Instances move between pods now and then; requests are refused from then on, until `baseUrl` is changed.',
  ],
  limits: [
    'About 4,000 sync actions and 2,000 exports an hour, ten actions in one definition, 32 MB in one post. Heed puts up to 1,000 people into one sync.',
    'A sync that is not done after some ten seconds is taken as accepted and said once more ten minutes later; a rejected row is noticed only if one of both is looked at in time.',
    'Each sync leaves a definition behind; those of imports and exports delete themselves after a day.',
  ],
  evidence: [
    'With `create` and `evidence`, one contact field for each topic: state, source, method, time, notice, subject and version, legal basis.',
  ],
  reports: [
    'No notices: every 15 minutes Heed exports the activities of the type Unsubscribe since the last time, by the bulk API. The time is the activity’s own.',
    'An activity does not say whether it was about all mail or one group, so each contact is asked for, by its id: who is unsubscribed globally has withdrawn all mapped topics (or `optOutTopics`), anybody else those whose group they have left. Where Eloqua does not tell, it was everything.',
  ],
  confirmed: [
    {
      fact: 'Sync actions on groups and globally, at most ten in a definition.',
      source: `${HELP}/BulkAPI/Reference/Syncs/sync-actions.htm`,
    },
    {
      fact: 'Definitions, rows, and syncs that start with the rows.',
      source: `${REFERENCE}/op-api-bulk-2.0-contacts-syncactions-id-data-post.html`,
    },
    {
      fact: 'Status codes of logs and rejects.',
      source:
        'https://docs.oracle.com/en/cloud/saas/marketing/eloqua-develop/Developers/GettingStarted/APIRequests/eloqua-status-codes.htm',
    },
    {
      fact: 'Token endpoint, grants and client authentication.',
      source: `${HELP}/GettingStarted/Authentication/authenticate-using-oauth.htm`,
    },
    {
      fact: 'Filters and fields of activity exports.',
      source: `${HELP}/BulkAPI/Tutorials/ExportingActivities/Activities-export-definitions.htm`,
    },
    {
      fact: 'Contacts by their ids, 200 at once, and whether they are subscribed.',
      source:
        'https://docs.oracle.com/en/cloud/saas/marketing/eloqua-rest-api/op-api-rest-2.0-data-contacts-post.html',
    },
    {
      fact: 'That a refresh token goes on working after it was used, and how filters write times.',
      source: 'github.com/singer-io/tap-eloqua',
    },
  ],
  unconfirmed: [
    {
      doubt:
        'Whether a contact that is not there is rejected by name or only counted. Where it is only counted, people are asked about one by one.',
    },
    {
      doubt:
        'Whether a global subscribe also subscribes to every group. Withdrawals are said again beside it.',
      setting: 'globalStop',
    },
    {
      doubt:
        'Whether leaving a single group makes an Unsubscribe activity, be it at Eloqua or by the API. If not, Heed does not hear of it; if so, it hears of that group alone.',
    },
    {
      doubt:
        'The address that lists a contact’s subscriptions: client libraries use it, Oracle’s index of it was not seen.',
    },
    { doubt: 'In which time zone a filter is read. Heed asks for a day more and leaves out what is older.' },
  ],
};
