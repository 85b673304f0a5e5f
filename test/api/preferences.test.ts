import { describe, expect, it } from 'vitest';
import type { PageChange, PageModel, SavedModel } from '../../lib/page/model.ts';
import { access, aStop, type Request, type Rig, rig } from './rig.ts';
import { typeOf } from './steps.ts';

const NEWS = { topic: 'acme/newsletter', channel: 'email' };
const SHARING = { topic: 'acme/data-sharing', channel: '*' };
const NOTICE = { id: 'marketing', version: '4', language: 'en' };

const change = (version: number, parts: Partial<PageChange> = {}): PageChange => ({
  ...{ version, controls: [], preferences: [], notice: NOTICE },
  ...parts,
});

async function hers() {
  const one = rig();
  const token = await one.mint({ purpose: 'preferences', sub: 'alice' });
  const load = async (request: Request = {}): Promise<PageModel> =>
    JSON.parse((await one.call('preferences', { token, ...request })).body);
  const post = (body: unknown, request: Request = {}) =>
    one.call('save-preferences', { token, body, ...request });
  const save = async (body: PageChange, request: Request = {}): Promise<SavedModel> =>
    JSON.parse((await post(body, request)).body);
  return { one, token, load, post, save };
}

const isOn = ({ brands }: PageModel, { topic, channel }: typeof NEWS): boolean | undefined =>
  brands
    .flatMap(({ topics }) => topics)
    .flatMap(({ controls }) => controls)
    .find((control) => control.topic === topic && control.channel === channel)?.on;

describe('a person’s own preferences', () => {
  it('are had with her own token alone, and nobody learns more', async () => {
    const { one } = await hers();
    const unsubscribe = { purpose: 'unsubscribe', sub: 'alice', ...NEWS } as const;
    const asked = async (token?: string) =>
      typeOf(await one.call('preferences', token === undefined ? {} : { token }));
    expect(await asked()).toBe('missing-token');
    expect(await asked('no.such.token')).toBe('invalid-token');
    expect(await asked(await one.mint(unsubscribe))).toBe('wrong-purpose');
    expect(await asked(await one.mint(access('preferences:read preferences:write audit:read')))).toBe(
      'wrong-purpose',
    );
  });

  it('are saved, and come back as they are then, with what takes them back', async () => {
    const { load, save, one } = await hers();
    const page = await load();
    const saved = await save(change(page.version, { controls: [{ ...NEWS, on: true }] }));
    expect(saved).toMatchObject({
      outcome: 'saved',
      status: 'Saved: Newsletter by e-mail is on.',
      asked: [],
      undo: { version: 1, controls: [{ ...NEWS, on: false }] },
    });
    expect(isOn(saved.page, NEWS)).toBe(true);
    one.clock.advance(1000);
    if (!saved.undo) throw new Error('nothing to undo');
    const back = await save(saved.undo);
    expect(back.status).toBe('Saved: Newsletter by e-mail is off.');
    expect(isOn(await load(), NEWS)).toBe(false);
  });

  it('speak the language that is asked for, else hers, else the browser’s, else the first', async () => {
    const { load, save } = await hers();
    const accepts = { headers: { 'accept-language': 'de-AT,de;q=0.9' } };
    expect((await load()).language).toBe('en');
    expect((await load(accepts)).language).toBe('de');
    await save(change(0, { preferences: [{ key: 'language', value: 'da' }] }));
    expect((await load(accepts)).language).toBe('da');
    expect((await load({ ...accepts, query: { lang: 'ar' } })).language).toBe('ar');
    expect((await load({ query: { lang: 'tlh' } })).language).toBe('da');
  });

  it('say what was stopped since, and record the rest', async () => {
    const { save, load, one, token } = await hers();
    await one.call('changes', { subject: 'alice', token, body: aStop() });
    one.clock.advance(1000);
    const controls = [
      { ...NEWS, on: true },
      { topic: 'acme/offers', channel: 'sms', on: true },
    ];
    const saved = await save(change(0, { controls }));
    expect(saved.outcome).toBe('asked');
    expect(saved.asked).toEqual([NEWS]);
    expect(saved.status).toMatch(/^Saved: Offers by text message is on\. One choice was stopped elsewhere/);
    const page = await load();
    expect([isOn(page, NEWS), isOn(page, { topic: 'acme/offers', channel: 'sms' })]).toEqual([false, true]);
  });

  it('are refused field by field where they cannot be taken, and what was switched off is off', async () => {
    const { save, load, post, one } = await hers();
    await save(change(0, { controls: [{ ...NEWS, on: true }] }));
    one.clock.advance(1000);
    const response = await post(
      change(1, {
        controls: [
          { ...NEWS, on: false },
          { topic: 'acme/offers', channel: 'fax', on: true },
        ],
        preferences: [{ key: 'interest.cycling', value: 'maybe' }],
      }),
    );
    expect(response.statusCode).toBe(422);
    expect(JSON.parse(response.body)).toMatchObject({
      type: '/problems/invalid-request',
      detail: 'Not everything could be saved: see below. What you switched off is off.',
      errors: [
        { path: 'acme/offers fax', message: 'Offers by fax: this way is not offered.' },
        { path: 'interest.cycling', message: expect.stringContaining('choose one of the answers') },
      ],
    });
    expect(isOn(await load(), NEWS)).toBe(false);
  });

  it.each([
    ['no JSON', { raw: 'on=1', body: undefined }, 400],
    ['another type', { raw: '{}', headers: { 'content-type': 'text/plain' } }, 415],
    ['too long', { raw: JSON.stringify({ controls: ['x'.repeat(140_000)] }) }, 413],
    ['another shape', { body: { version: -1 } }, 422],
  ])('%s is refused', async (_, request, status) => {
    const { one, token } = await hers();
    expect((await one.call('save-preferences', { token, ...request })).statusCode).toBe(status);
    expect(one.store.size()).toBe(0);
  });

  it('log neither the token nor whose it is', async () => {
    const { one, token, load, save } = await hers();
    await load();
    await save(change(0, { controls: [{ ...NEWS, on: true }] }));
    expect(JSON.stringify(one.lines)).not.toContain(token);
    expect(JSON.stringify(one.lines)).not.toContain('alice');
    expect(one.lines.length).toBeGreaterThanOrEqual(2);
  });
});

