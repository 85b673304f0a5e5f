import { describe, expect, it } from 'vitest';
import { resolve } from '../../lib/domain/answer.ts';
import { decide } from '../../lib/domain/decide.ts';
import { EMPTY_RECORD } from '../../lib/domain/registers.ts';
import { toIso, toMs } from '../../lib/domain/time.ts';
import { type Rig, rig } from './rig.ts';
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

  it('equals what all changes told and chosen by then add up to, whichever came late', async () => {
    const one = rig();
    for (let i = 0; i < 130; i++) await postLate(one, i);
    const moments = [0, 1, 40, 64, 65, 100, 129, 200].map((minutes) => one.clock.now() - minutes * 60_000);
    for (const validAt of moments) {
      for (const knownAt of moments) {
        const { view } = await record(one, { validAt: toIso(validAt), knownAt: toIso(knownAt) });
        expect(states(view)).toEqual(states(await addedUp(one, { validAt, knownAt })));
      }
    }
  });

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

const TOPICS = ['acme/newsletter', 'acme/offers', 'orbit/newsletter', 'orbit/events'];

/** One change a minute, each chosen up to an hour before it arrives. */
async function postLate(one: Rig, i: number): Promise<void> {
  one.clock.advance(60_000);
  const occurredAt = toIso(one.clock.now() - ((i * 37) % 61) * 60_000 - i);
  await post(one, (i % 3 === 0 ? stopAt : grantAt)(occurredAt, TOPICS[(i * 7) % 4]));
}

/** The slow way: every change there is, one by one. */
async function addedUp(
  { store, catalogue }: Rig,
  { validAt, knownAt }: { validAt: number; knownAt: number },
) {
  let record = EMPTY_RECORD;
  for (const { version, digest } of await store.records.history('alice', { limit: 1000 })) {
    const { change, recordedAt } = version;
    if (toMs(recordedAt) > knownAt || toMs(change.evidence.occurredAt) > validAt) continue;
    const context = { subject: 'alice', now: knownAt, catalogue };
    const decision = decide({ version: { ...version, record }, digest }, change, context);
    if (decision.kind === 'version') record = decision.version.record;
  }
  return resolve(record, catalogue, validAt);
}
