import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkpointsOn } from '../../lib/aws/checkpoints.ts';
import { madeAt } from '../../lib/aws/table-age.ts';
import type { SignedCheckpoint } from '../../lib/domain/checkpoint.ts';
import { MINUTE, toIso } from '../../lib/domain/time.ts';
import type { Checkpoints } from '../../lib/flow/checkpoints.ts';
import { checkpointsInMemory } from '../memory-checkpoints.ts';
import { type Engine, startEngine } from './engine.ts';

const START = Date.UTC(2026, 4, 1, 12);

const aCheckpoint = (number: number): SignedCheckpoint => ({
  checkpoint: {
    ...{ format: 'heed-checkpoint/1', origin: 'heed', number, size: 0, previous: null },
    from: toIso(START + (number - 1) * MINUTE),
    to: toIso(START + number * MINUTE),
    at: toIso(START + number * MINUTE),
    root: 'a'.repeat(64),
  },
  jws: `signed ${number}`,
});

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const stores: Readonly<Record<string, () => Checkpoints>> = {
  'in the table': () => checkpointsOn({ client: engine.client, table: 'audit' }),
  'in memory': checkpointsInMemory,
};

test.each([
  ['CHECKPOINTS', '0000000040'],
  ['CHECKPOINTS#TO', toIso(START + 40 * MINUTE)],
])('a checkpoint of which the row under %s was taken away is listed again', async (pk, sk) => {
  const { client } = engine;
  const checkpoints = checkpointsOn({ client, table: 'audit' });
  await checkpoints.add(aCheckpoint(40));
  const gone = { TableName: 'audit', Key: { pk: { S: pk }, sk: { S: sk } } };
  await client.send(new DeleteItemCommand(gone));
  expect(await checkpoints.add(aCheckpoint(40))).toBe(true);
  expect(await checkpoints.numbered(40)).toEqual(aCheckpoint(40));
  expect(await checkpoints.endingAfter(toIso(START + 39.5 * MINUTE))).toEqual(aCheckpoint(40));
  for (const key of [
    { pk: { S: 'CHECKPOINTS' }, sk: { S: '0000000040' } },
    { pk: { S: 'CHECKPOINTS#TO' }, sk: { S: toIso(START + 40 * MINUTE) } },
  ])
    await client.send(new DeleteItemCommand({ TableName: 'audit', Key: key }));
});

test('a table says when it was made', async () => {
  const made = await madeAt({ client: engine.client, table: 'records' })();
  expect(Date.now() - (made ?? 0)).toBeLessThan(5 * MINUTE);
});

describe.each(Object.entries(stores))('checkpoints %s', (_, open) => {
  test('are found by number, by the moment they hold, and newest first', async () => {
    const checkpoints = open();
    expect(await checkpoints.newest()).toBeUndefined();
    for (let number = 1; number <= 12; number++)
      expect(await checkpoints.add(aCheckpoint(number))).toBe(true);
    expect(await checkpoints.newest()).toEqual(aCheckpoint(12));
    expect(await checkpoints.numbered(9)).toEqual(aCheckpoint(9));
    expect(await checkpoints.numbered(13)).toBeUndefined();
    const page = await checkpoints.list({ below: 11, limit: 3 });
    expect(page).toEqual([10, 9, 8].map(aCheckpoint));
    expect(await checkpoints.list({ below: 1, limit: 3 })).toEqual([]);
    const at = (ms: number) => checkpoints.endingAfter(toIso(START + ms));
    expect(await at(0)).toEqual(aCheckpoint(1));
    expect(await at(MINUTE - 1)).toEqual(aCheckpoint(1));
    expect(await at(MINUTE)).toEqual(aCheckpoint(2));
    expect(await at(12 * MINUTE)).toBeUndefined();
    expect(await checkpoints.add(aCheckpoint(12))).toBe(true);
    expect(await checkpoints.add({ ...aCheckpoint(12), jws: 'another' })).toBe(false);
    expect(await checkpoints.newest()).toEqual(aCheckpoint(12));
  });

  test('remember up to when nothing was recorded', async () => {
    const checkpoints = open();
    expect(await checkpoints.quietUpTo()).toBeUndefined();
    await checkpoints.noteQuiet(START);
    expect(await checkpoints.quietUpTo()).toBe(START);
  });
});