const GPC = { headers: { 'sec-gpc': '1' } };

describe('a browser’s opt-out signal', () => {
  it('is honoured by looking, once, and told', async () => {
    const { load, save, one } = await hers();
    expect((await load(GPC)).signal?.honoured).toBe(true);
    expect(one.store.size()).toBe(1);
    await load(GPC);
    expect(one.store.size()).toBe(1);
    one.clock.advance(1000);
    const saved = await save(change(1, { controls: [{ ...SHARING, on: true }] }), GPC);
    expect([saved.outcome, saved.page.signal?.honoured]).toEqual(['saved', false]);
    expect((await load(GPC)).signal?.honoured).toBe(false);
    expect(one.store.size()).toBe(2);
  });

  it.each([
    ['without it', {}],
    ['with another value', { headers: { 'sec-gpc': '0' } }],
    [
      'of a page that is only fetched ahead',
      { headers: { 'sec-gpc': '1', 'sec-purpose': 'prefetch;prerender' } },
    ],
    ['fetched ahead in the old way', { headers: { 'sec-gpc': '1', purpose: 'prefetch' } }],
  ])('looking %s writes nothing and shows no signal', async (_, request) => {
    const { load, one } = await hers();
    expect((await load(request)).signal).toBeUndefined();
    expect(one.store.size()).toBe(0);
  });

  const signalled = async (one: Rig, token: string, body: unknown = { signal: 'gpc' }) =>
    one.call('signals', { subject: 'alice', token, body });

  it('is passed on by systems for those they know, and by a person for herself', async () => {
    const { one, token } = await hers();
    const client = await one.mint(access('preferences:write', ['call-centre', 'preference-center']));
    const first = await signalled(one, client, { signal: 'gpc', evidence: { source: 'preference-center' } });
    expect(first.statusCode).toBe(201);
    expect(first.headers['etag']).toBe('"1"');
    expect(JSON.parse(first.body)).toEqual({
      subject: 'alice',
      version: 1,
      withdrawn: ['acme/data-sharing'],
    });
    const again = await signalled(one, token);
    expect(again.statusCode).toBe(200);
    expect(JSON.parse(again.body)).toEqual({ subject: 'alice', version: 1, withdrawn: [] });
    expect((await one.store.records.newest('alice'))?.version.change.evidence).toMatchObject({
      source: 'preference-center',
      actor: { kind: 'subject' },
      method: 'signal',
    });
  });

  it('is refused from whoever may not say it, and where it is no signal that is known', async () => {
    const { one, token } = await hers();
    const other = await one.mint({ purpose: 'preferences', sub: 'bob' });
    const reading = await one.mint(access('preferences:read'));
    const foreign = await one.mint(access('preferences:write', ['hubspot']));
    expect(typeOf(await signalled(one, other))).toBe('wrong-subject');
    expect(typeOf(await signalled(one, reading))).toBe('insufficient-scope');
    const borrowed = { signal: 'gpc', evidence: { source: 'call-centre' } };
    expect(typeOf(await signalled(one, foreign, borrowed))).toBe('forbidden-source');
    expect(typeOf(await signalled(one, token, { signal: 'dnt' }))).toBe('invalid-request');
    expect(one.store.size()).toBe(0);
  });
});
