import type { Card } from '../card.ts';

const SPEC = 'https://github.com/snowflakedb/snowflake-rest-api-specs';
const GUIDE = 'https://docs.snowflake.com/en/developer-guide/sql-api/submitting-requests';
const LOCKS = 'https://resultant.com/blog/technology/overcoming-concurrent-write-limits-in-snowflake/';

export const card: Card = {
  about:
    'Snowflake is a data warehouse. Heed writes two tables there, by subject and without contact data: every version that was ever recorded, and what holds now. Join them to your own customers by the subject.',
  native: [
    'The table `HEED_CHOICES` has a row per subject, topic and channel: granted or withdrawn, with its evidence and the version that said it last. A version that arrives late never replaces a newer row.',
    'The table `HEED_VERSIONS` has a row per subject and version with the whole event, preferences included. A version that arrives twice is there once.',
    'The view `HEED_PERMITTED` holds what may be acted on at this moment: granted, not run out, and still said by the newest version.',
  ],
  custom: [],
  cannot: [
    'A topic that is taken out of the catalogue keeps its last row in `HEED_CHOICES`; the view leaves it out, so query the view.',
    'Choices that wait for a confirmation are in the events of `HEED_VERSIONS` only.',
    'Private keys with a passphrase are not read.',
  ],
  access: [
    'Run `docs/snowflake.sql` once: it creates the tables, the view, a small warehouse, and a user with a role that may write to the two tables and to nothing else.',
    'The secret holds the login name (`user`) and the private half of its key pair in PEM (`privateKey`); the public half is set on the user.',
    'To change the key, set `RSA_PUBLIC_KEY_2` on the user, then the new private key in the secret.',
  ],
  limits: [
    'Snowflake publishes no rate. It lets 20 statements wait for one table; Heed runs two at a time, each for up to 25 versions.',
    'A statement that takes longer than a minute is given up by Snowflake and tried again.',
  ],
  evidence: [
    '`OCCURRED_AT`, `SOURCE`, `ACTOR`, `METHOD`, `LEGAL_BASIS`, `NOTICE_ID`, `NOTICE_VERSION`, `NOTICE_LANGUAGE` and `EXPIRES_AT` of each choice; times are UTC.',
    'The whole event of each version in `EVENT`.',
  ],
  reports: [],
  confirmed: [
    { fact: 'A statement may be taken with 202 and asked after by its handle.', source: SPEC },
    { fact: 'A statement that fails is answered by 422 with a code and an SQLSTATE.', source: SPEC },
    { fact: 'Names of database, schema, warehouse and role are case-sensitive in a request.', source: GUIDE },
    { fact: 'Bound values are texts with a type each.', source: GUIDE },
    { fact: 'Code 000625 says that too many statements wait for the lock of a table.', source: LOCKS },
  ],
  unconfirmed: [
    {
      doubt:
        'Which other codes pass by themselves; 000604, 000630, 000636 and SQLSTATE 40001 are tried again.',
    },
    {
      doubt:
        'What a repeated `requestId` answers after a statement that failed. Heed sends none: its statements bear repetition by themselves.',
    },
    {
      doubt:
        'Whether two statements at the same instant could both insert the same version. The tables declare keys, which Snowflake does not enforce.',
    },
    { doubt: 'How soon it makes sense to ask again how a statement went.', setting: 'askAgainAfter' },
  ],
};
