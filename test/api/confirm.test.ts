import { describe, expect, it, test } from 'vitest';
import { eventOf } from '../../lib/domain/event.ts';
import { PreferencesChanged } from '../../lib/domain/event-schema.ts';
import type { OwnClaims } from '../../lib/http/own-tokens.ts';
import { AcceptedAnswer, DecisionAnswer, HistoryAnswer } from '../../lib/http/schemas.ts';
import { aWish, type ConfirmRig, confirmRig, say, TOPIC } from './confirm-rig.ts';
import { access, aStop, NOW } from './rig.ts';

const DAY = 86_400_000;
const PAIR = { topic: TOPIC, channel: 'email' };
const STOP_ALL = aStop('*', '*');

/** Alice has asked for Orbit's events by e-mail, and has a mail with a link. */
async function asked() {
  const one = confirmRig();
  await say(one, aWish());
  await one.mail();
  return { one, token: one.token() };
}

async function decision({ call, mint }: ConfirmRig) {
  const { body } = await call('decision', { subject: 'alice', token: await mint(access()), query: PAIR });
  return DecisionAnswer.parse(JSON.parse(body));
}

async function versions({ call, mint }: ConfirmRig) {
  const { body } = await call('history', { subject: 'alice', token: await mint(access()) });
  return HistoryAnswer.parse(JSON.parse(body)).versions;
}

const permitted = async (one: ConfirmRig) => (await decision(one)).permitted;

