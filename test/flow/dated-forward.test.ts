import type { DynamoDBRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { publisher } from '../../functions/publish.ts';
import type { Item } from '../../lib/aws/item.ts';
import { versionItem, versionKey } from '../../lib/aws/version-item.ts';
import { MINUTE } from '../../lib/domain/time.ts';
import type { Version } from '../../lib/domain/vocabulary.ts';
import { contextFor } from '../../local/context.ts';
import { sealed } from '../aws-store/builders.ts';
import { aCatalogue, aVersion, NOW } from '../builders.ts';

const about = { topics: [], channels: [], preferences: [], identifiersChanged: [] };

/** An item as a stream has it: all that there is of a version's is texts. */
const streamed = (item: Item) =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, { S }]) => (S === undefined ? [] : [[name, { S }]])),
  );

const inserted = (version: Version): DynamoDBRecord => ({
  eventName: 'INSERT',
  dynamodb: {
    Keys: streamed(versionKey(version.subject, version.version)),
    NewImage: streamed(versionItem(sealed(version), { about })),
  },
});

/** What the function that reads the stream tells of versions that come by it at this moment. */
async function told(...versions: readonly Version[]) {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const published: unknown[] = [];
  const ports = {
    catalogue: aCatalogue(),
    clock: { now: () => NOW, sleep: async () => undefined, chance: () => 0.5 },
    bus: {
      put: async (entries: readonly unknown[]) => {
        published.push(...entries);
        return entries.map(() => true);
      },
    },
    log: { write: async () => undefined },
  };
  const publishing = publisher(ports, (line) => void lines.push(line));
  await publishing({ Records: versions.map(inserted) }, contextFor('publish'));
  return { lines: lines.filter(({ message }) => message !== 'invocation'), published };
}

test('a version that is dated minutes after its clock is told, by its name alone, and published all the same', async () => {
  const far = aVersion({ now: NOW + 73 * 365 * 24 * 60 * MINUTE });
  const near = aVersion({ subject: 'bob', now: NOW + 5 * MINUTE + 1 });
  const { lines, published } = await told(far, near);
  expect(lines.slice(0, 2)).toEqual(
    ['ada:1', 'bob:1'].map((of) => ({ level: 'error', message: 'forward', function: 'publish', of })),
  );
  expect(lines.slice(2)).toMatchObject([{ function: 'publish', Forward: 2 }]);
  expect(published).toHaveLength(2);
});

test('one that is dated by a clock which is a little ahead is not', async () => {
  expect((await told(aVersion({ now: NOW + 5 * MINUTE }), aVersion({ subject: 'bob' }))).lines).toEqual([]);
});
