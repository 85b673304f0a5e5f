import { describe, expect, it, test } from 'vitest';
import { keyring, mintToken, type OwnClaims, TokenSecret } from '../../lib/http/own-tokens.ts';
import { aReader, BUTTON, LEAVING, LIST, type LinkRig, linkRig, ONE_CLICK, STOPPED } from './link-rig.ts';
import { access, NOW, SECRET } from './rig.ts';
import { record, states } from './steps.ts';

const DAY = 86_400_000;

/** Another character in its place, of whose six bits the highest differs: no other spelling of the same bytes. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const altered = (token: string, at: number): string => {
  const place = ALPHABET.indexOf(token.charAt(at));
  const other = place < 0 ? 'A' : ALPHABET.charAt(place ^ 32);
  return `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
};

describe('a token that is not good for this', () => {
  /** One and the same page, and nothing stored. */
  const refused = async (one: LinkRig, token: string) => {
    const answers = [await one.get(token), await one.post(token, ONE_CLICK), await one.post(token, BUTTON)];
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    expect(one.store.size()).toBe(0);
    return answers[0];
  };

  test('because it was tampered with, wherever, is answered 404 and stops nothing', async () => {
    const one = linkRig();
    const token = await one.mint(LEAVING);
    const none = await refused(one, 'none');
    expect(none?.statusCode).toBe(404);
    for (let at = 0; at < token.length; at++) expect(await refused(one, altered(token, at))).toEqual(none);
    expect((await one.post(token, ONE_CLICK)).statusCode).toBe(200);
  });

  const made: readonly OwnClaims[] = [
    { purpose: 'preferences', sub: 'alice' },
    { purpose: 'confirm', sub: 'alice', ...LIST, request: 'r' },
    access('preferences:write preferences:read audit:read tokens:mint'),
  ];
  it.each(made.map((claims) => [claims.purpose, claims] as const))(
    'because it was made for something else (%s) is refused exactly like one that was tampered with',
    async (_, claims) => {
      const one = linkRig();
      const token = await one.mint(claims);
      expect(await refused(one, token)).toEqual(await refused(one, altered(token, 200)));
    },
  );

  it('because its time is over is said to be old, of whomever it speaks', async () => {
    const { one, token } = await aReader();
    const nobody = await one.mint({ ...LEAVING, sub: 'nobody' });
    one.clock.advance(401 * DAY);
    const old = await one.post(token, ONE_CLICK);
    expect(old.statusCode).toBe(410);
    expect(await one.post(nobody, ONE_CLICK)).toEqual(old);
    expect(one.store.size()).toBe(1);
  });
});

describe('a link opens nothing but its own page', () => {
  const routes = [
    ...(['changes', 'record', 'decision', 'history', 'deliveries', 'lookup'] as const),
    ...(['tokens', 'preferences', 'save-preferences', 'signals'] as const),
    ...(['erase', 'erasure', 'set-hold', 'holds', 'restrict', 'rectify', 'export'] as const),
  ];

  it.each(routes)('not %s', async (route) => {
    const { one, token } = await aReader();
    const query = { topic: LIST.topic, channel: LIST.channel };
    const refused = await one.call(route, { subject: 'alice', token, query, body: { choices: [] } });
    expect([401, 403]).toContain(refused.statusCode);
    expect(one.store.size()).toBe(1);
  });
});

describe('a link works', () => {
  it.each([61, 400])('%i days after it was made', async (days) => {
    const { one, token } = await aReader();
    one.clock.advance(days * DAY);
    expect((await one.get(token)).statusCode).toBe(200);
    expect((await one.post(token, ONE_CLICK)).statusCode).toBe(200);
    expect(states((await record(one)).view)).toEqual(STOPPED);
  });

  it('after its seed was replaced, and no longer once the seed is gone', async () => {
    const token = await mintToken(SECRET, LEAVING, { at: NOW });
    const seed = 'another seed that nobody would guess';
    const rotated = TokenSecret.parse({ seed, previous: [SECRET.seed] });
    expect(keyring(rotated).size).toBe(2);
    const kept = linkRig({ secret: async () => rotated });
    expect((await kept.post(token, ONE_CLICK)).statusCode).toBe(200);
    expect(kept.store.size()).toBe(1);
    const gone = linkRig({ secret: async () => TokenSecret.parse({ seed }) });
    expect((await gone.post(token, ONE_CLICK)).statusCode).toBe(404);
    expect(gone.store.size()).toBe(0);
  });

  it('and is never logged, nor is whom it speaks of', async () => {
    const { one, token } = await aReader();
    await one.get(token);
    await one.post(token, ONE_CLICK);
    await one.post('nothing', ONE_CLICK);
    expect(one.logged.map(({ route, status }) => `${route} ${status}`)).toEqual([
      'GET /u/{token} 200',
      'POST /u/{token} 200',
      'POST /u/{token} 404',
    ]);
    const text = JSON.stringify(one.logged);
    for (const part of [token, ...token.split('.'), 'alice']) expect(text).not.toContain(part);
  });
});