describe('a request that is confirmed from its mail', () => {
  it('permits nothing before, and grants then, with what was shown when it was asked', async () => {
    const { one, token } = await asked();
    expect(await decision(one)).toMatchObject({
      permitted: false,
      because: 'confirmation-pending',
      expiresAt: '2026-05-08T12:00:00.000Z',
    });
    one.clock.advance(DAY);
    const page = await one.get(token);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('<form method="post">');
    expect(one.store.size()).toBe(1);
    const done = await one.post(token);
    expect([done.statusCode, done.body.includes('<form')]).toEqual([200, false]);
    expect(await decision(one)).toMatchObject({ permitted: true, because: 'granted' });
  });

  it('is kept with its own time and method, and the first request’s evidence', async () => {
    const { one, token } = await asked();
    one.clock.advance(DAY);
    await one.post(token);
    const [grant, request] = await versions(one);
    expect(grant?.change.choices).toEqual([{ ...PAIR, state: 'granted' }]);
    const { record } = (await one.store.records.newest('alice'))?.version ?? {};
    expect(grant?.evidence).toEqual({
      ...{ source: 'preference-center', actor: { kind: 'subject' }, method: 'double-opt-in' },
      occurredAt: '2026-05-02T12:00:00.000Z',
      ...{ legalBasis: 'consent', jurisdiction: 'DK', notice: request?.evidence.notice },
      confirms: expect.any(String),
    });
    expect(record?.evidence[grant?.evidence.confirms ?? '']?.occurredAt).toBe(request?.evidence.occurredAt);
    expect(request?.evidence.notice?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is told to everybody as a grant of hers', async () => {
    const { one, token } = await asked();
    await one.post(token);
    const stored = await one.store.records.newest('alice');
    if (!stored) throw new Error('nothing was stored');
    const event = PreferencesChanged.parse(eventOf(stored.version, one.catalogue));
    expect(event.data).toMatchObject({ actor: 'subject', method: 'double-opt-in', topics: [TOPIC] });
    expect(event.data.changed).toEqual([{ ...PAIR, from: 'pending', to: 'granted' }]);
  });

  it('twice is confirmed once, and says so both times', async () => {
    const { one, token } = await asked();
    const first = await one.post(token);
    one.clock.advance(1000);
    expect(await one.post(token)).toEqual(first);
    expect(await one.get(token)).toEqual(first);
    expect(one.store.size()).toBe(2);
  });

  it('by two presses at once makes one version', async () => {
    const { one, token } = await asked();
    const pressed = await Promise.all([one.post(token), one.post(token), one.post(token)]);
    expect(pressed.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(one.store.size()).toBe(2);
  });

  it('comes back after an older stop of everything', async () => {
    const one = confirmRig();
    await say(one, {
      ...STOP_ALL,
      evidence: { source: 'preference-center', occurredAt: '2026-05-01T11:00:00Z' },
    });
    const { body } = await say(one, aWish());
    expect(AcceptedAnswer.parse(JSON.parse(body)).outcomes).toMatchObject([
      { state: 'pending', outcome: 'unchanged', reason: 'the withdrawal stands until the person confirms' },
    ]);
    expect((await decision(one)).because).toBe('person-withdrew');
    await one.mail();
    await one.post(one.token());
    expect(await permitted(one)).toBe(true);
  });
});

async function moves(one: ConfirmRig, email: string | null): Promise<void> {
  one.clock.advance(1000);
  const evidence = {
    source: 'preference-center',
    actor: { kind: 'subject' },
    occurredAt: '2026-05-01T12:00:01Z',
  };
  await say(one, { identifiers: { email }, evidence });
}

describe('a link that confirms nothing any more', () => {
  type Case = readonly [string, (one: ConfirmRig) => Promise<unknown> | unknown];
  const cases: readonly Case[] = [
    ['its time is up', ({ clock }) => clock.advance(7 * DAY)],
    ['she has stopped everything', (one) => say(one, STOP_ALL)],
    ['she has stopped that one list', (one) => say(one, aStop(TOPIC))],
    [
      'a source has stopped it',
      (one) =>
        say(one, {
          ...aStop(TOPIC),
          evidence: { source: 'salesforce', actor: { kind: 'system' }, occurredAt: '2026-05-01T12:00:00Z' },
        }),
    ],
    [
      'she has asked anew',
      async (one) => {
        one.clock.advance(1000);
        await say(one, aWish({ evidence: { ...aWish().evidence, occurredAt: '2026-05-01T12:00:01Z' } }));
      },
    ],
    ['the address it went to is no longer hers', (one) => moves(one, 'mallory@example.com')],
    ['the address it went to was taken away', (one) => moves(one, null)],
  ];

  it.each(cases)('because %s shows no button and grants nothing', async (_, happens) => {
    const { one, token } = await asked();
    await happens(one);
    const before = one.store.size();
    const [shown, pressed] = [await one.get(token), await one.post(token)];
    expect(shown.statusCode).toBe(410);
    expect(shown.body).not.toContain('<form');
    expect(pressed).toEqual(shown);
    expect(one.store.size()).toBe(before);
    expect(await permitted(one)).toBe(false);
  });

  it('says the same whichever reason it was, and for somebody who does not exist', async () => {
    const bodies = await Promise.all(
      cases.map(async ([, happens]) => {
        const { one, token } = await asked();
        await happens(one);
        return (await one.get(token)).body;
      }),
    );
    const { one } = await asked();
    const nobody = await one.mint({ purpose: 'confirm', sub: 'nobody', ...PAIR, request: 'x' });
    expect([...new Set([...bodies, (await one.get(nobody)).body])]).toHaveLength(1);
    expect(bodies[0]).toContain('There is nothing to confirm here');
  });

  it('because it was stopped after it was confirmed does not bring it back', async () => {
    const { one, token } = await asked();
    await one.post(token);
    one.clock.advance(1000);
    await say(one, STOP_ALL);
    expect((await one.post(token)).statusCode).toBe(410);
    expect(await permitted(one)).toBe(false);
  });

  it('lapses to the millisecond', async () => {
    const { one, token } = await asked();
    one.clock.advance(7 * DAY - 1);
    expect((await one.get(token)).statusCode).toBe(200);
    one.clock.advance(1);
    expect((await one.get(token)).statusCode).toBe(410);
  });

  it('names another topic, channel or request than was asked for', async () => {
    const { one } = await asked();
    const stored = await one.store.records.newest('alice');
    const request = Object.keys(stored?.version.record.evidence ?? {})[0] ?? '';
    const confirms = (over: object) =>
      one.mint({ ...{ purpose: 'confirm', sub: 'alice', ...PAIR, request }, ...over });
    for (const over of [
      { topic: 'orbit/newsletter' },
      { channel: 'sms' },
      { request: 'other' },
      { sub: 'bob' },
    ])
      expect((await one.post(await confirms(over))).statusCode).toBe(410);
    expect(one.store.size()).toBe(1);
    expect((await one.post(await confirms({}))).statusCode).toBe(200);
  });
});

describe('a stop between the page and the press', () => {
  it('wins, even in the very moment before the grant is stored', async () => {
    const { one, token } = await asked();
    expect((await one.get(token)).statusCode).toBe(200);
    one.before = async () => void (await say(one, STOP_ALL));
    expect((await one.post(token)).statusCode).toBe(410);
    expect(one.store.size()).toBe(2);
    expect(await permitted(one)).toBe(false);
  });

  it('is not mistaken for any other change, which does not stand in the way', async () => {
    const { one, token } = await asked();
    one.before = async () => void (await say(one, aStop('acme/offers', 'sms')));
    expect((await one.post(token)).statusCode).toBe(200);
    expect(one.store.size()).toBe(3);
    expect(await permitted(one)).toBe(true);
  });
});

describe('only a confirmation’s own link', () => {
  const others: readonly OwnClaims[] = [
    { purpose: 'preferences', sub: 'alice' },
    { purpose: 'unsubscribe', sub: 'alice', ...PAIR },
    { purpose: 'access', sub: 'staff', scope: 'preferences:write', sources: ['*'] },
  ];
  it.each(others)('opens the page: one for $purpose is refused like a tampered one', async (claims) => {
    const { one, token } = await asked();
    const tampered = `${token.slice(0, -86)}${'A'.repeat(86)}`;
    const refused = await one.post(tampered);
    expect(refused.statusCode).toBe(404);
    const other = await one.mint(claims);
    expect(await one.post(other)).toEqual(refused);
    expect(await one.get(other)).toEqual(await one.get(tampered));
    expect(one.store.size()).toBe(1);
  });

  it('reads and changes nothing at the API', async () => {
    const { one, token } = await asked();
    const read = await one.call('record', { subject: 'alice', token });
    const change = await one.call('changes', { subject: 'alice', token, body: STOP_ALL });
    expect([read.statusCode, change.statusCode].every((status) => status === 401 || status === 403)).toBe(
      true,
    );
    expect(one.store.size()).toBe(1);
  });
});

test('nobody can say with their own link that they have confirmed', async () => {
  const { one } = await asked();
  const body = aWish({ evidence: { ...aWish().evidence, method: 'double-opt-in' } });
  for (const claims of [{ purpose: 'preferences' as const, sub: 'alice' }, access()]) {
    const response = await one.call('changes', { subject: 'alice', token: await one.mint(claims), body });
    expect(response.statusCode).not.toBe(201);
  }
  expect(await permitted(one)).toBe(false);
});

test('pages speak the language of who looks, and log neither the token nor the address', async () => {
  const { one, token } = await asked();
  expect((await one.get(token, { language: 'da' })).body).toContain(
    'Bekræft »Orbits arrangementer« via e-mail?',
  );
  expect((await one.get(token, { query: { lang: 'ar' } })).body).toContain('dir="rtl"');
  expect((await one.post(token, { language: 'de' })).body).toContain('Bestätigt');
  const text = JSON.stringify([...one.logged, ...one.lines]);
  expect(text).not.toContain(token);
  expect(text).not.toMatch(/alice@|alice%40/);
  expect(one.logged).toContainEqual(expect.objectContaining({ route: 'GET /c/{token}', status: 200 }));
});

test('a store that fails makes a page that says so', async () => {
  const { one, token } = await asked();
  one.before = async () => {
    throw new Error('no');
  };
  const failed = await one.post(token);
  expect(failed.statusCode).toBe(500);
  expect(failed.headers['content-type']).toContain('text/html');
  expect(one.clock.now()).toBeGreaterThanOrEqual(NOW);
});
