import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { TrailOf, Trails } from '../flow/trails.ts';
import { archivedOf } from './delivery-item.ts';
import type { Shelf } from './dynamo.ts';
import { type Item, padded, subjectKey, text, textIn } from './item.ts';
import { logEntryOf, namedBy } from './log-item.ts';
import { allOf } from './pages.ts';
import { aboutOfItem, versionNumberOf } from './version-item.ts';

/** Trails on one page: each holds eight entries or so. */
const TRAILS = 8;
const ENTRIES = 100;
/** The first entries are often all that is asked for; whoever goes on gets more at a time. */
const FIRST_ENTRIES = 8;
const MOST_ENTRIES = 500;

/** Above every version. */
const LAST = '9999999999';

/** What is known of a subject's deliveries, in pieces. Strongly consistent. */
export function trailsOn(
  client: DynamoDBClient,
  tables: { readonly deliveries: string; readonly records: string },
): Trails {
  const deliveries: Shelf = { client, table: tables.deliveries };
  const records: Shelf = { client, table: tables.records };
  return {
    abouts: async (subject, { below, limit }) => {
      if (below !== undefined && below <= 1) return [];
      const found = await allOf(
        records,
        {
          ...between(subject, `V#${padded(1)}`, below === undefined ? `V#${LAST}` : `V#${padded(below - 1)}`),
          ScanIndexForward: false,
          ProjectionExpression: 'sk, about, recordedAt',
        },
        limit,
      );
      return found.map((item) => {
        const about = aboutOfItem(item);
        const recordedAt = textIn(item, 'recordedAt');
        return {
          version: versionNumberOf(item),
          ...(about && { about }),
          ...(recordedAt !== undefined && { recordedAt }),
        };
      });
    },
    upFrom: async function* (of, version) {
      const range = between(of.subject, `${older(of)}${padded(version)}`, `${older(of)}${LAST}~`);
      for await (const item of paged(deliveries, range, TRAILS)) yield archivedOf(item).trail;
    },
    downFrom: async function* (of, version) {
      const range = between(of.subject, older(of), `${older(of)}${padded(version)}~`);
      for await (const item of paged(deliveries, { ...range, ScanIndexForward: false }, TRAILS))
        yield archivedOf(item).trail;
    },
    logged: async function* (of, version) {
      const log = `L#${of.destination}#`;
      const range = between(of.subject, log, `${log}${padded(version)}`);
      for await (const item of paged(deliveries, { ...range, ScanIndexForward: false }, ENTRIES))
        yield logEntryOf(item);
    },
    loggedUp: async function* (of) {
      const log = `L#${of.destination}#`;
      const range = between(of.subject, log, `${log}${LAST}`);
      for await (const item of paged(deliveries, range, FIRST_ENTRIES)) yield logEntryOf(item);
    },
    logs: (subject) => logsOf(deliveries, subject),
  };
}

/** A request for each, and one more: their entries are passed over. */
async function logsOf(deliveries: Shelf, subject: string): Promise<readonly string[]> {
  const names: string[] = [];
  for (let first = 'L#'; ; first = beyond(names.at(-1) ?? '')) {
    const range = { ...between(subject, first, 'L#~'), ProjectionExpression: 'pk, sk' };
    const [item] = await allOf(deliveries, range, 1);
    if (!item) return names;
    names.push(namedBy(item).destination);
  }
}

/** Where the next name may begin: behind all entries of one, or behind all that have the same before the colon. */
function beyond(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? `L#${name}#~` : `L#${name.slice(0, colon)}${AFTER_COLON}`;
}

/** The very next letter. */
const AFTER_COLON = ';';

const older = ({ destination }: TrailOf): string => `R#${destination}#`;

const between = (subject: string, first: string, last: string) => ({
  KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
  ExpressionAttributeValues: {
    ':pk': text(subjectKey(subject)),
    ':first': text(first),
    ':last': text(last),
  },
  ConsistentRead: true,
});

type Range = ReturnType<typeof between> & { readonly ScanIndexForward?: boolean };

/** Asks for a page when the one before has been used up, and each time for twice as much. */
async function* paged({ client, table }: Shelf, range: Range, first: number): AsyncGenerator<Item> {
  let from: Item | undefined;
  let limit = first;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        ...range,
        Limit: limit,
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
    limit = Math.min(2 * limit, MOST_ENTRIES);
  } while (from);
}
