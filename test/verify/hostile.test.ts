import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bringing, judge, said } from './judge.ts';
import {
  aHistory,
  aKey,
  aLog,
  at,
  canonical,
  manifestOf,
  mirrored,
  type Parts,
  seal,
  sha256,
  signed,
  stored,
  subjectParts,
} from './pack.ts';
import { type File, zip } from './zip.ts';

const key = aKey();
const brought = { keys: bringing(key) };
const alice = stored(aHistory('alice', { count: 2 }));
const honest = subjectParts('alice', alice, aLog(alice, { periods: [{ from: at(0), to: at(15) }], key }));
const pack = seal(honest, key);

/** Files that whoever has the key could put into a pack. */
const holding = (files: readonly File[], head: Parts['head'] = honest.head): Promise<string> => {
  const manifest = manifestOf(head, files);
  const jws = signed(manifest, 'heed-manifest', key);
  return said(
    zip([...files, ['manifest.json', Buffer.from(manifest)], ['manifest.jws', Buffer.from(jws)]]),
    brought,
  );
};

const versions = (text: string): Promise<string> => holding([['versions.jsonl', Buffer.from(text)]]);

interface Splice {
  readonly place: number;
  readonly gone: number;
  readonly added: Uint8Array;
}

const splices = fc.record({
  place: fc.nat(pack.length),
  gone: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(pack.length)),
  added: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(70_000))),
});

const spliced = ({ place, gone, added }: Splice): Buffer =>
  Buffer.concat([pack.subarray(0, place), added, pack.subarray(place + gone)]);

