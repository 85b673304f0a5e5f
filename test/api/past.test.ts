import { describe, expect, it } from 'vitest';
import { resolve } from '../../lib/domain/answer.ts';
import type { Catalogue } from '../../lib/domain/catalogue.ts';
import { EMPTY_RECORD, merge } from '../../lib/domain/registers.ts';
import { toIso, toMs } from '../../lib/domain/time.ts';
import type { HeedRecord } from '../../lib/domain/vocabulary.ts';
import { DecisionAnswer } from '../../lib/http/schemas.ts';
import { aVersion } from '../builders.ts';
import { access, aGrant, NOW, type Rig, rig } from './rig.ts';
import { grantAt, HOUR, post, record, states, stopAt } from './steps.ts';

describe('a record of the past', () => {
  /** Granted at 09:00 and told at 12:00; stopped at 10:00, but told only at 14:00; offers granted at 13:00. */
  async function told(): Promise<Rig> {
    const one = rig();
    await post(one, grantAt('2026-05-01T09:00:00Z'));
    one.clock.advance(HOUR);
    await post(one, grantAt('2026-05-01T13:00:00Z', 'acme/offers'));
    one.clock.advance(HOUR);
    await post(one, stopAt('2026-05-01T10:00:00Z'));
    return one;
  }

  it.each([
    { knownAt: '2026-05-01T11:59:59Z', version: 0, rows: [] },
    { knownAt: '2026-05-01T12:30:00Z', version: 1, rows: ['acme/newsletter granted'] },
    {
      knownAt: '2026-05-01T13:30:00+00:00',
      version: 2,
      rows: ['acme/newsletter granted', 'acme/offers granted'],
    },
    {
      knownAt: '2026-05-01T16:00:00+02:00',
      version: 3,
      rows: ['acme/newsletter withdrawn', 'acme/offers granted'],
    },
    {
      knownAt: '2030-01-01T00:00:00Z',
      version: 3,
      rows: ['acme/newsletter withdrawn', 'acme/offers granted'],
    },
  ])('holds what Heed had been told by $knownAt', async ({ knownAt, version, rows }) => {
    const { response, view } = await record(await told(), { knownAt });
    expect(view.version).toBe(version);
    expect(states(view)).toEqual(rows);
    expect(response.headers['etag']).toBeUndefined();
  });

  it.each([
    { validAt: '2026-05-01T08:00:00Z', rows: [] },
    { validAt: '2026-05-01T09:30:00Z', rows: ['acme/newsletter granted'] },
    { validAt: '2026-05-01T10:00:00Z', rows: ['acme/newsletter withdrawn'] },
    { validAt: '2026-05-01T13:00:00Z', rows: ['acme/newsletter withdrawn', 'acme/offers granted'] },
  ])('holds what had been chosen by $validAt, late arrivals included', async ({ validAt, rows }) => {
    expect(states((await record(await told(), { validAt })).view)).toEqual(rows);
  });

  it('holds what was known then of an earlier time', async () => {
    const one = await told();
    const validAt = '2026-05-01T11:00:00Z';
    const then = await record(one, { validAt, knownAt: '2026-05-01T13:30:00Z' });
    expect(states(then.view)).toEqual(['acme/newsletter granted']);
    const since = await record(one, { validAt, knownAt: '2026-05-01T14:00:00Z' });
    expect(states(since.view)).toEqual(['acme/newsletter withdrawn']);
  });

  it('equals what all changes told and chosen by then add up to, whoever said them and whichever came late', async () => {
    const { catalogue } = rig();
    const one = rig({ catalogue: { ...catalogue, sources: unlimited(catalogue) } });
    for (let i = 0; i < 30; i++) await postLate(one, i);
    const moments = [0, 1, 13, 29, 45].map((minutes) => one.clock.now() - minutes * 60_000 - 1);
    for (const moment of moments.flatMap((validAt) => moments.map((knownAt) => ({ validAt, knownAt }))))
      await compare(one, moment);
  });

  it.each(['3 March', '2026-03-03', '2026-02-30T00:00:00Z'])(
    'says how a moment is written to whoever asks for %s, and answers nothing',
    async (validAt) => {
      const one = rig();
      const token = await one.mint(access());
      const { statusCode, body } = await one.call('record', { subject: 'alice', token, query: { validAt } });
      expect({ statusCode, ...JSON.parse(body) }).toMatchObject({
        statusCode: 400,
        errors: [{ path: 'validAt', message: 'a moment such as 2026-03-03T10:00:00Z' }],
      });
    },
  );

  it('lets a grant run out at the moment that is asked for', async () => {
    const one = rig();
    await post(one, grantAt('2026-05-01T09:00:00Z', 'acme/surveys'));
    expect(states((await record(one, { validAt: '2028-04-29T09:00:00Z' })).view)).toEqual([
      'acme/surveys granted',
    ]);
    const { view } = await record(one, { validAt: '2028-05-01T09:00:00Z' });
    expect(view.choices).toMatchObject([{ state: 'withdrawn', because: 'expired' }]);
  });
});

