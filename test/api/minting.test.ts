import { describe, expect, it, test } from 'vitest';
import * as z from 'zod';
import { keyring, type OwnClaims, TokenSecret, verifyOwn } from '../../lib/http/own-tokens.ts';
import { ProblemAnswer, TokensAnswer } from '../../lib/http/schemas.ts';
import { linkRig } from './link-rig.ts';
import { access, NOW, PUBLIC_URL, type Rig, rig, SECRET } from './rig.ts';
import { read, typeOf } from './steps.ts';

const DAY = 86_400_000;
const SUBJECT = { subject: 'p-1' };
const LIST = { topic: 'acme/newsletter', channel: 'email' };
const LEAVE = { ...SUBJECT, purpose: 'unsubscribe', ...LIST };
const SEE = { ...SUBJECT, purpose: 'preferences' };
const CONFIRM = {
  ...{ ...SUBJECT, purpose: 'confirm', topic: 'orbit/events', channel: 'email' },
  request: 'AAAAAAAAAAAAAAAAAAAAAA',
};

const MINTING = access('tokens:mint', []);

const ask = async ({ call, mint }: Rig, tokens: readonly object[], claims: OwnClaims = MINTING) =>
  call('tokens', { token: await mint(claims), body: { tokens } });

const minted = async (one: Rig, tokens: readonly object[]) => {
  const response = await ask(one, tokens);
  expect(response.statusCode).toBe(200);
  return TokensAnswer.parse(JSON.parse(response.body)).tokens;
};

const claimsIn = async (token: string, secret = SECRET) =>
  (await verifyOwn(token, async (kid) => keyring(secret).get(kid), NOW))?.claims;

const faultsOf = (body: string) => ProblemAnswer.parse(JSON.parse(body)).errors;

