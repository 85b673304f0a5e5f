import * as z from 'zod';
import { AskAgainAfter, type Column, NAME, statementsBy } from '../warehouse.ts';

/** Name of an object as Snowflake lists it: upper case unless it was created in quotes. */
const Name = z.string().regex(NAME, 'must be a plain name: letters, digits and underscores');

const Raw = z.strictObject({
  /** For the login: without a region, dashes for dots. */
  account: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'must be like ACME-PROD: without a region, with dashes for dots')
    .describe('The Snowflake account, as organisation and account name: ACME-PROD.'),
  /** Left out, made of the account; an old locator needs its region here, private connectivity a name of its own. */
  host: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'must be a host name, without https://')
    .optional()
    .describe('The host name of the account, if it is not the account followed by .snowflakecomputing.com.'),
  /** Written as Snowflake lists it. */
  database: Name.describe('The database that holds the two tables, as SHOW DATABASES writes it.'),
  /** Written as Snowflake lists it. */
  schema: Name.default('PUBLIC').describe('The schema that holds the two tables.'),
  /** Written as Snowflake lists it. */
  warehouse: Name.describe('The warehouse that does the work; the smallest is enough.'),
  /** Left out, the user's own. */
  role: Name.optional().describe('The role that may write to the two tables.'),
  /** Created by `docs/snowflake.sql`. */
  choices: Name.default('HEED_CHOICES').describe('The table of what holds now: a row per choice.'),
  /** Created by `docs/snowflake.sql`. */
  versions: Name.default('HEED_VERSIONS').describe(
    'The table of all that was ever chosen: a row per version.',
  ),
  /** Milliseconds. */
  askAgainAfter: AskAgainAfter,
});

/** Where the tables are, and the two statements that write to them. */
export const Settings = Raw.refine(
  ({ choices, versions }) => choices.toUpperCase() !== versions.toUpperCase(),
  'the two tables must not be one',
).transform((settings) => ({ ...settings, statements: statementsOf(settings) }));
export type Settings = z.output<typeof Settings>;

/** Times are read by a format of their own: that of the session could be any. */
const TIME = `'YYYY-MM-DD"T"HH24:MI:SS.FF3"Z"'`;

const READERS: Readonly<Record<Column['type'], (name: string) => string>> = {
  text: (name) => `r.value:${name}::VARCHAR`,
  number: (name) => `r.value:${name}::NUMBER(10, 0)`,
  time: (name) => `TO_TIMESTAMP_NTZ(r.value:${name}::VARCHAR, ${TIME})`,
  document: (name) => `r.value:${name}`,
};

/** The one value that is bound is a JSON list of rows. */
const rowsOf = (columns: readonly Column[]): string =>
  [
    `SELECT ${columns.map(({ name, type }) => `${READERS[type](name)} AS ${name}`).join(', ')}`,
    'FROM (SELECT PARSE_JSON(?) AS told) b, LATERAL FLATTEN(INPUT => b.told) r',
  ].join(' ');

const statementsOf = statementsBy(rowsOf);