interface Asked {
  readonly validAt: number;
  readonly knownAt: number;
}

/** The record and the decision, next to the slow way, and each answer next to the version it names. */
async function compare(one: Rig, asked: Asked): Promise<void> {
  const moment = { validAt: toIso(asked.validAt), knownAt: toIso(asked.knownAt) };
  const naive = await addedUp(one, asked);
  const { view } = await record(one, moment);
  expect(states(view)).toEqual(states(naive.state));
  expect(view.preferences).toEqual(naive.state.preferences);
  expect(Object.keys(view.identifiers)).toEqual(naive.kinds);
  for (const { change, evidence, occurredAt } of view.choices) {
    const { version } = (await one.store.records.version('alice', change.version)) ?? {};
    const { notice: _, ...open } = evidence;
    expect(version?.change.evidence).toMatchObject({ ...open, occurredAt });
    expect(toMs(version?.recordedAt ?? '')).toBeLessThanOrEqual(asked.knownAt);
  }
  const query = { topic: 'acme/newsletter', channel: 'email', ...moment };
  const token = await one.mint(access());
  const { body } = await one.call('decision', { subject: 'alice', token, query });
  const { permitted, state, because, change, evidence } = DecisionAnswer.parse(JSON.parse(body));
  const row = view.choices.find(({ topic, channel }) => topic === query.topic && channel === 'email');
  expect(permitted).toBe(row?.state === 'granted');
  expect([state, because, change, evidence]).toEqual(
    row ? [row.state, row.because, row.change, row.evidence] : ['none', 'no-answer', undefined, undefined],
  );
}

/** Every source may say everything. */
const unlimited = ({ sources }: Catalogue): Catalogue['sources'] =>
  Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [
      name,
      {
        ...source,
        ...{ topics: ['*'], channels: ['*'], states: ['granted', 'withdrawn'], identifiers: ['*'] },
        ...{ preferences: ['*'], actors: ['subject', 'agent', 'system', 'import'] },
      },
    ]),
  );

const TOPICS = ['acme/newsletter', 'acme/offers', 'acme/*', 'orbit/newsletter', '*'];
const SPEAKERS = [
  { source: 'preference-center', actor: { kind: 'subject' } },
  { source: 'call-centre', actor: { kind: 'agent' } },
  { source: 'crm-import', actor: { kind: 'import', id: 'old-consents.csv' } },
];

/** One change a minute, each chosen up to an hour before it arrives; every ninth repeats the one before. */
async function postLate(one: Rig, i: number): Promise<void> {
  one.clock.advance(60_000);
  const step = i % 9 === 8 ? i - 1 : i;
  const occurredAt = toIso(NOW + step * 60_000 - ((step * 37) % 61) * 60_000 - step);
  const topic = TOPICS[(step * 7) % TOPICS.length];
  const change = step % 3 === 0 ? stopAt(occurredAt, topic) : grantAt(occurredAt, topic);
  const evidence = { ...aGrant().evidence, ...SPEAKERS[step % 4 === 3 ? 2 : step % 2], occurredAt };
  const more = {
    ...(step % 5 === 0 && { preferences: [{ key: 'interest.cycling', value: VALUES[step % 3] }] }),
    ...(step % 7 === 0 && { identifiers: { email: step % 14 === 0 ? `alice${step}@example.com` : null } }),
  };
  const body = { ...change, evidence, ...more };
  const { statusCode } = await one.call('changes', {
    ...{ subject: 'alice', token: await one.mint(access()), body },
  });
  expect([200, 201]).toContain(statusCode);
}

const VALUES = ['like', 'dislike', 'none'];

/** The slow way: every change there is, by itself, joined backwards. */
async function addedUp({ store, catalogue }: Rig, { validAt, knownAt }: Asked) {
  const all = await store.records.history('alice', { limit: 1000 });
  const record = all
    .map(({ version }) => version)
    .filter(({ recordedAt }) => toMs(recordedAt) <= knownAt)
    .filter(({ change }) => toMs(change.evidence.occurredAt) <= validAt)
    .map(({ change }) => aVersion({ change, catalogue }).record)
    .reduce<HeedRecord>(merge, EMPTY_RECORD);
  const kinds = record.identifiers.flatMap(({ kind, sealed }) => (sealed === null ? [] : [kind]));
  return { state: resolve(record, catalogue, validAt), kinds };
}
