import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageHistory } from '../../functions/page-history.ts';
import config from '../../heed.config.ts';
import { versionKey } from '../../lib/aws/version-item.ts';
import { toIso } from '../../lib/domain/time.ts';
import { standingOf } from '../../lib/flow/confirm.ts';
import { AnyHistoryAnswer, DecisionAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import { centreOf } from '../../lib/page/centre.ts';
import type { PageModel, SavedModel } from '../../lib/page/model.ts';
import type { Records } from '../../lib/ports.ts';
import texts from '../../notices/texts.json' with { type: 'json' };
import { type EngineStore, engineStore } from './engine-store.ts';
import { access, context, type Rig, rig } from './rig.ts';
import { grantAt, HOUR, post, states, stopAt } from './steps.ts';

let real: EngineStore;

beforeAll(async () => {
  real = await engineStore();
});
afterAll(() => real.engine.stop());

const TOPICS = ['acme/newsletter', 'acme/offers', 'orbit/newsletter', 'orbit/events', 'acme/newsletter'];

interface Person {
  readonly one: Rig;
  readonly subject: string;
  /** When each version was recorded, ms. */
  readonly times: readonly number[];
}

/** Versions an hour apart, each granting another topic. Whatever is stored takes its time. */
async function aPerson(subject: string, versions = 2): Promise<Person> {
  const records: Records = {
    ...real.store.records,
    append: async (...version) => {
      one.clock.advance(5);
      return real.store.records.append(...version);
    },
  };
  const one: Rig = rig({ real: { ...real.store, records } });
  const times: number[] = [];
  for (let i = 0; i < versions; i++) {
    one.clock.advance(HOUR);
    times.push(one.clock.now());
    await post(one, grantAt(toIso(one.clock.now()), TOPICS[i % TOPICS.length]), subject);
  }
  return { one, subject, times };
}

/** Somebody has edited the document of a version by hand. */
const edit = ({ subject }: Person, version: number, more: Readonly<Record<string, string>> = {}) =>
  real.engine.client.send(
    new UpdateItemCommand({
      TableName: 'records',
      Key: versionKey(subject, version),
      UpdateExpression: `SET document = :oops${Object.keys(more).map((name) => `, ${name} = :${name}`)}`,
      ExpressionAttributeValues: {
        ':oops': { S: '{"oops":1}' },
        ...Object.fromEntries(Object.entries(more).map(([name, value]) => [`:${name}`, { S: value }])),
      },
    }),
  );

/** Somebody has put something else in the place of a version. */
const replace = ({ subject }: Person, version: number) =>
  real.engine.client.send(new PutItemCommand({ TableName: 'records', Item: versionKey(subject, version) }));

async function recordOf({ one, subject }: Person, moment: Readonly<Record<string, number>> = {}) {
  const query = Object.fromEntries(Object.entries(moment).map(([name, at]) => [name, toIso(at)]));
  const response = await one.call('record', { subject, token: await one.mint(access()), query });
  return { ...RecordAnswer.parse(JSON.parse(response.body)), etag: response.headers['etag'] };
}

describe('a person whose newest version is broken', () => {
  it('reads as if it had been a stop of everything, in Heed’s voice, and the version is named', async () => {
    const her = await aPerson('newest');
    await edit(her, 2);
    const record = await recordOf(her);
    expect(record).toMatchObject({ version: 2, broken: 2, recordedAt: null, etag: '"2"' });
    expect(new Set(record.choices.map(({ state }) => state))).toEqual(new Set(['withdrawn']));
    expect(record.choices[0]).toMatchObject({
      because: 'source-withdrew',
      source: 'heed',
      change: { version: 2 },
      evidence: { method: 'broken-version-2' },
    });
  });

  it('is permitted nothing', async () => {
    const her = await aPerson('asked');
    await edit(her, 2);
    const token = await her.one.mint(access());
    const query = { topic: 'acme/newsletter', channel: 'email' };
    const { body } = await her.one.call('decision', { subject: 'asked', token, query });
    expect(DecisionAnswer.parse(JSON.parse(body))).toMatchObject({
      ...{ permitted: false, because: 'source-withdrew', state: 'withdrawn', version: 2, broken: 2 },
      change: { version: 2 },
    });
  });

  it('has a history that names it, and hides no other', async () => {
    const her = await aPerson('told', 3);
    await edit(her, 2);
    await replace(her, 3);
    const token = await her.one.mint(access());
    const { body } = await her.one.call('history', { subject: 'told', token });
    expect(AnyHistoryAnswer.parse(JSON.parse(body)).versions).toMatchObject([
      { version: 3, broken: true, digest: null },
      { version: 2, broken: true, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { version: 1, evidence: { notice: { text: '/notices/marketing/3/en' } } },
    ]);
  });

  it('sees a page on which all is off, and what she switches on is on', async () => {
    const her = await aPerson('page');
    await edit(her, 2);
    const token = await her.one.mint({ purpose: 'preferences', sub: 'page' });
    const page: PageModel = JSON.parse((await her.one.call('preferences', { token })).body);
    const controls = page.brands.flatMap(({ topics }) => topics).flatMap((topic) => topic.controls);
    expect(page.version).toBe(2);
    expect(controls.filter(({ on }) => on)).toEqual([]);
    her.one.clock.advance(HOUR);
    const body = {
      version: page.version,
      controls: [{ topic: 'acme/offers', channel: 'email', on: true }],
      preferences: [],
      notice: { id: 'marketing', version: '4', language: 'en' },
    };
    const saved: SavedModel = JSON.parse((await her.one.call('save-preferences', { token, body })).body);
    expect(saved.outcome).toBe('saved');
    const granted = states(await recordOf(her)).filter((row) => row.endsWith('granted'));
    expect(granted).toEqual(['acme/offers granted']);
  });

  it('reads her own history, and has nothing left to confirm', async () => {
    const her = await aPerson('own');
    await edit(her, 2);
    const { one } = her;
    const ports = { ...one.store, ...real.store, catalogue: one.catalogue, clock: one.clock };
    const assets = { script: '', style: '' };
    const handler = pageHistory({ ...ports, tokens: one.tokens, centre: centreOf(config, texts), assets });
    const token = await one.mint({ purpose: 'preferences', sub: 'own' });
    for (const [routeKey, found] of [
      ['GET /p/{token}/history', '/notices/marketing/3/en'],
      ['GET /p/{token}/history.json', '"broken": true'],
    ] as const) {
      const event = { routeKey, rawPath: '', rawQueryString: '', headers: {}, isBase64Encoded: false };
      const { statusCode, body } = await handler({ ...event, pathParameters: { token } }, context);
      expect(statusCode).toBe(200);
      expect(body).toContain(found);
    }
    const request = { subject: 'own', topic: 'acme/newsletter', channel: 'email', request: 'any' };
    expect(await standingOf(ports)(request)).toBe('gone');
  });
});

describe('a past moment beside broken versions', () => {
  it('is found whatever lies between', async () => {
    const her = await aPerson('between', 9);
    for (const version of [4, 5, 7]) await edit(her, version);
    for (const version of [1, 2, 3, 6, 8, 9]) {
      const knownAt = her.times[version - 1] ?? 0;
      expect(await recordOf(her, { knownAt })).toMatchObject({ version, recordedAt: toIso(knownAt) });
      expect(await recordOf(her, { knownAt })).not.toHaveProperty('broken');
      const before = await recordOf(her, { knownAt: knownAt - 1 });
      expect(before.version).toBeLessThan(version);
    }
  });

  it('reads as stopped from when a version was recorded that cannot be read, until the next that can', async () => {
    const her = await aPerson('since', 4);
    await edit(her, 2);
    await replace(her, 3);
    const [, second = 0, third = 0, fourth = 0] = her.times;
    expect(await recordOf(her, { knownAt: second - 1 })).toMatchObject({ version: 3, broken: 3 });
    expect(await recordOf(her, { knownAt: third })).toMatchObject({ version: 3, broken: 3 });
    expect(states(await recordOf(her, { knownAt: third }))).not.toContain('acme/newsletter granted');
    expect(states(await recordOf(her, { knownAt: fourth }))).toContain('acme/newsletter granted');
  });

  it.each([
    ['before the one before it', -HOUR * 5],
    ['after the one after it', HOUR * 5],
  ])('does not believe a broken one that says it was recorded %s', async (name, by) => {
    const her = await aPerson(`moved-${name.length}`, 4);
    const [first = 0, , third = 0, fourth = 0] = her.times;
    await edit(her, 3, { recordedAt: toIso(third + by) });
    expect(await recordOf(her, { knownAt: first })).not.toHaveProperty('broken');
    expect(await recordOf(her, { knownAt: third - 1 })).toMatchObject({ version: 3, broken: 3 });
    expect(await recordOf(her, { knownAt: fourth })).not.toHaveProperty('broken');
  });

  it('reads as stopped where what was told late of it cannot be read', async () => {
    const her = await aPerson('late', 2);
    const [first = 0, second = 0] = her.times;
    her.one.clock.advance(HOUR);
    await post(her.one, stopAt(toIso(first + 60_000)), 'late');
    her.one.clock.advance(HOUR);
    await post(her.one, grantAt(toIso(her.one.clock.now()), 'orbit/newsletter'), 'late');
    await edit(her, 3);
    const at = (validAt: number) => recordOf(her, { validAt });
    expect(await at(first + 59_999)).toMatchObject({ version: 4, choices: [{ state: 'granted' }] });
    expect(await at(first + 59_999)).not.toHaveProperty('broken');
    expect(await at(first + 60_000)).toMatchObject({ version: 4, broken: 3 });
    expect(states(await at(second))).not.toContain('acme/newsletter granted');
  });
});
