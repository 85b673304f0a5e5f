import { describe, expect, test } from 'vitest';
import { ChangeBody } from '../../lib/domain/change.ts';
import { attemptOf } from '../../lib/domain/idempotency.ts';
import { HOUR, toIso, toMs } from '../../lib/domain/time.ts';
import { accept, recordChange } from '../../lib/flow/accept.ts';
import { askErasure } from '../../lib/flow/ask-erasure.ts';
import { advance } from '../../lib/flow/erase.ts';
import { erasureTold } from '../../lib/flow/erasure-told.ts';
import { restrict } from '../../lib/flow/restrict.ts';
import { ADA, ALL, BY, EMAIL, NEWS, REST, readable, somebody, typeOf } from './erased-person.ts';

const STOP = { choices: [{ ...NEWS, state: 'withdrawn' }] } as const;

describe('an erasure', () => {
  test('withdraws everything at once, waits until everybody has answered, and then destroys the key', async () => {
    const one = somebody();
    await one.arrive();
    const asked = await one.ask();
    expect(asked).toMatchObject({
      kind: 'taken',
      view: { state: 'telling', told: [{ outcome: 'pending' }] },
    });
    expect((await one.newest())?.changed).toContainEqual({ ...NEWS, from: 'granted', to: 'withdrawn' });
    expect(await readable(one)).toContain(EMAIL);
    await one.answer();
    await advance(one.ports)(ADA);
    expect(await one.view()).toMatchObject({
      state: 'done',
      told: [{ destination: 'crm', outcome: 'delivered' }],
    });
    expect(await readable(one)).toEqual([]);
    expect((await one.newest())?.record.identifiers).toEqual([expect.objectContaining({ sealed: null })]);
  });

  test('waits until nothing that was sent before can arrive any more: she could not be told again after that', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    const { recordedAt = '' } = (await one.newest()) ?? {};
    await one.answer(toMs(recordedAt) + REST - 1 - one.clock.now());
    await advance(one.ports)(ADA);
    expect((await one.view())?.state).toBe('telling');
    one.clock.advance(1);
    await advance(one.ports)(ADA);
    expect((await one.view())?.state).toBe('done');
  });

  test('names as exceptions who had not answered when the time was over', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    one.clock.advance(24 * HOUR);
    await advance(one.ports)(ADA);
    const [, payload = ''] = ((await one.view())?.certificate ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      exceptions: [{ destination: 'crm', outcome: 'pending' }],
      suppressed: ['email'],
    });
  });

  test('says of a system that is not enabled any more that nobody told it, and waits for none', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    await one.answer();
    one.store.deliveries.push(
      ...one.store.deliveries.map((item) => ({ ...item, destination: 'former', version: 1 })),
    );
    await advance(one.ports)(ADA);
    const [, payload = ''] = ((await one.view())?.certificate ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      exceptions: [{ destination: 'former', outcome: 'pending', reason: 'not-enabled' }],
    });
  });

  test('says the same of one that was told every version, and was sent one, also if it is declared no more', async () => {
    const one = somebody();
    await one.arrive();
    const entry = { subject: ADA, version: 1, at: toIso(one.clock.now()), attempts: 1 };
    one.store.logged.push(
      { ...entry, destination: 'former-log', outcome: 'delivered' },
      { ...entry, destination: 'never-sent', outcome: 'held', reason: 'paused', attempts: 0 },
      { ...entry, destination: 'bus', outcome: 'delivered' },
      { ...entry, destination: 'confirmation:acme/newsletter', outcome: 'delivered' },
    );
    await one.ask();
    const untold = { destination: 'former-log', outcome: 'pending', how: 'suppress', reason: 'not-enabled' };
    const destinations = async () => (await one.view())?.told.map(({ destination }) => destination);
    expect((await one.view())?.told).toContainEqual(untold);
    expect(await destinations()).toEqual(['crm', 'former-log']);
    await one.answer();
    expect(await one.ask()).toMatchObject({ view: { state: 'done' } });
    expect((await one.view())?.told).toContainEqual(untold);
    expect(await destinations()).toEqual(['crm', 'former-log']);
    const [, payload = ''] = ((await one.view())?.certificate ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      exceptions: [{ destination: 'former-log', outcome: 'pending', reason: 'not-enabled' }],
    });
  });

  test.each([
    ['only to stop, where somebody else goes by her address', 'p-bob', 'suppress'],
    ['to erase, where the other is a stop kept for it', 'unknown:email:hash', 'erase'],
  ])('says that a system which can erase was asked %s', async (_, other, how) => {
    const one = somebody();
    await one.arrive();
    const identifiers = {
      ...one.ports.identifiers,
      of: async () => ({
        revision: 1,
        current: [{ kind: 'email', hash: 'hash', sealed: '', shared: true }],
        retired: [],
      }),
      holders: async () => [ADA, other],
    };
    const interest = { topics: 'all', channels: 'all' } as const;
    const crm = { id: 'crm', title: 'CRM', kind: 'state' as const, interest };
    const destinations = [{ ...crm, erases: true, identifiedBy: ['email'] }];
    const told = await erasureTold({ ...one.ports, identifiers, destinations }, ADA, 1);
    expect(told).toMatchObject([{ destination: 'crm', how }]);
  });

  const ERASER = {
    ...{ id: 'crm', title: 'CRM', kind: 'state', erases: true, identifiedBy: ['email'] },
    interest: { topics: 'all', channels: 'all' },
  } as const;

  test.each([
    ['suppress', false],
    ['erase', true],
  ] as const)('says that a system did %s only where it was asked just that', async (how, erased) => {
    const one = somebody();
    Object.assign(one.ports, { destinations: [ERASER] });
    await one.arrive();
    await one.ask();
    const { version = 0 } = (await one.newest()) ?? {};
    await one.answer(1, erased);
    expect(await erasureTold(one.ports, ADA, version)).toMatchObject([{ outcome: 'delivered', how }]);
  });

  /** Two who go by one address, which a system can erase. */
  const sharing = async () => {
    const one = somebody();
    const { identifiers } = one.store;
    /** As the table marks an address that somebody else has gone by. */
    const of = async (subject: string) => {
      const item = await identifiers.of(subject);
      return { ...item, current: item.current.map((entry) => ({ ...entry, shared: true })) };
    };
    Object.assign(one.ports, { destinations: [ERASER], identifiers: { ...identifiers, of } });
    await one.arrive();
    await one.say({ identifiers: { email: EMAIL } }, 'p-bob');
    return one;
  };

  test('was asked of a system also where the other who goes by her address is being erased too', async () => {
    const one = await sharing();
    await one.ask();
    const { version = 0 } = (await one.newest()) ?? {};
    expect(await erasureTold(one.ports, ADA, version)).toMatchObject([{ how: 'suppress' }]);
    await askErasure(one.ports)({ subject: 'p-bob', by: BY, reason: 'asked-by-mail' });
    expect(await erasureTold(one.ports, ADA, version)).toMatchObject([{ how: 'erase' }]);
  });

  test('is not said once more when there is no time to answer: what was told is certified', async () => {
    const one = await sharing();
    await one.ask();
    await one.answer(1);
    await one.say({ identifiers: { email: null } }, 'p-bob');
    one.clock.advance(24 * HOUR);
    await advance(one.ports)(ADA);
    expect(await one.view()).toMatchObject({
      state: 'done',
      told: [{ outcome: 'delivered', how: 'suppress' }],
    });
    const [, payload = ''] = ((await one.view())?.certificate ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ exceptions: [] });
  });

  test('of somebody whose record is dated forward rests no longer than others, and is certified by the clock', async () => {
    const one = somebody();
    const years = 73 * 365 * 24 * HOUR;
    one.clock.advance(years);
    await one.arrive();
    one.clock.advance(-years);
    await one.ask();
    await one.answer();
    await advance(one.ports)(ADA);
    expect(await one.view()).toMatchObject({ state: 'done', erasedAt: toIso(one.clock.now()) });
  });

  test('is said once more where a system was told to stop for the sake of somebody who has left her address', async () => {
    const one = await sharing();
    await one.ask();
    await one.answer(1);
    await advance(one.ports)(ADA);
    const first = (await one.newest())?.version ?? 0;
    await one.say({ identifiers: { email: null } }, 'p-bob');
    await advance(one.ports)(ADA);
    expect((await one.newest())?.version).toBe(first + 1);
    expect((await one.view())?.told).toMatchObject([{ outcome: 'pending', how: 'erase' }]);
    await one.answer(2 * REST, true);
    await advance(one.ports)(ADA);
    expect(await one.view()).toMatchObject({ state: 'done', told: [{ outcome: 'delivered', how: 'erase' }] });
  });

  test('is said no third time: what was told is certified as it was', async () => {
    const one = somebody();
    Object.assign(one.ports, { destinations: [ERASER] });
    await one.arrive();
    await one.ask();
    await one.answer();
    await advance(one.ports)(ADA);
    await one.answer();
    await advance(one.ports)(ADA);
    expect(await one.view()).toMatchObject({
      state: 'done',
      told: [{ outcome: 'delivered', how: 'suppress' }],
    });
  });

  const FORMER = { subject: ADA, destination: 'former', version: 0, revision: 1, trail: [] };
  const at = toIso(0);
  test.each([
    [
      '',
      'was tried, and may have been told',
      [{ ...FORMER, retrying: { ...{ version: 1, attempts: 2, at }, until: at, reason: 'timed-out' } }],
      [],
    ],
    [
      'not ',
      'had no address of hers',
      [
        {
          ...FORMER,
          trail: [
            { ...{ version: 1, at, attempts: 0 }, outcome: 'skipped' as const, reason: 'no-identifier' },
          ],
        },
      ],
      [],
    ],
    [
      '',
      'was sent a request long ago',
      [
        {
          ...FORMER,
          revision: 2,
          trail: [
            { ...{ version: 2, at, attempts: 0 }, outcome: 'skipped' as const, reason: 'no-identifier' },
          ],
        },
      ],
      [
        {
          destination: 'former',
          trail: [{ ...{ version: 1, at, attempts: 1 }, outcome: 'failed' as const, reason: 'refused' }],
        },
      ],
    ],
  ])('does %sname a system that is not enabled any more and %s', async (not, _, items, archived) => {
    const one = somebody();
    await one.arrive();
    one.store.deliveries.push(...items);
    one.store.archived.push(...archived);
    const told = await erasureTold(one.ports, ADA, 1);
    expect(told.map(({ destination }) => destination)).toEqual(not ? ['crm'] : ['crm', 'former']);
  });

  test('names the key it destroys also where nothing that was sealed stands any more', async () => {
    const one = somebody();
    await one.arrive();
    await one.say({ identifiers: { email: null } });
    const key = one.store.seals.keyOf(await one.store.seals.seal(ADA, ''));
    await one.ask();
    await one.answer();
    await one.ask();
    expect((await one.newest())?.standing?.destroyed).toContain(key);
  });

  test.each([
    ['address', { identifiers: { phone: '+4512345678' }, evidence: { source: 'call-centre' } }],
    ['IP', { ...STOP, evidence: { source: 'call-centre', ip: '192.0.2.44' } }],
    ['user agent', { ...STOP, evidence: { source: 'call-centre', userAgent: 'Browser/1' } }],
    ['name', { ...STOP, evidence: { source: 'call-centre', actor: { kind: 'subject', id: 'ann.lee' } } }],
  ] as const)(
    'leaves of a request that may be repeated no digest that a guessed %s would fit',
    async (_, said) => {
      const one = somebody();
      const body = ChangeBody.parse(said);
      const attempt = attemptOf('desk', 'key-1', body);
      const say = () => accept(one.ports)({ subject: ADA, body, caller: ALL, attempt });
      expect(typeOf(await say())).toBe('recorded');
      expect(await say()).toMatchObject({ kind: 'recorded', replayed: true });
      const { remembered = [] } = (await one.store.records.newest(ADA)) ?? {};
      expect(remembered).toHaveLength(1);
      expect(remembered.join()).not.toContain(attempt.body);
    },
  );

  test('leaves a request known that was remembered before such digests had a key', async () => {
    const one = somebody();
    const body = ChangeBody.parse({ ...STOP, evidence: { source: 'call-centre', ip: '192.0.2.44' } });
    const attempt = attemptOf('desk', 'key-1', body);
    const request = { subject: ADA, body, caller: ALL, attempt };
    const { seals } = one.ports;
    const hash: typeof seals.hash = async (kind, value) =>
      kind === 'attempt' ? value : seals.hash(kind, value);
    await accept({ ...one.ports, seals: { ...seals, hash } })(request);
    const { remembered = [] } = (await one.store.records.newest(ADA)) ?? {};
    expect(remembered.join()).toContain(attempt.body);
    expect(await accept(one.ports)(request)).toMatchObject({ kind: 'recorded', replayed: true });
    const other = attemptOf('desk', 'key-1', { ...body, preferences: [] });
    expect(await accept(one.ports)({ ...request, attempt: other })).not.toMatchObject({ replayed: true });
  });

  test('takes stops while it is under way, and nothing else', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    expect(typeOf(await one.grant())).toBe('erasing');
    expect(typeOf(await one.say({ identifiers: { phone: '+4512345678' } }))).toBe('erasing');
    expect(typeOf(await one.stop())).toBe('recorded');
    await one.answer();
    await advance(one.ports)(ADA);
    expect((await one.view())?.state).toBe('telling');
    expect((await one.newest())?.change.evidence.method).toBe('erasure');
  });

  test('is said again after a stop that another source calls an erasure: not all are concerned by that one', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    const choices = [{ ...NEWS, state: 'withdrawn' as const }];
    expect(typeOf(await one.say({ choices, evidence: { method: 'erasure' } }))).toBe('recorded');
    await advance(one.ports)(ADA);
    const newest = await one.newest();
    expect(newest?.change).toMatchObject({ choices: [{ topic: '*' }], evidence: { source: 'heed' } });
    expect((await one.ports.cases.of(ADA)).erasure?.version).toBe(newest?.version);
  });

  test('is the same one however often it is asked for, until something is said anew', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    await one.answer();
    await one.ask();
    const { certificate } = (await one.view()) ?? {};
    const { version } = (await one.newest()) ?? {};
    expect(await one.ask()).toMatchObject({ view: { state: 'done', certificate } });
    expect((await one.newest())?.version).toBe(version);
    expect(typeOf(await one.grant())).toBe('recorded');
    expect(await one.ask()).toMatchObject({ view: { state: 'telling' } });
  });

  test('ends a restriction: what she grants afterwards counts', async () => {
    const one = somebody();
    await one.arrive();
    await restrict(one.ports)({ subject: ADA, restricted: true });
    await one.ask();
    await one.answer();
    await one.ask();
    expect(typeOf(await one.grant())).toBe('recorded');
    expect((await one.newest())?.changed).toContainEqual({ ...NEWS, from: 'withdrawn', to: 'granted' });
  });

  test('of somebody nobody has spoken of says so, and erases nothing', async () => {
    const one = somebody();
    expect(await one.ask()).toMatchObject({
      kind: 'taken',
      view: { state: 'nothing', told: [], remains: [] },
    });
    expect(one.store.size()).toBe(0);
  });
});

