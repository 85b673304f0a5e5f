import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as z from 'zod';
import shipped from '../../heed.config.ts';
import { dynamoClient } from '../../lib/aws/dynamo.ts';
import { versionKey } from '../../lib/aws/version-item.ts';
import { only } from '../../lib/config.ts';
import { checkpointDigest } from '../../lib/domain/checkpoint.ts';
import { checkpoint, LOCAL_CHECKPOINTS } from '../../lib/flow/checkpoint.ts';
import { ProofsAnswer } from '../../lib/http/proof-schemas.ts';
import { type Api, apiAt } from '../../local/demo/api.ts';
import { type Engine, startEngine } from '../../local/engine.ts';
import { loopback } from '../../local/loopback.ts';
import { LOCAL_TABLES } from '../../local/open-tables.ts';
import { simulators } from '../simulators/index.ts';
import { until } from './until.ts';

const data = mkdtempSync(join(tmpdir(), 'heed-proofs-'));
const config = only(shipped, ['webhook']);
let engine: Engine;
let api: Api;

async function start(): Promise<void> {
  const quiet = { warn: () => undefined, line: () => undefined };
  engine = await startEngine({ config, port: 0, data, vendors: simulators, ...quiet });
  api = apiAt(engine.url);
}

async function stop(): Promise<void> {
  await api.close();
  await engine.stop();
}

beforeAll(start);
afterAll(async () => {
  await stop();
  rmSync(data, { recursive: true });
});

/** What the schedule does every ten seconds, at once. */
const prove = () => checkpoint(engine.app, { ...LOCAL_CHECKPOINTS, origin: 'heed', settle: 0 })();

async function change(topic: string): Promise<void> {
  const token = await api.token({ scope: 'preferences:write' });
  const evidence = { source: 'call-centre', occurredAt: new Date().toISOString() };
  const body = {
    choices: [{ topic, channel: 'email', state: 'withdrawn' }],
    evidence: { ...evidence, actor: { kind: 'agent' }, method: 'phone' },
  };
  expect((await api.post('/v1/subjects/p-1/changes', body, { token })).status).toBe(201);
}

async function proofs(): Promise<z.infer<typeof ProofsAnswer>> {
  const { body } = await api.get('/v1/subjects/p-1/proofs', await api.token({ scope: 'audit:read' }));
  return ProofsAnswer.parse(body);
}

test('a start looks at once for what the last run recorded: packs made next must show how far the log goes', async () => {
  const seen = async () => (await engine.app.checkpoints.quietUpTo()) !== undefined;
  await until('the first run of the function checkpoint is over', seen);
});

test('what is recorded can be proved, also after a restart, and what is changed in the table is named', async () => {
  await change('acme/newsletter');
  await prove();
  expect((await proofs()).versions.map(({ proof }) => proof?.checkpoint)).toEqual([1]);
  const { keys } = await proofs();
  await stop();
  await start();
  await change('acme/offers');
  await prove();
  const after = await proofs();
  expect(after.keys).toEqual(keys);
  expect(after.versions.map(({ version, proof }) => [version, proof?.checkpoint])).toEqual([
    [2, 2],
    [1, 1],
  ]);
  const [second, first] = await engine.app.checkpoints.list({ limit: 2 });
  expect(second?.checkpoint.previous).toBe(first && checkpointDigest(first.checkpoint));

  const client = dynamoClient(loopback(engine.endpoints['dynamodb'] ?? ''));
  const spoil = {
    ...{ TableName: LOCAL_TABLES.records, Key: versionKey('p-1', 1) },
    UpdateExpression: 'SET document = :forged',
    ExpressionAttributeValues: { ':forged': { S: '{"subject":"p-1","version":1}' } },
  };
  await client.send(new UpdateItemCommand(spoil));
  client.destroy();
  const [, spoiled] = (await proofs()).versions;
  expect(spoiled).toMatchObject({ version: 1, broken: true, document: '{"subject":"p-1","version":1}' });
  expect(spoiled?.proof?.checkpoint).toBe(1);
});
