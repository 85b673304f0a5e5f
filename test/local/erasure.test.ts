import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { compactVerify, createLocalJWKSet } from 'jose';
import { expect, test } from 'vitest';
import * as z from 'zod';
import whole from '../../heed.config.ts';
import { dynamoClient } from '../../lib/aws/dynamo.ts';
import { type HeedConfig, only } from '../../lib/config.ts';
import { sha256 } from '../../lib/domain/digest.ts';
import { ErasureAnswer } from '../../lib/http/rights-schemas.ts';
import { AnyHistoryAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import { startEngine } from '../../local/engine.ts';
import { loopback } from '../../local/loopback.ts';
import { simulators } from '../simulators/index.ts';
import { aFolder, afterwards } from './cleanup.ts';
import { speakTo } from './person.ts';
import { until } from './until.ts';

const few = only(whole, ['webhook', 'hubspot']);
const config: HeedConfig = {
  ...few,
  personalEvidence: ['ip', 'userAgent', 'comment'],
  catalogue: { ...few.catalogue, personalEvidence: ['ip', 'userAgent', 'comment'] },
};

/** Everything that could be read about her. */
const HERS = {
  email: 'ada.lovelace.1815@countess.example',
  phone: '+4587654321',
  salesforce: '003QZ000ADALOVELACE',
  ip: '203.0.113.207',
  userAgent: 'AnalyticalEngine/1843 (Punched Cards)',
  comment: 'She asked us to write to her mother in Ockham.',
  called: 'ada-byron-number-7',
};

const EVIDENCE = {
  ...{ source: 'call-centre', actor: { kind: 'subject', id: HERS.called }, method: 'call' },
  ...{ legalBasis: 'consent', notice: { id: 'marketing', version: '3', language: 'en' } },
  ...{ ip: HERS.ip, userAgent: HERS.userAgent, comment: HERS.comment },
};
const NEWSLETTER = { topic: 'acme/newsletter', channel: 'email', state: 'granted' };
/** It has to be confirmed. */
const EVENTS = { topic: 'orbit/events', channel: 'email', state: 'granted' };
const now = () => new Date().toISOString();

const Problem = z.looseObject({ type: z.string(), detail: z.string() });
const Keys = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const Payload = z.looseObject({ subject: z.string(), digest: z.string(), exceptions: z.array(z.unknown()) });

async function running(data: string) {
  const lines: unknown[] = [];
  const engine = await startEngine({
    ...{ config, data, port: 0, vendors: simulators, warn: (line) => void lines.push(line) },
    line: (line) => void lines.push(line),
  });
  let stopped = false;
  const stop = async () => {
    if (!stopped) await engine.stop();
    stopped = true;
  };
  afterwards(stop);
  const speaker = await speakTo(engine.url);
  const staff = await speaker.api.token({
    scope: 'preferences:write preferences:read audit:read rights:write',
  });
  const post = (path: string, body: object) => speaker.api.post(path, body, { token: staff });
  const get = (path: string) => speaker.api.get(path, staff);
  const change = (subject: string, body: object) =>
    post(`/v1/subjects/${subject}/changes`, { ...body, evidence: { ...EVIDENCE, occurredAt: now() } });
  return { engine, lines, stop, speaker, post, get, change };
}

type Running = Awaited<ReturnType<typeof running>>;

const wrappedKeyOf = async ({ engine }: Running, subject: string): Promise<Buffer | undefined> => {
  const client = dynamoClient(loopback(engine.endpoints['dynamodb'] ?? ''));
  const Key = { pk: { S: `S#${subject}` } };
  const { Item } = await client.send(new GetItemCommand({ TableName: 'heed-keys', Key }));
  client.destroy();
  return Item?.['wrapped']?.B && Buffer.from(Item['wrapped'].B);
};

/** Every form in which bytes could lie about: as they are, in base64 at each of its three offsets, in hexadecimal. */
function formsOf(value: string | Buffer): readonly Buffer[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const certain = text.slice(shift === 0 ? 0 : 4, -4);
    return [certain, certain.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const hex = bytes.toString('hex');
  return [bytes, ...[...base64, hex, hex.toUpperCase()].map((text) => Buffer.from(text))];
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );

const placesOf = (folder: string): Map<string, Buffer> =>
  new Map(filesIn(folder).map((file) => [file.slice(folder.length), readFileSync(file)]));

/** Where any of these can be read, in any form. */
const foundIn = (
  haystacks: ReadonlyMap<string, Buffer>,
  secrets: Readonly<Record<string, string | Buffer>>,
) =>
  Object.entries(secrets).flatMap(([name, value]) =>
    [...haystacks].flatMap(([where, bytes]) =>
      formsOf(value).some((form) => bytes.includes(form)) ? [`${name} in ${where}`] : [],
    ),
  );

const Facts = z.array(z.looseObject({ topic: z.string(), permitted: z.boolean() }));

/** What a system that was told holds of the newsletter. */
async function isTold({ engine }: Running, permitted: boolean): Promise<boolean> {
  const facts = Facts.parse(await (await fetch(`${engine.endpoints['webhook']}/facts`)).json());
  return facts.some((fact) => fact.topic === NEWSLETTER.topic && fact.permitted === permitted);
}

const erasureOf = async (one: Running, subject: string) =>
  ErasureAnswer.parse((await one.get(`/v1/subjects/${subject}/erasure`)).body);

test('somebody who is erased can be read nowhere any more, is still suppressed, and comes back by her own word', async () => {
  const data = aFolder();
  const one = await running(data);
  const { email, phone, salesforce } = HERS;
  const told = await one.change('ada', { choices: [NEWSLETTER], identifiers: { email, phone, salesforce } });
  expect(told.status, JSON.stringify(told.body)).toBe(201);
  expect((await one.change('ada', { choices: [EVENTS] })).status).toBe(201);
  await until('she was mailed', () => one.engine.app.outbox.list().length > 0);
  const before = RecordAnswer.parse((await one.get('/v1/subjects/ada')).body);
  expect(before.identifiers).toEqual({ email, phone, salesforce });
  const history = AnyHistoryAnswer.parse((await one.get('/v1/subjects/ada/history')).body);
  expect(JSON.stringify(history)).toContain(HERS.comment);
  expect((await one.get('/v1/subjects/ada/export')).status).toBe(200);
  const key = await wrappedKeyOf(one, 'ada');
  if (!key) throw new Error('she has no key');
  expect(foundIn(placesOf(data), { key })).not.toEqual([]);

  await until('a system was told of her grant', () => isTold(one, true));
  expect((await one.post('/v1/subjects/ada/restriction', { restricted: true })).status).toBe(200);
  await until('it was told of the restriction', () => isTold(one, false));
  expect((await one.post('/v1/subjects/ada/restriction', { restricted: false })).status).toBe(200);
  await until('it was told that it is lifted', () => isTold(one, true));

  const asked = await one.post('/v1/subjects/ada/erasure', { reason: 'asked-by-mail' });
  expect([200, 202], JSON.stringify(asked.body)).toContain(asked.status);
  await until('she was erased', async () => (await erasureOf(one, 'ada')).state === 'done', 60_000);
  const erasure = await erasureOf(one, 'ada');
  expect(erasure.told.map(({ destination, outcome }) => [destination, outcome]).sort()).toEqual([
    ['hubspot', 'delivered'],
    ['webhook', 'delivered'],
  ]);

  expect(RecordAnswer.parse((await one.get('/v1/subjects/ada')).body).identifiers).toEqual({});
  const after = JSON.stringify((await one.get('/v1/subjects/ada/history?limit=200')).body);
  for (const value of Object.values(HERS)) expect(after).not.toContain(value);
  expect((await one.post('/v1/identifiers/lookup', { kind: 'email', value: email })).body).toEqual({
    subjects: [],
  });
  expect(await wrappedKeyOf(one, 'ada')).toBeUndefined();

  const keys = Keys.parse(await (await fetch(`${one.engine.url}/v1/keys`)).json());
  const signed = await compactVerify(erasure.certificate ?? '', createLocalJWKSet(keys));
  expect(signed.protectedHeader.typ).toBe('heed-certificate');
  const certificate = Payload.parse(JSON.parse(Buffer.from(signed.payload).toString()));
  expect(certificate).toMatchObject({ subject: 'ada', exceptions: [] });
  const chain = await one.engine.app.records.raw('ada', { limit: 200 });
  expect(chain[0]?.digest).toBe(certificate.digest);
  for (const [i, { document = '', digest, stored }] of chain.entries()) {
    expect(sha256(document)).toBe(digest);
    expect(stored?.version.previous).toBe(chain[i + 1]?.digest ?? null);
  }

  await one.stop();
  const places = placesOf(data);
  places.set('lines', Buffer.from(JSON.stringify(one.lines)));
  expect(places.size).toBeGreaterThan(3);
  expect(foundIn(places, HERS)).toEqual([]);
  expect(foundIn(places, { key })).toEqual([]);
  expect(foundIn(new Map([['planted', Buffer.from(`x${btoa(email)}`)]]), HERS)).toEqual(['email in planted']);

  const again = await running(data);
  const imported = await again.change('newcomer', { choices: [NEWSLETTER], identifiers: { email } });
  expect(imported.status).toBe(422);
  expect(Problem.parse(imported.body)).toMatchObject({ type: '/problems/suppressed' });
  expect(JSON.stringify(imported.body)).not.toContain(email);
  expect((await again.change('ada-2', { choices: [EVENTS], identifiers: { email } })).status).toBe(201);
  expect((await again.change('ada-2', { choices: [NEWSLETTER] })).status).toBe(422);
  await until('she is asked', () => again.engine.app.outbox.list().length > 0);
  const link = /https?:\/\/\S+\/c\/\S+/.exec(again.engine.app.outbox.list()[0]?.text ?? '')?.[0] ?? '';
  expect((await fetch(link, { method: 'POST' })).status).toBe(200);
  expect((await again.change('ada-2', { choices: [NEWSLETTER] })).status).toBe(201);
  expect((await again.change('newcomer', { choices: [NEWSLETTER], identifiers: { email } })).status).toBe(
    201,
  );
}, 90_000);
