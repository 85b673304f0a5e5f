import type { Card } from '../card.ts';

const SDK = 'https://github.com/databricks/databricks-sdk-go';
const OAUTH = 'https://docs.databricks.com/dev-tools/auth/oauth-m2m';
const STATES =
  'https://databricks.github.io/sdk-js/api/interfaces/_databricks_sdk-genie.v1.StatementStatus.html';

export const card: Card = {
  about:
    'Databricks is a data warehouse on Delta tables. Heed writes two tables there, by subject and without contact data: every version that was ever recorded, and what holds now. Join them to your own customers by the subject.',
  native: [
    'The table `heed_choices` has a row per subject, topic and channel: granted or withdrawn, with its evidence and the version that said it last. A version that arrives late never replaces a newer row.',
    'The table `heed_versions` has a row per subject and version with the whole event as JSON, preferences included. A version that arrives twice is there once.',
    'The view `heed_permitted` holds what may be acted on at this moment: granted, not run out, and still said by the newest version.',
  ],
  custom: [],
  cannot: [
    'A topic that is taken out of the catalogue keeps its last row in `heed_choices`; the view leaves it out, so query the view.',
    'Choices that wait for a confirmation are in the events of `heed_versions` only.',
  ],
  access: [
    'Run `docs/databricks.sql` once: it creates the tables and the view, and lets a service principal write to the two tables.',
    'The service principal needs CAN USE on the SQL warehouse; the secret holds its application id (`clientId`) and one of its OAuth secrets (`clientSecret`).',
  ],
  limits: [
    'Databricks publishes no rate for statements. Heed runs two at a time, each for up to 25 versions.',
    'A warehouse that sleeps takes a while to wake: until then deliveries are tried again, and nothing is lost.',
  ],
  evidence: [
    '`occurred_at`, `source`, `actor`, `method`, `legal_basis`, `notice_id`, `notice_version`, `notice_language` and `expires_at` of each choice.',
    'The whole event of each version in `event`.',
  ],
  reports: [],
  confirmed: [
    {
      fact: 'A token that has ended is refused by 403.',
      source: 'https://github.com/n8n-io/n8n/issues/34147',
    },
    { fact: 'A statement that failed is answered by 200, with its state and an error.', source: SDK },
    { fact: 'Parameters are named, and their values are texts with a type each.', source: SDK },
    { fact: 'With a wait of 0 s a statement is taken at once and asked after by its id.', source: SDK },
    { fact: 'CLOSED is a statement that succeeded and whose result is gone.', source: STATES },
    { fact: 'A service principal gets a token for an hour with the scope all-apis.', source: OAUTH },
  ],
  unconfirmed: [
    {
      doubt:
        'How a token that ended is refused: by 401, by 403 and by 400, of which the message alone tells that it is about the token.',
    },
    { doubt: 'Which error codes pass by themselves; the split is ours, by what the codes say.' },
    {
      doubt:
        'That a write conflict is only told by DELTA_CONCURRENT_ in the message. Without that mark it fails, and somebody has to deliver it again.',
    },
    { doubt: 'How soon it makes sense to ask again how a statement went.', setting: 'askAgainAfter' },
  ],
};
