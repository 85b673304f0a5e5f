import { describe, expect, it } from 'vitest';
import { BUS } from '../../lib/flow/publish.ts';
import type { Told } from '../../lib/flow/read-deliveries.ts';
import { CurrentAnswer, HadAnswer, ToldAnswer } from '../../lib/http/delivery-schemas.ts';
import { access, aStop, type Rig, rig } from './rig.ts';
import { grantAt, post } from './steps.ts';

describe('deliveries', () => {
  const anything = { topics: 'all', channels: 'all' } as const;
  const CRM: Told = {
    id: 'crm',
    title: 'CRM',
    kind: 'state',
    interest: { topics: ['acme/newsletter'], channels: ['email'] },
  };
  const destinations: readonly Told[] = [
    CRM,
    { id: 'orbit', title: 'Orbit', kind: 'state', interest: { topics: ['orbit/events'], channels: 'all' } },
    { id: 'lake', title: 'Lake', kind: 'log', interest: anything },
  ];
  const at = '2026-05-01T12:00:01.000Z';
  const delivered = { attempts: 1, outcome: 'delivered', at } as const;

  async function view({ call, mint }: Rig) {
    const response = await call('deliveries', { subject: 'alice', token: await mint(access('audit:read')) });
    return CurrentAnswer.parse(JSON.parse(response.body));
  }

  it('of a subject nobody has spoken of concern nobody', async () => {
    const { version, deliveries } = await view(rig({ destinations }));
    expect(version).toBe(0);
    expect(deliveries.map(({ outcome, behind }) => `${outcome} ${behind}`)).toEqual([
      'not-concerned false',
      'not-concerned false',
      'not-concerned false',
    ]);
  });

  it('are pending only where a destination cares', async () => {
    const one = rig({ destinations });
    await post(one, grantAt('2026-05-01T09:00:00Z'));
    const { deliveries } = await view(one);
    expect(deliveries).toMatchObject([
      { destination: 'crm', title: 'CRM', outcome: 'pending', version: 0, behind: true, trail: [] },
      { destination: 'orbit', outcome: 'not-concerned', behind: false },
      { destination: 'lake', outcome: 'pending', behind: true, missing: 1 },
    ]);
  });

  it('show one destination alone where that is asked for, and refuse one that holds no copy', async () => {
    const one = rig({ destinations });
    await post(one, grantAt('2026-05-01T09:00:00Z'));
    const token = await one.mint(access('audit:read'));
    const ask = (destination: string) =>
      one.call('deliveries', { subject: 'alice', token, query: { destination } });
    const { deliveries } = CurrentAnswer.parse(JSON.parse((await ask('lake')).body));
    expect(deliveries).toMatchObject([{ destination: 'lake', missing: 1 }]);
    const refused = await ask('river');
    expect(refused.statusCode).toBe(400);
    expect(JSON.parse(refused.body).errors).toEqual([{ path: 'destination', message: 'holds no copy here' }]);
  });

  it('show what each destination has, since when, and what is stuck and why', async () => {
    const one = rig({ destinations });
    await post(one, grantAt('2026-05-01T09:00:00Z'));
    await post(one, grantAt('2026-05-01T09:00:00Z', 'acme/offers'));
    const item = { subject: 'alice', destination: 'crm', version: 1, revision: 2 };
    const answered = { version: 1, outcome: 'delivered', at } as const;
    const retrying = { version: 3, attempts: 4, reason: 'http-503', at, until: at };
    one.store.deliveries.push({ ...item, answered, trail: [{ version: 1, ...delivered }], retrying });
    for (const version of [1, 2]) {
      const kept = { sent: { first: at, last: at }, until: at };
      one.store.logged.push({ subject: 'alice', destination: 'lake', version, ...delivered, ...kept });
    }
    const before = (await view(one)).deliveries;
    expect(before).toMatchObject([
      { outcome: 'delivered', version: 1, behind: false, at },
      {},
      { missing: 0 },
    ]);
    expect(before[0]).not.toHaveProperty('retrying');
    await post(one, aStop());
    one.store.archived.push({
      destination: 'crm',
      trail: [{ version: 1, ...delivered, at: '2026-05-01T11:00:00.000Z' }],
    });
    one.store.logged.push({
      subject: 'alice',
      destination: 'lake',
      version: 3,
      attempts: 2,
      outcome: 'retry',
      reason: 'http-500',
      at,
    });
    expect((await view(one)).deliveries).toMatchObject([
      {
        outcome: 'delivered',
        version: 1,
        behind: true,
        retrying: { version: 3, attempts: 4, reason: 'http-503', until: at },
        trail: [{ at }, { at: '2026-05-01T11:00:00.000Z' }],
      },
      {},
      {
        outcome: 'pending',
        version: 2,
        behind: true,
        missing: 1,
        retrying: { version: 3, reason: 'http-500' },
      },
    ]);
  });

  it('are never told of what was said before a destination was there, unless somebody is at it', async () => {
    const one = rig({ destinations });
    await post(one, grantAt('2026-05-01T09:00:00Z'));
    one.clock.advance(60_000);
    for (const { id } of destinations)
      await one.store.marks.write(id, { lowWater: one.clock.now() - 30_000, setup: '' });
    const token = await one.mint(access('audit:read'));
    const ask = async (query: Record<string, string>) =>
      JSON.parse((await one.call('deliveries', { subject: 'alice', token, query })).body);
    const outcomes = async (query: Record<string, string>) =>
      ToldAnswer.parse(await ask(query)).deliveries.map(({ outcome }) => outcome);
    expect(await outcomes({ version: '1' })).toEqual(['not-told', 'not-concerned', 'not-told']);
    expect((await view(one)).deliveries).toMatchObject([
      { outcome: 'not-told', behind: false },
      { outcome: 'not-concerned', behind: false },
      { outcome: 'not-told', behind: false, missing: 0 },
    ]);
    await post(one, grantAt('2026-05-01T10:00:00Z', 'acme/offers'));
    expect(await outcomes({ version: '2' })).toEqual(['not-concerned', 'not-concerned', 'pending']);
    const retrying = { version: 1, attempts: 1, reason: 'http-503', at, until: at };
    one.store.deliveries.push({
      ...{ subject: 'alice', destination: 'crm', version: 0, revision: 1, trail: [], retrying },
    });
    expect(await outcomes({ version: '1' })).toEqual(['pending', 'not-concerned', 'not-told']);
    expect((await view(one)).deliveries).toMatchObject([
      { outcome: 'pending', behind: true },
      { outcome: 'not-concerned' },
      { outcome: 'pending', behind: true, missing: 1 },
    ]);
  });

  it('of the past are told of those too that are not enabled any more, and of the present are not', async () => {
    const enabled = [...destinations];
    const one = rig({ destinations: enabled });
    await post(one, grantAt('2026-05-01T09:00:00Z'));
    await post(one, aStop());
    const trail = [{ version: 1, ...delivered }];
    const item = { subject: 'alice', version: 1, revision: 1, trail };
    one.store.deliveries.push({ ...item, destination: 'crm' }, { ...item, destination: 'undeclared' });
    one.store.deliveries.push({ ...item, destination: 'orbit', version: 0, trail: [] });
    for (const destination of ['lake', BUS, 'confirmation:acme/newsletter'])
      one.store.logged.push({ subject: 'alice', destination, version: 1, ...delivered });
    const { interest } = CRM;
    await one.store.marks.write('crm', {
      lowWater: 0,
      setup: '',
      told: { title: 'CRM', kind: 'state', interest },
    });
    enabled.length = 0;
    const token = await one.mint(access('audit:read'));
    const ask = async (query: Record<string, string>) =>
      JSON.parse((await one.call('deliveries', { subject: 'alice', token, query })).body);
    expect(HadAnswer.parse(await ask({ at })).deliveries).toEqual([
      { destination: 'crm', title: 'CRM', kind: 'state', version: 1, since: at },
      { destination: 'lake', title: 'lake', kind: 'log', version: 1, since: at },
      { destination: 'undeclared', title: 'undeclared', kind: 'state', version: 1, since: at },
    ]);
    const outcomes = async (version: string) =>
      ToldAnswer.parse(await ask({ version })).deliveries.map((row) => [row.destination, row.outcome]);
    expect(await outcomes('1')).toEqual([
      ['crm', 'delivered'],
      ['lake', 'delivered'],
      ['undeclared', 'delivered'],
    ]);
    expect(new Set((await outcomes('2')).map(([, outcome]) => outcome))).toEqual(new Set(['not-told']));
    const { deliveries } = HadAnswer.parse(await ask({ at, destination: 'lake' }));
    expect(deliveries).toMatchObject([{ destination: 'lake', version: 1 }]);
    expect((await view(one)).deliveries).toEqual([]);
    expect(await ask({ destination: 'crm' })).toMatchObject({ status: 400 });
    expect(await ask({ destination: 'orbit', at })).toMatchObject({ status: 400 });
  });

  it('tell of one version, and of one moment', async () => {
    const one = rig({ destinations });
    await post(one, grantAt('2026-05-01T09:00:00Z'));
    one.clock.advance(60_000);
    await post(one, aStop());
    const item = { subject: 'alice', destination: 'crm', version: 2, revision: 1 };
    const told = '2026-05-01T12:01:30.000Z';
    const answered = { version: 2, outcome: 'delivered', at: told } as const;
    one.store.deliveries.push({ ...item, answered, trail: [{ ...delivered, version: 2, at: told }] });
    one.store.logged.push({ subject: 'alice', destination: 'lake', version: 1, ...delivered });
    const token = await one.mint(access('audit:read'));
    const ask = (query: Record<string, string>) => one.call('deliveries', { subject: 'alice', token, query });
    expect(ToldAnswer.parse(JSON.parse((await ask({ version: '1' })).body)).deliveries).toMatchObject([
      { destination: 'crm', outcome: 'overtaken', by: 2, at: told },
      { destination: 'orbit', outcome: 'not-concerned' },
      { destination: 'lake', outcome: 'delivered', at },
    ]);
    const then = HadAnswer.parse(JSON.parse((await ask({ at: '2026-05-01T12:01:00Z' })).body));
    expect(then).toMatchObject({
      version: 2,
      deliveries: [{ version: 0 }, { version: 0 }, { destination: 'lake', version: 1, since: at }],
    });
    const [crm] = HadAnswer.parse(JSON.parse((await ask({ at: told })).body)).deliveries;
    expect(crm).toMatchObject({ version: 2, since: told });
    expect(one.store.audits.map(({ operation, rows, query }) => [operation, rows, query])).toEqual([
      ['deliveries', 3, { version: '1' }],
      ['deliveries', 3, { at: '2026-05-01T12:01:00Z' }],
      ['deliveries', 3, { at: told }],
    ]);
    expect((await ask({ version: '3' })).statusCode).toBe(400);
    expect((await ask({ version: 'three' })).statusCode).toBe(400);
    expect((await ask({ version: '1', at: told })).statusCode).toBe(400);
  });
});
