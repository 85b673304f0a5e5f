import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { keyring, TokenSecret, verifyOwn } from '../../lib/http/own-tokens.ts';
import { TokensAnswer } from '../../lib/http/schemas.ts';
import { readSecrets } from '../../local/secrets.ts';
import { tokenCommand } from '../../scripts/token/command.ts';
import { startService } from '../aws-store/bare-server.ts';
import { root } from '../conventions/tree.ts';
import { aFolder, afterwards } from './cleanup.ts';

const DAY = 86_400_000;
const LIST = ['--topic', 'acme/newsletter', '--channel', 'email'];

/** A data folder as a first start leaves it, and what it signs with. */
const aDataFolder = () => {
  const data = aFolder();
  return { data, secret: readSecrets(data).tokens };
};

const claimsIn = async (token: string, secret: TokenSecret) =>
  (await verifyOwn(token, async (kid) => keyring(secret).get(kid), Date.now()))?.claims;

const tokenOf = (link: string): string => link.slice(link.lastIndexOf('/') + 1);

describe('npm run token', () => {
  test('prints a link to somebody’s preferences, signed with the seed of the data folder', async () => {
    const { data, secret } = aDataFolder();
    const link = await tokenCommand(['p-1001', '--data', data], {});
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:8787\/p\/\S+$/);
    expect(await claimsIn(tokenOf(link), secret)).toEqual({ purpose: 'preferences', sub: 'p-1001' });
    expect(tokenOf(await tokenCommand(['p-1001'], { HEED_DATA: data }))).toMatch(/^eyJ/);
  });

  test('prints a link that stops one list with the two headers of its message', async () => {
    const { data, secret } = aDataFolder();
    const where = ['--data', data, '--url', 'https://preferences.acme.example'];
    const [link = '', gap, ...headers] = (await tokenCommand(['p-1001', ...LIST, ...where], {})).split('\n');
    expect(link.replace(tokenOf(link), '')).toBe('https://preferences.acme.example/u/');
    expect([gap, ...headers]).toEqual([
      '',
      `List-Unsubscribe: <${link}>`,
      'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    ]);
    const list = { topic: 'acme/newsletter', channel: 'email' };
    expect(await claimsIn(tokenOf(link), secret)).toEqual({ purpose: 'unsubscribe', sub: 'p-1001', ...list });
  });

  test('--json prints what the API would answer, and --days says how long it works', async () => {
    const { data } = aDataFolder();
    const mailto = 'mailto:stop@acme.example';
    const more = ['--json', '--days', '61', '--mailto', mailto, '--data', data];
    const before = Math.floor(Date.now() / 1000) * 1000;
    const line = await tokenCommand(['p-1001', ...LIST, ...more], {});
    expect(line).not.toContain('\n');
    const [minted] = TokensAnswer.parse({ tokens: [JSON.parse(line)] }).tokens;
    expect(minted?.headers?.['List-Unsubscribe']).toBe(`<${minted?.url}>, <${mailto}>`);
    const lives = Date.parse(minted?.expiresAt ?? '') - before;
    expect(lives).toBeGreaterThanOrEqual(61 * DAY);
    expect(lives).toBeLessThan(61 * DAY + 60_000);
  });

  test('--help says what there is', async () => {
    const help = await tokenCommand(['--help'], {});
    for (const option of [
      '<subject>',
      '--topic',
      '--channel',
      '--days',
      '--data',
      '--stack',
      '--url',
      '--json',
    ])
      expect(help).toContain(option);
  });

  test.each([
    [[], 'Name one subject; --help says how'],
    [['p-1', 'p-2'], 'Name one subject; --help says how'],
    [['ada@example.com'], /looks like an e-mail address/],
    [['+4512345678'], /a subject is 1 to 128 characters/],
    [['45-1234-5678'], /looks like a phone number/],
    [['p-1', '--topic', 'acme/newsletter'], /--topic and --channel go together/],
    [['p-1', '--topic', 'acme/newsleter', '--channel', 'email'], /unknown topic acme\/newsleter/],
    [['p-1', '--topic', 'acme/newsletter', '--channel', 'fax'], /unknown channel fax/],
    [['p-1', '--topic', '*', '--channel', 'email'], /a topic is a path/],
    [['p-1', ...LIST, '--days', '30'], 'at least 60 days'],
    [['p-1', '--days', 'ten'], '--days ten is not a number of days'],
    [['p-1', '--mailto', 'mailto:a@b.example'], /name --topic and --channel/],
    [['p-1', '--url', 'https://acme.example/p/'], /is not an origin/],
    [['p-1', '--colour'], /--colour/],
    [['p-1', '--stack', 'Heed'], 'Say with --url where people reach this stack'],
  ])('%j is one clear error', async (args, message) => {
    const { data } = aDataFolder();
    const error = await tokenCommand([...args], { HEED_DATA: data }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof Error)) throw new Error('a link was made');
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('ada@');
  });

  test('a folder in which no engine ever ran is named, and none is made', async () => {
    const data = join(aFolder(), 'none');
    await expect(tokenCommand(['p-1', '--data', data], {})).rejects.toThrow(
      `There is no ${join(data, 'secrets.json')}: start Heed once`,
    );
  });

  test('ends with 1 and one line where there is no link, and is run by npm', {
    timeout: 60_000,
  }, async () => {
    const { data } = aDataFolder();
    const run = (...args: string[]) =>
      promisify(execFile)('npm', ['run', '--silent', 'token', '--', ...args], { cwd: root });
    const { stdout } = await run('p-1001', '--data', data);
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:8787\/p\/\S+\n$/);
    const failed = await run('p-1001', '--data', join(data, 'none')).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/There is no .*\n$/) });
  });
});

describe('npm run token --stack', () => {
  afterEach(() => vi.unstubAllEnvs());

  const withSecret = async (name: string, secret: object) => {
    const service = await startService(({ input }) =>
      input['SecretId'] === name
        ? { status: 200, body: { Name: name, SecretString: JSON.stringify(secret) } }
        : { status: 400, body: { __type: 'ResourceNotFoundException' } },
    );
    afterwards(service.stop);
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', service.endpoint);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  };
  const SECRET = TokenSecret.parse({ seed: 'a seed that nobody would guess, of fair length' });
  const URL = ['--url', 'https://preferences.acme.example'];

  test('signs with the secret of the stack', async () => {
    await withSecret('Heed/tokens', SECRET);
    const link = await tokenCommand(['p-1001', '--stack', 'Heed', ...URL], {});
    expect(link).toMatch(/^https:\/\/preferences\.acme\.example\/p\//);
    expect(await claimsIn(tokenOf(link), SECRET)).toEqual({ purpose: 'preferences', sub: 'p-1001' });
  });

  test('says so where there is no such secret', async () => {
    await withSecret('Heed/tokens', SECRET);
    await expect(tokenCommand(['p-1001', '--stack', 'Other', ...URL], {})).rejects.toThrow(
      'There is no secret Other/tokens that tokens could be signed with',
    );
  });
});
