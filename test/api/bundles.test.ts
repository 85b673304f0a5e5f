import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { ownBytes, type Parts, partsOf } from '../../bench/own-bytes.ts';
import { type Bundle, bundle, bundlesFor } from '../../cdk/bundles.ts';
import { functions, servesOneLane } from '../../functions/registry.ts';
import { destinations } from '../../lib/destinations/index.ts';

const ids = Object.keys(destinations);
let folder = '';
let metafile: Metafile;

/** Every function as the stack bundles it, for every destination there is, polled or not. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heed-bundles-'));
  const served = ids.map((id) => ({ id, pollEvery: 5 }));
  metafile = bundle(bundlesFor(functions, served), folder, { write: false });
});
afterAll(() => rmSync(folder, { recursive: true }));

const parts = (of: Bundle): Parts => partsOf(metafile, folder, of);

/** The destination whose file this is, or whose folder it is in. */
const ownerOf = (file: string): string | undefined => {
  const [, name = ''] = /^lib\/destinations\/([^/.]+)/.exec(file) ?? [];
  return Object.hasOwn(destinations, name) ? name : undefined;
};

describe('a function bundles nothing it does not use', () => {
  it.each([
    { name: 'health', unused: /@aws-sdk|zod|jose|undici/ },
    { name: 'openapi', unused: /@aws-sdk|jose|undici/ },
    { name: 'decision', unused: /client-(kms|sqs|eventbridge)|undici|libphonenumber|lib\/destinations/ },
    { name: 'record', unused: /client-(sqs|eventbridge)|undici|libphonenumber|lib\/destinations/ },
    { name: 'history', unused: /client-(sqs|eventbridge)|undici|libphonenumber|lib\/destinations/ },
    { name: 'changes', unused: /client-(sqs|eventbridge)|undici|lib\/destinations/ },
    { name: 'lookup', unused: /client-(sqs|eventbridge)|undici|lib\/destinations/ },
    { name: 'deliveries', unused: /client-(sqs|eventbridge)|undici/ },
    { name: 'notices', unused: /client-eventbridge/ },
  ])('$name', ({ name, unused }) => {
    expect([...parts({ name }).keys()].filter((file) => unused.test(file))).toEqual([]);
  });
});

describe.each(functions.filter(servesOneLane).map(({ name }) => name))('a lane’s %s', (name) => {
  test.each(ids)('of %s holds that destination and no other', (destination) => {
    const owners = [...parts({ name, destination }).keys()].flatMap((file) => ownerOf(file) ?? []);
    expect([...new Set(owners)]).toEqual([destination]);
  });

  test('grows by less than 40 kB for any destination', () => {
    const own = ownBytes(ids.map((destination) => parts({ name, destination })));
    expect(ids.map((id, i) => [id, own[i] ?? 0] as const).filter(([, bytes]) => bytes > 40_000)).toEqual([]);
  });
});
