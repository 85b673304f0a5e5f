import { afterEach, describe, expect, test } from 'vitest';
import { batchGet } from '../../lib/aws/batch-get.ts';
import { dynamoClient } from '../../lib/aws/dynamo.ts';
import { recordsOn } from '../../lib/aws/records.ts';
import { loopback } from '../../local/loopback.ts';
import { type Answer, type Asked, startService } from './bare-server.ts';
import { aChange, aFindable, aMove, aVersion } from './builders.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A DynamoDB that answers as this test says: what no engine on a laptop ever does. */
async function dynamo(answer: (asked: Asked) => Answer) {
  const service = await startService(answer);
  const client = dynamoClient({ ...loopback(service.endpoint), maxAttempts: 1 });
  closing.push(service.stop, () => client.destroy());
  return { service, client };
}

const keys = [1, 2, 3].map((i) => ({ table: 't', key: { pk: { S: `p${i}` } } }));
const unread = (from: number) => ({
  t: { Keys: keys.slice(from).map(({ key }) => key), ConsistentRead: true },
});

describe('a table too busy to read every key', () => {
  test('is asked again for what it left out, and only that', async () => {
    let requests = 0;
    const { client, service } = await dynamo(() => {
      const first = requests++ === 0;
      const items = first ? keys.slice(0, 1) : keys.slice(1);
      return {
        status: 200,
        body: { Responses: { t: items.map(({ key }) => key) }, UnprocessedKeys: first ? unread(1) : {} },
      };
    });
    const found = await batchGet(client, keys);
    expect(found.map(({ item }) => item['pk']?.S)).toEqual(['p1', 'p2', 'p3']);
    expect(service.asked[1]?.input['RequestItems']).toEqual(unread(1));
  });

  test('is an error when it never answers for all: a missing item must not look like an absent one', async () => {
    const { client, service } = await dynamo(() => ({
      status: 200,
      body: { Responses: {}, UnprocessedKeys: unread(0) },
    }));
    await expect(batchGet(client, keys)).rejects.toThrow('3 of 3 items were not read');
    expect(service.asked).toHaveLength(8);
  });
});

const MOVE = aMove({ revision: 0, current: [], retired: [] }, ['h'], 1);
const version = aVersion('s', aChange(1));

describe('a transaction that is cancelled', () => {
  const cancelledFor = async (...codes: readonly string[]) => {
    const { client } = await dynamo(({ operation }) =>
      operation === 'TransactWriteItems'
        ? {
            status: 400,
            body: {
              __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
              Message: 'Transaction cancelled',
              CancellationReasons: codes.map((Code) => ({ Code })),
            },
          }
        : { status: 200, body: { Responses: {}, UnprocessedKeys: {} } },
    );
    return recordsOn(client, 'records').append(version, aFindable(), MOVE);
  };

  test.each(['ConditionalCheckFailed', 'TransactionConflict'])(
    'by another writer is a lost race (%s)',
    async (code) => {
      expect(await cancelledFor('None', code, 'None')).toBe(false);
    },
  );

  test.each(['ThrottlingError', 'ValidationError'])('for another reason is an error (%s)', async (code) => {
    await expect(cancelledFor('None', code, 'None')).rejects.toThrow('Transaction cancelled');
  });
});

describe('a write of one version', () => {
  const failing = async (type: string) => {
    const { client } = await dynamo(() => ({
      status: 400,
      body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type },
    }));
    return recordsOn(client, 'records').append(version, aFindable());
  };

  test('that meets a transaction at the same item is a lost race', async () => {
    expect(await failing('TransactionConflictException')).toBe(false);
  });

  test('that is throttled is an error, not a lost race', async () => {
    await expect(failing('ProvisionedThroughputExceededException')).rejects.toThrow();
  });
});
