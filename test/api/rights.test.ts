import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import {
  ErasureAnswer,
  ExportAnswer,
  HoldsAnswer,
  RestrictionAnswer,
} from '../../lib/http/rights-schemas.ts';
import { AcceptedAnswer, DecisionAnswer, RecordAnswer } from '../../lib/http/schemas.ts';
import { access, aGrant, type RouteName, rig } from './rig.ts';

const ADA = 'p-ada';
const EMAIL = 'ada@example.com';
const SCOPE = 'preferences:write preferences:read audit:read rights:write';
const NEWS = { topic: 'acme/newsletter', channel: 'email' };

/** Staff at a rig in which somebody has granted the newsletter and goes by an address. */
async function staff() {
  const one = rig();
  const token = await one.mint({
    purpose: 'access',
    sub: 'staff',
    person: 'bob',
    scope: SCOPE,
    sources: ['*'],
  });
  const call = async (name: RouteName, body?: object, query?: Readonly<Record<string, string>>) => {
    one.clock.advance(1_000);
    const response = await one.call(name, {
      ...{ subject: ADA, token },
      ...(body && { body }),
      ...(query && { query }),
    });
    return { status: response.statusCode, body: JSON.parse(response.body) };
  };
  const body = { ...aGrant(), identifiers: { email: EMAIL } };
  expect((await call('changes', body)).status).toBe(201);
  return { one, call };
}

const isPermitted = async ({ call }: Awaited<ReturnType<typeof staff>>) => {
  const { permitted, because } = DecisionAnswer.parse((await call('decision', undefined, NEWS)).body);
  return { permitted, because };
};

describe('erasing over HTTP', () => {
  test('takes the person, says how it stands, and ends in a certificate', async () => {
    const desk = await staff();
    expect((await desk.call('erasure')).status).toBe(404);
    const asked = await desk.call('erase', { reason: 'asked-by-mail', reference: 'case/118' });
    expect(asked.status).toBe(200);
    const erasure = ErasureAnswer.parse(asked.body);
    expect(erasure).toMatchObject({ state: 'done', due: '2026-06-01T12:00:03.000Z' });
    expect(erasure.certificate).toBeDefined();
    expect(ErasureAnswer.parse((await desk.call('erasure')).body)).toEqual(erasure);
    expect(RecordAnswer.parse((await desk.call('record')).body).identifiers).toEqual({});
    const again = await desk.call('changes', { ...aGrant(), identifiers: { email: EMAIL } });
    expect(again).toMatchObject({ status: 422, body: { type: '/problems/suppressed' } });
  });

  test('of an id under which nothing is recorded does not say that anything was erased', async () => {
    const { one } = await staff();
    const token = await one.mint(access('rights:write'));
    const { statusCode, body } = await one.call('erase', { subject: 'mistyped', token, body: {} });
    expect([statusCode, JSON.parse(body).state]).toEqual([200, 'nothing']);
    expect(JSON.parse(body)).not.toHaveProperty('erasedAt');
  });

  test('is forbidden while a legal hold stands', async () => {
    const desk = await staff();
    await desk.call('set-hold', { action: 'place', reason: 'litigation-2026-14' });
    expect(await desk.call('erase', {})).toMatchObject({ status: 409, body: { type: '/problems/on-hold' } });
    const { standing, entries } = HoldsAnswer.parse((await desk.call('holds')).body);
    expect(standing).toBe(true);
    expect(entries.map(({ action, by }) => [action, by.person])).toEqual([
      ['refused', 'bob'],
      ['place', 'bob'],
    ]);
  });

  test('takes codes for reasons, and no words that could name her', async () => {
    const { call } = await staff();
    expect((await call('erase', { reason: 'Ada wrote from ada@example.com' })).status).toBe(422);
    expect((await call('set-hold', { action: 'place', reason: 'because of Ada' })).status).toBe(422);
  });

  test('is for those with the scope alone, and on record with who did it', async () => {
    const { one, call } = await staff();
    const reader = await one.mint(access('audit:read preferences:write'));
    for (const name of ['erase', 'set-hold', 'restrict', 'rectify'] as const)
      expect((await one.call(name, { subject: ADA, token: reader, body: {} })).statusCode).toBe(403);
    await call('erase', { reason: 'asked-by-mail' });
    expect(one.store.audits.at(-1)).toMatchObject({
      ...{ operation: 'erase', subject: ADA, status: 200, query: { reason: 'asked-by-mail' } },
      who: { client: 'staff', person: 'bob' },
    });
  });
});

describe('a restriction over HTTP', () => {
  test('permits nothing while it stands, and gives back what was chosen when it is lifted', async () => {
    const desk = await staff();
    const answer = await desk.call('restrict', { restricted: true, reason: 'accuracy-contested' });
    expect(RestrictionAnswer.parse(answer.body)).toMatchObject({ restricted: true, version: 2 });
    expect(await isPermitted(desk)).toEqual({ permitted: false, because: 'restricted' });
    expect((await desk.call('restrict', { restricted: true })).body.version).toBe(2);
    await desk.call('restrict', { restricted: false });
    expect(await isPermitted(desk)).toEqual({ permitted: true, because: 'granted' });
  });

  test('lets her see what she chose, and says in her words that it is not used', async () => {
    const desk = await staff();
    await desk.call('restrict', { restricted: true });
    const token = await desk.one.mint({ purpose: 'preferences', sub: ADA });
    const { body } = await desk.one.call('preferences', { token, query: { lang: 'da' } });
    const page = JSON.parse(body);
    expect(page.restriction).toContain('bruger det ikke');
    expect(JSON.stringify(page.brands)).toContain('"state":"granted"');
  });
});

describe('a rectification over HTTP', () => {
  const right = { choices: [{ ...NEWS, state: 'withdrawn' }], evidence: { source: 'call-centre' } };

  test('is a change whose evidence names the version it corrects', async () => {
    const desk = await staff();
    const { status, body } = await desk.call('rectify', { ...right, corrects: 1 });
    expect(status).toBe(201);
    expect(AcceptedAnswer.parse(body).version).toBe(2);
    const { versions } = (await desk.call('history')).body;
    expect(versions[0].evidence).toMatchObject({ source: 'call-centre', corrects: 1 });
    expect((await isPermitted(desk)).permitted).toBe(false);
  });

  test('corrects only what there is', async () => {
    const { call } = await staff();
    expect((await call('rectify', { ...right, corrects: 7 })).status).toBe(422);
  });
});

describe('an export', () => {
  const schema = JSON.parse(readFileSync(new URL('../../schemas/export.v1.json', import.meta.url), 'utf8'));

  test('is what the published schema says, with all of her history', async () => {
    const { call } = await staff();
    await call('restrict', { restricted: true });
    const { body } = await call('export');
    const validate = new Ajv2020({ validateFormats: false }).compile(schema);
    expect(validate(body), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...body, format: 'another' })).toBe(false);
    const { identifiers, history } = ExportAnswer.parse(body);
    expect(identifiers).toEqual({ email: EMAIL });
    expect(history).toHaveLength(2);
  });

  test('is hers to take with her own token, her addresses masked; of nobody else', async () => {
    const { one } = await staff();
    const token = await one.mint({ purpose: 'preferences', sub: ADA });
    const hers = await one.call('export', { subject: ADA, token });
    expect(hers.statusCode).toBe(200);
    expect(hers.body).not.toContain(EMAIL);
    expect((await one.call('export', { subject: 'p-other', token })).statusCode).toBe(403);
  });
});
