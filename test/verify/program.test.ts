import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { aHistory, aKey, aLog, at, seal, stored, subjectParts } from './pack.ts';

const own = fileURLToPath(new URL('../../verify/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'heed-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The program as an auditor has it: its folder, copied to where there is nothing else. */
const program = join(folder, 'copied');
cpSync(own, program, { recursive: true });

const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const [key, other] = [aKey(), aKey()];
const alice = stored(aHistory('alice', { count: 3 }));
const log = aLog(alice, { periods: [{ from: at(0), to: at(15) }], key });
const whole = seal(subjectParts('alice', alice, log), key);
const pack = file('pack.zip', whole);
const pem = file('key.pem', key.pem);
const jwk = file('key.json', JSON.stringify(key.jwk));
const set = file('keys.json', JSON.stringify({ keys: [other.jwk, key.jwk] }));
const flipped = Buffer.from(whole);
flipped.write('denied!', whole.indexOf('withdrawn'));
const spoiled = file('spoiled.zip', flipped);

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const heed = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(program, 'heed.mjs'), ...args],
      { cwd: folder },
      (_, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

describe('heed verify', () => {
  test.each([
    ['PEM', [pem]],
    ['a JWK', [jwk]],
    ['a JWK set', [set]],
  ])(
    'says that a pack is valid, and what of it is proved, to whoever brings the key as %s',
    async (_, files) => {
      const { code, out, err } = await heed('verify', pack, ...files.flatMap((one) => ['--key', one]));
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(
        /^VALID\n {2}pack +the versions of alice, made at 2026-05-01T10:30:00.000Z, signed with the key/,
      );
      expect(out).toContain(
        'not proved  1, newer than any checkpoint in the pack (the first: alice version 3)',
      );
    },
  );

  test('names the first version that is not what it was, and says that it was changed after it was signed', async () => {
    const { code, out } = await heed('verify', spoiled, '--key', pem);
    expect(code).toBe(1);
    expect(out).toBe(
      'NOT VALID\n  alice version 2: its document is not what its digest says.\n  altered     versions.jsonl was changed after Heed had signed the pack; the signature itself holds\n',
    );
  });

  test('says the same as JSON', async () => {
    const good = await heed('verify', pack, '--key', pem, '--json');
    expect(JSON.parse(good.out)).toMatchObject({
      valid: true,
      checked: { pack: { kind: 'subject', subject: 'alice' }, versions: 3, proved: 2 },
    });
    const bad = await heed('verify', spoiled, '--key', pem, '--json');
    expect(JSON.parse(bad.out)).toMatchObject({
      valid: false,
      altered: 'versions.jsonl',
      fault: { subject: 'alice', version: 2, file: 'versions.jsonl', line: 2 },
    });
    const not = await heed('verify', join(folder, 'none.zip'), '--key', pem, '--json');
    expect(JSON.parse(not.out)).toMatchObject({
      valid: null,
      reason: expect.stringContaining('cannot be read'),
    });
  });

  test('takes checkpoints from a file, or from a folder of them', async () => {
    mkdirSync(join(folder, 'kept'));
    const kept = file('kept/0000000001.jws', log[0]?.jws ?? '');
    for (const path of [kept, join(folder, 'kept')]) {
      const { code, out } = await heed('verify', pack, '--key', pem, '--checkpoints', path);
      expect(code).toBe(0);
      expect(out).toContain(
        'collected   1 of the 1 checkpoints you brought are in the pack, and are the same',
      );
    }
  });

  test('does not take the key from the pack, and says why', async () => {
    const { code, out, err } = await heed('verify', pack);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe(
      'NOT CHECKED\n  bring the public key (--key). The one in the pack proves nothing: whoever forges a pack puts their own key into it.\n',
    );
  });

  test('says that a pack signed with another key is not valid', async () => {
    const { code, out } = await heed('verify', pack, '--key', file('other.pem', other.pem));
    expect(code).toBe(1);
    expect(out).toContain(
      `manifest.jws: is signed with the key ${key.kid}, which is none of those you brought`,
    );
  });

  test.each([
    [['verify'], 'say what to verify.'],
    [['prove', 'pack.zip'], 'say what to verify.'],
    [['verify', 'pack.zip', '--trust'], "Unknown option '--trust'"],
    [['verify', 'none.zip', '--key', 'key.pem'], 'none.zip cannot be read: ENOENT'],
    [['verify', 'pack.zip', '--key', 'none.pem'], 'none.pem cannot be read: ENOENT'],
    [
      ['verify', 'pack.zip', '--key', 'pack.zip'],
      'pack.zip holds no public key that can be used here: a key is a PEM text',
    ],
    [['verify', 'pack.zip', '--key', 'key.pem', '--checkpoints', 'none'], 'none cannot be read: ENOENT'],
    [['verify', '.', '--key', 'key.pem'], '. cannot be read: EISDIR'],
  ])('%j is not checked, and never with a stack trace', async (args, reason) => {
    const { code, out, err } = await heed(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`NOT CHECKED\n  ${reason}`);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('refuses a private key, and keys that Heed does not sign with', async () => {
    const secret = key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const { err } = await heed('verify', pack, '--key', file('private.pem', secret));
    expect(err).toContain('it is a private key, which nobody but Heed should have');
    const rsa = file('rsa.json', '{"kty":"RSA","n":"sXch","e":"AQAB"}');
    expect((await heed('verify', pack, '--key', rsa)).err).toContain(
      'Heed signs with keys on the curve P-256',
    );
  });

  test('has a help, and the version of the package', async () => {
    expect((await heed('--help')).out).toContain('heed verify <pack> --key <file>');
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect((await heed('--version')).out).toBe(`${version}\n`);
  });
});