describe('whatever is cut out of a pack or put into it', () => {
  test('makes it not valid, and something is named', async () => {
    const property = fc.asyncProperty(splices, async (splice) => {
      const altered = spliced(splice);
      fc.pre(!altered.equals(pack));
      const { valid, fault } = await judge(altered, brought);
      expect(valid).toBe(false);
      expect(fault?.message).toMatch(/\w/);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  test('would pass a reader who stops where the zip ends', async () => {
    const property = fc.asyncProperty(splices, async (splice) => {
      const altered = spliced({ ...splice, place: pack.length });
      fc.pre(!altered.equals(pack));
      expect((await judge(altered.subarray(0, pack.length), brought)).valid).toBe(false);
    });
    expect((await fc.check(property, { numRuns: 50, seed: 20_260_501 })).failed).toBe(true);
  });

  test('is named also where nothing of a pack is left', async () => {
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
      expect((await judge(Buffer.from(bytes), brought)).fault?.message).toMatch(/zip|byte/);
    });
    await fc.assert(property);
  });
});

describe('a file that is', () => {
  const LONG = 'has a line longer than any that Heed writes';

  test('a line without an end is left in good time', async () => {
    const zeros = Buffer.alloc(16 * 1024 * 1024, '1');
    expect(await holding([['versions.jsonl.gz', gzipSync(zeros)]])).toBe(`versions.jsonl.gz: ${LONG}`);
  });

  test('nested without an end is named', async () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    const DEEP = 'alice version 1: its text is nested too deep to be of Heed';
    expect(await versions(`${deep}\n`)).toBe(DEEP);
    expect(await versions(`{"b":1,"a":${deep}}\n`)).toBe(DEEP);
    expect(await versions(`${'['.repeat(200_000)}\n`)).toBe('alice version 1: its text is not JSON');
  });

  test('cut off inside its gzip is named', async () => {
    const lines = Buffer.from(honest.versions.map((line) => `${line}\n`).join(''));
    expect(await holding([['versions.jsonl.gz', gzipSync(lines).subarray(0, 200)]])).toBe(
      'versions.jsonl.gz: cannot be unpacked: its gzip data was altered or cut off',
    );
  });

  test.each([
    ['begins with a byte order mark', (text: string) => `\uFEFF${text}`, 'its text is not JSON'],
    ['has other line ends', (text: string) => text.replaceAll('\n', '\r\n'), CANONICAL()],
    ['has an empty line', (text: string) => `\n${text}`, 'its text is not JSON'],
    ['has spaces', (text: string) => text.replace(':', ': '), CANONICAL()],
    ['escapes what need not be', (text: string) => text.replace('alice', '\\u0061lice'), CANONICAL()],
    ['names a member twice', (text: string) => text.replace('{', '{"digest":"",'), CANONICAL()],
    ['has another order of names', (text: string) => text.replace('{', '{"z":1,'), CANONICAL()],
    ['names __proto__', (text: string) => text.replace('{', '{"__proto__":{"broken":true},'), PROTO()],
    ['is a list', () => '[]\n', 'its text is not a JSON object'],
    ['is null', () => 'null\n', 'its text is not a JSON object'],
  ])('JSON that %s is named', async (_, spoil, sentence) => {
    const text = honest.versions.map((line) => `${line}\n`).join('');
    expect(await versions(spoil(text))).toBe(`alice version 1: ${sentence}`);
  });

  function CANONICAL(): string {
    return 'its text is not in the one form that canonical JSON allows';
  }

  function PROTO(): string {
    return 'has a member "__proto__", which does not belong there';
  }

  test('a document with names that are numbers is read as RFC 8785 orders them', async () => {
    const order = (names: string): string =>
      `{"change":{"evidence":{"source":"x"}},"extra":{${names}},"previous":null,"recordedAt":"${at(0)}","subject":"alice","version":1}`;
    const one = async (document: string): Promise<string> => {
      const digest = sha256(document);
      const line = canonical({ digest, document, subject: 'alice', version: 1 });
      const head = { ...honest.head, versions: 1, newest: { version: 1, digest } };
      return holding([['versions.jsonl', Buffer.from(`${line}\n`)]], head);
    };
    expect(await one(order('"10":1,"9":2'))).toBe('valid');
    expect(await one(order('"9":2,"10":1'))).toBe(`alice version 1: ${CANONICAL()}`);
    expect(await one(order('"__proto__":{"subject":"bob"}'))).toBe('valid');
  });
});

describe('a container whose', () => {
  const named = (name: string): Promise<string> => said(zip([[name, Buffer.from('')]]), brought);

  test.each(['../key.pem', '/etc/passwd', 'a//b', 'a/./b', 'a\\b', 'C:x', '', 'a b', 'ä', 'x'.repeat(256)])(
    'file is called %j is named',
    async (name) => {
      expect(await named(name)).toMatch(
        /^byte \d+ of the pack: (this is no name that a file of a pack may have|the place of the central directory cannot be right|.*length of the name)/,
      );
    },
  );

  test('files have one name twice is named', async () => {
    const twice = zip([
      ...filesOfTwo(),
      ['manifest.json', Buffer.from('')],
      ['manifest.jws', Buffer.from('')],
    ]);
    expect(await said(twice, brought)).toBe('byte 32 of the pack: there is a second file of the name a');
  });

  const filesOfTwo = (): readonly File[] => [
    ['a', Buffer.from('1')],
    ['a', Buffer.from('2')],
  ];

  test('manifest is not last, or missing, is named', async () => {
    expect(await said(zip([['manifest.json', Buffer.from('')]]), brought)).toBe(
      'the pack: does not end with manifest.json and manifest.jws',
    );
    expect(await said(zip([]), brought)).toBe('the pack: does not end with manifest.json and manifest.jws');
  });
});

describe('a manifest', () => {
  const reading = (change: object): Promise<string> =>
    holding([], { ...honest.head, versions: 0, ...change });

  test.each([
    [{ kind: 'all' }, 'manifest.json: its kind is neither "subject" nor "period"'],
    [{ createdAt: 'today' }, 'manifest.json: its "createdAt" is not a time in UTC with milliseconds'],
    [{ versions: -1 }, 'manifest.json: its "versions" is not a whole number'],
    [{ more: 1 }, 'manifest.json: has a member "more", which does not belong there'],
    [{ newest: 'none' }, 'manifest.json: its "newest" is not an object'],
  ])('with %j is named', async (change, sentence) => {
    expect(await reading(change)).toBe(sentence);
  });

  test('of a format that is not known is not judged', async () => {
    await expect(reading({ format: 'heed-evidence-pack/3' })).rejects.toThrow(
      'the pack is of the format heed-evidence-pack/3; this program knows heed-evidence-pack/2',
    );
  });

  test('of the first format, which was signed in either form, is not called changed', async () => {
    const manifest = manifestOf({ ...honest.head, format: 'heed-evidence-pack/1' }, []);
    const [header, payload, signature = ''] = signed(manifest, 'heed-manifest', key).split('.');
    const other = mirrored(Buffer.from(signature, 'base64url')).toString('base64url');
    const old = zip([
      ['manifest.json', Buffer.from(manifest)],
      ['manifest.jws', Buffer.from(`${header}.${payload}.${other}`)],
    ]);
    await expect(said(old, brought)).rejects.toThrow('the pack is of the format heed-evidence-pack/1;');
  });
});