describe('a legal hold', () => {
  test('forbids an erasure, and keeps on record who asked', async () => {
    const one = somebody();
    await one.arrive();
    await one.hold('place');
    expect(await one.ask()).toEqual({ kind: 'on-hold' });
    expect(await one.hold('release')).toMatchObject({
      standing: false,
      entries: [{ action: 'release' }, { action: 'refused', by: BY }, { action: 'place' }],
    });
    expect(await one.ask()).toMatchObject({ kind: 'taken' });
  });

  test('finds room however often an erasure was refused before', async () => {
    const one = somebody();
    await one.arrive();
    await one.hold('place');
    for (let time = 0; time < 105; time++) {
      one.clock.advance(1);
      await one.ask();
    }
    const view = await one.hold('release');
    const entries = view === 'busy' ? [] : view.entries;
    expect(entries.map(({ action }) => action)).toEqual([
      'release',
      ...Array.from({ length: 100 }, () => 'refused'),
      'place',
    ]);
    const [, newest, ...older] = entries;
    expect([...older].every(({ at }) => at < (newest?.at ?? ''))).toBe(true);
  });

  test('stops one that is under way, which has to be asked for again', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    await one.hold('place');
    expect((await one.view())?.state).toBe('stopped');
    await one.answer();
    await one.hold('release');
    await advance(one.ports)(ADA);
    expect(await readable(one)).toContain(EMAIL);
    expect(typeOf(await one.grant())).toBe('recorded');
  });

  test('stops one of a record that is as long as a stop may make it', async () => {
    const one = somebody();
    await one.arrive();
    const evidence = {
      source: 'heed',
      actor: { kind: 'system' as const },
      method: 'test',
      occurredAt: toIso(0),
    };
    const preferences = [{ key: 'long', value: 'x'.repeat(150_000) }];
    const long = { choices: [], preferences, identifiers: [], personal: {}, evidence };
    const said = await recordChange(one.ports)({ subject: ADA, body: {}, standing: { state: 'open' } }, long);
    expect(typeOf(said)).toBe('recorded');
    await one.ask();
    await one.hold('place');
    expect((await one.view())?.state).toBe('stopped');
  });

  test('stops one also where that could not be written down before it was released', async () => {
    const one = somebody();
    await one.arrive();
    await one.ask();
    const { cases } = one.rights;
    const dying: typeof cases = {
      ...cases,
      write: async (next) => {
        if (next.erasure?.state === 'stopped') throw new Error('died');
        return cases.write(next);
      },
    };
    Object.assign(one.ports, { cases: dying });
    await expect(one.hold('place')).rejects.toThrow('died');
    await expect(one.hold('release')).rejects.toThrow('died');
    Object.assign(one.ports, { cases });
    await one.answer();
    await advance(one.ports)(ADA);
    expect((await one.view())?.state).toBe('stopped');
    expect(await readable(one)).toContain(EMAIL);
    await one.ask();
    expect((await one.view())?.state).toBe('telling');
  });
});
