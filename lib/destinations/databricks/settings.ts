import * as z from 'zod';
import { AskAgainAfter, type Column, NAME, statementsBy } from '../warehouse.ts';

const Name = z.string().regex(NAME, 'must be a plain name: letters, digits and underscores');

const Raw = z.strictObject({
  /** Of the workspace. */
  host: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, 'must be a host name, without https://')
    .describe('The address of the Databricks workspace: acme.cloud.databricks.com.'),
  /** The SQL warehouse. */
  warehouseId: z
    .string()
    .regex(/^[A-Za-z0-9]+$/, 'must be the id from the connection details of the SQL warehouse')
    .describe('The id of the SQL warehouse that does the work; the smallest is enough.'),
  catalog: Name.describe('The catalog that holds the two tables.'),
  schema: Name.default('default').describe('The schema that holds the two tables.'),
  /** Created by `docs/databricks.sql`. */
  choices: Name.default('heed_choices').describe('The table of what holds now: a row per choice.'),
  /** Created by `docs/databricks.sql`. */
  versions: Name.default('heed_versions').describe(
    'The table of all that was ever chosen: a row per version.',
  ),
  /** Milliseconds. */
  askAgainAfter: AskAgainAfter,
});

/** Where the tables are, and the two statements that write to them. */
export const Settings = Raw.refine(
  ({ choices, versions }) => choices.toLowerCase() !== versions.toLowerCase(),
  'the two tables must not be one',
).transform((settings) => ({ ...settings, statements: statementsOf(settings) }));
export type Settings = z.output<typeof Settings>;

/** Columns as they come in the JSON, and how each is read from there. */
const GIVEN: Readonly<Record<Column['type'], string>> = {
  text: 'STRING',
  number: 'BIGINT',
  time: 'STRING',
  document: 'STRING',
};
const readerOf = ({ name, type }: Column): string =>
  type === 'time' ? `CAST(${name} AS TIMESTAMP) AS ${name}` : name;

/**
 * The one value that is bound is a JSON list of rows. What does not fit fails the statement: otherwise it would be read
 * as nothing, and nothing would be written by a statement that succeeds.
 */
function rowsOf(columns: readonly Column[]): string {
  const fields = columns.map(({ name, type }) => `${name}: ${GIVEN[type]}`).join(', ');
  const list = `from_json(:told, 'ARRAY<STRUCT<${fields}>>', map('mode', 'FAILFAST'))`;
  return `SELECT ${columns.map(readerOf).join(', ')} FROM (SELECT inline(${list}))`;
}

const statementsOf = statementsBy(rowsOf);