describe('links are minted', () => {
  it('one for each that is asked for, in order, each leading to its own page', async () => {
    const links = await minted(rig(), [SEE, LEAVE, CONFIRM]);
    expect(links.map(({ url, token }) => url.replace(token, '…'))).toEqual([
      `${PUBLIC_URL}/p/…`,
      `${PUBLIC_URL}/u/…`,
      `${PUBLIC_URL}/c/…`,
    ]);
    const { purpose, subject: sub, ...rest } = CONFIRM;
    expect(await Promise.all(links.map(({ token }) => claimsIn(token)))).toEqual([
      { purpose: 'preferences', sub: 'p-1' },
      { purpose: 'unsubscribe', sub: 'p-1', ...LIST },
      { purpose, sub, ...rest },
    ]);
  });

  it('with the two headers of one-click unsubscribing for a link that stops a list, and no other', async () => {
    const mailto = 'mailto:stop@acme.example?subject=p-1';
    const [see, leave, both, confirm] = await minted(rig(), [SEE, LEAVE, { ...LEAVE, mailto }, CONFIRM]);
    expect([see?.headers, confirm?.headers]).toEqual([undefined, undefined]);
    expect(leave?.headers).toEqual({
      'List-Unsubscribe': `<${leave?.url}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
    expect(both?.headers?.['List-Unsubscribe']).toBe(`<${both?.url}>, <${mailto}>`);
  });

  it('that open the page they name', async () => {
    const one = linkRig();
    const [link] = await minted(one, [LEAVE]);
    const path = new URL(link?.url ?? '').pathname;
    expect((await one.get(path.slice('/u/'.length))).statusCode).toBe(200);
  });

  it.each([
    [SEE, 90],
    [LEAVE, 400],
    [CONFIRM, 366],
    [{ ...SEE, lifeDays: 1 }, 1],
    [{ ...LEAVE, lifeDays: 60 }, 60],
  ])('%j works for %i days, and says until when', async (wanted, days) => {
    const one = linkRig();
    const [link] = await minted(one, [wanted]);
    expect(link?.expiresAt).toBe(new Date(NOW + days * DAY).toISOString());
    const works = async () => (await one.tokens.verify(link?.token ?? '')).kind;
    one.clock.advance(days * DAY);
    expect(await works()).toBe('valid');
    one.clock.advance(DAY);
    expect(await works()).toBe('invalid');
  });

  it('for a topic that was retired: it can still be stopped, and not be confirmed', async () => {
    const { catalogue } = rig();
    const events = { brand: 'orbit', title: 'Events', purpose: 'marketing', retired: true };
    const one = rig({ catalogue: { ...catalogue, topics: { ...catalogue.topics, 'orbit/events': events } } });
    await minted(one, [{ ...LEAVE, topic: 'orbit/events' }]);
    const refused = await ask(one, [CONFIRM]);
    expect(faultsOf(refused.body)).toEqual([
      { path: 'tokens.0.topic', message: 'retired topic orbit/events' },
    ]);
  });

  test('in a header line that mail may carry, however long the names (RFC 5322: 998 characters)', async () => {
    const { catalogue } = rig();
    const topic = Array.from({ length: 5 }, () => 'a'.repeat(40)).join('/');
    const channel = 'c'.repeat(20);
    const one = rig({
      catalogue: {
        ...catalogue,
        topics: { [topic]: { brand: 'a', title: 'A', purpose: 'marketing' } },
        channels: [channel],
      },
    });
    const [link] = await minted(one, [{ ...LEAVE, subject: 's'.repeat(128), topic, channel }]);
    expect(`List-Unsubscribe: ${link?.headers?.['List-Unsubscribe']}`.length).toBeLessThan(998);
  });

  it('two hundred at a time and no more', async () => {
    const one = rig();
    const many = Array.from({ length: 200 }, (_, i) => ({ ...LEAVE, subject: `${i}-${'s'.repeat(100)}` }));
    expect(await minted(one, many)).toHaveLength(200);
    const more = await ask(one, [...many, LEAVE]);
    expect([more.statusCode, typeOf(more)]).toEqual([413, 'too-large']);
  });

  it('with the newest seed, a minute after it was set at the latest', async () => {
    const newer = TokenSecret.parse({
      seed: 'another seed that nobody would guess',
      previous: [SECRET.seed],
    });
    let secret = SECRET;
    const one = rig({ secret: async () => secret });
    await minted(one, [SEE]);
    secret = newer;
    one.clock.advance(60_000);
    const [link] = await minted(one, [SEE]);
    await expect(claimsIn(link?.token ?? '')).rejects.toThrow();
    expect(await claimsIn(link?.token ?? '', newer)).toEqual({ purpose: 'preferences', sub: 'p-1' });
  });
});

describe('nothing is minted', () => {
  const everyOther = 'preferences:write preferences:read audit:read';

  it('for a client without the scope, whatever else it may do', async () => {
    const response = await ask(rig(), [SEE], access(everyOther));
    expect([response.statusCode, typeOf(response)]).toEqual([403, 'insufficient-scope']);
    expect(response.headers['www-authenticate']).toContain('scope="tokens:mint"');
  });

  const links: readonly OwnClaims[] = [
    { purpose: 'preferences', sub: 'p-1' },
    { purpose: 'unsubscribe', sub: 'p-1', ...LIST },
    { purpose: 'confirm', sub: 'p-1', ...LIST, request: 'r' },
  ];
  it.each(links.map((claims) => [claims.purpose, claims] as const))(
    'for somebody who holds a link (%s)',
    async (_, claims) => expect(typeOf(await ask(rig(), [SEE], claims))).toBe('wrong-purpose'),
  );

  it('without a token', async () => {
    expect(typeOf(await rig().call('tokens', { body: { tokens: [SEE] } }))).toBe('missing-token');
  });

  const wrong: readonly (readonly [string, object, string])[] = [
    ['a subject that is an e-mail address', { ...SEE, subject: 'a@b.example' }, 'tokens.0.subject'],
    ['a subject that is a phone number', { ...SEE, subject: '45-1234-5678' }, 'tokens.0.subject'],
    ['an unknown topic', { ...LEAVE, topic: 'acme/newsleter' }, 'tokens.0.topic'],
    ['every topic', { ...LEAVE, topic: '*' }, 'tokens.0.topic'],
    ['a brand', { ...LEAVE, topic: 'acme/*' }, 'tokens.0.topic'],
    ['every channel', { ...LEAVE, channel: '*' }, 'tokens.0.channel'],
    ['an unknown channel', { ...LEAVE, channel: 'fax' }, 'tokens.0.channel'],
    ['no topic', { ...SUBJECT, purpose: 'unsubscribe', channel: 'email' }, 'tokens.0.topic'],
    ['a topic where none belongs', { ...SEE, topic: 'acme/newsletter' }, 'tokens.0.topic'],
    ['another purpose', { ...SUBJECT, purpose: 'access', scope: 'audit:read' }, 'tokens.0.purpose'],
    ['a life that is too short for mail', { ...LEAVE, lifeDays: 59 }, 'tokens.0.lifeDays'],
    ['a life without end', { ...SEE, lifeDays: 401 }, 'tokens.0.lifeDays'],
    ['half a day', { ...SEE, lifeDays: 0.5 }, 'tokens.0.lifeDays'],
    [
      'a header of one’s own',
      { ...LEAVE, mailto: 'mailto:a@b.example>\r\nBcc: c@d.example' },
      'tokens.0.mailto',
    ],
    ['an address that is no mailto', { ...LEAVE, mailto: 'https://b.example' }, 'tokens.0.mailto'],
    ['a request that is none', { ...CONFIRM, request: 'r' }, 'tokens.0.request'],
  ];
  it.each(wrong)('for %s', async (_, wanted, path) => {
    const response = await ask(rig(), [wanted]);
    expect([response.statusCode, typeOf(response)]).toEqual([422, 'invalid-request']);
    expect(faultsOf(response.body)?.map((fault) => fault.path)).toEqual([path]);
    expect(response.body).not.toContain('@');
  });

  it('of a request in which one entry is wrong', async () => {
    const response = await ask(rig(), [SEE, { ...LEAVE, topic: 'acme/none' }, SEE]);
    expect(faultsOf(response.body)).toEqual([{ path: 'tokens.1.topic', message: 'unknown topic acme/none' }]);
    expect(response.body).not.toContain('eyJ');
  });

  it('for nobody', async () => expect(typeOf(await ask(rig(), []))).toBe('invalid-request'));
});

const Line = z.looseObject({ function: z.string(), status: z.number() });

test('what is minted is not logged, nor for whom', async () => {
  const one = rig();
  const [link] = await minted(one, [{ ...SEE, subject: 'somebody' }]);
  await read(one, link?.token, 'somebody');
  expect(one.lines.map((line) => Line.parse(line).function)).toEqual(['tokens', 'record']);
  for (const part of [link?.token ?? '', 'somebody']) expect(JSON.stringify(one.lines)).not.toContain(part);
});
