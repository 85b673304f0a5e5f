import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { ownBytes, type Parts, partsOf } from '../../bench/own-bytes.ts';
import { type Bundle, bundle, bundlesFor } from '../../cdk/bundles.ts';
import { functions, servesOneLane } from '../../functions/registry.ts';
import config from '../../heed.config.ts';
import { destinations } from '../../lib/destinations/index.ts';
import { factsOf, lanesOf } from '../../lib/flow/lanes.ts';

/** The configuration that ships enables every destination there is. */
const lanes = lanesOf(config, destinations);
const ids = lanes.map(({ destination }) => destination.id);
let folder = '';
let metafile: Metafile;

/** One whose lane has every function there is: the others' are bundled in the same way. */
const WHOLE = 'salesforce';

/** Every function as the stack bundles it, and every destination's worker. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heed-bundles-'));
  const some = bundlesFor(functions, lanes).filter(
    ({ name, destination = WHOLE }) => name === 'deliver' || destination === WHOLE,
  );
  metafile = bundle(some, { lanes, folder, write: false });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const parts = (of: Bundle): Parts => partsOf(metafile, folder, of);

/** The destination that is defined in this file; parts in its folder may serve others too. */
const definedIn = (file: string): string | undefined => {
  const [, name = ''] = /^lib\/destinations\/([^/.]+)\.ts$/.exec(file) ?? [];
  return Object.hasOwn(destinations, name) ? name : undefined;
};

describe('a function bundles nothing it does not use', () => {
  it.each([
    { name: 'health', unused: /@aws-sdk|zod|jose|undici/ },
    { name: 'openapi', unused: /@aws-sdk|jose|undici/ },
    { name: 'decision', unused: /client-(kms|sqs|eventbridge)|undici|libphonenumber|lib\/destinations/ },
    { name: 'record', unused: /client-(sqs|eventbridge)|undici|libphonenumber|lib\/destinations/ },
    { name: 'history', unused: /client-(sqs|eventbridge)|undici|libphonenumber|lib\/destinations/ },
    {
      name: 'checkpoint',
      unused: /client-(sqs|ses)|undici|jose|libphonenumber|lib\/(destinations|page)|notices\/texts/,
    },
    { name: 'proofs', unused: /client-(sqs|eventbridge)|undici|libphonenumber|lib\/(destinations|page)/ },
    { name: 'changes', unused: /client-(sqs|eventbridge)|undici|lib\/destinations/ },
    { name: 'lookup', unused: /client-(sqs|eventbridge)|undici|lib\/destinations/ },
    { name: 'deliveries', unused: /client-(sqs|eventbridge)|undici|lib\/destinations/ },
    { name: 'reconcile', unused: /undici|lib\/destinations/ },
    { name: 'replay', unused: /client-eventbridge|undici|lib\/destinations/ },
    { name: 'notices', unused: /client-eventbridge/ },
    { name: 'keywords', unused: /client-(sqs|eventbridge)|lib\/destinations|notices\/texts/ },
    {
      name: 'tokens',
      unused: /client-(kms|sqs|eventbridge)|undici|hono|lib\/(destinations|flow|page)/,
    },
    { name: 'page', unused: /client-(sqs|eventbridge)|undici|lib\/destinations/ },
    { name: 'page-history', unused: /client-(sqs|eventbridge)|undici|libphonenumber|lib\/destinations/ },
    { name: 'preferences', unused: /client-(sqs|eventbridge)|undici|hono|lib\/destinations/ },
    { name: 'signals', unused: /client-(sqs|eventbridge)|undici|hono|lib\/(destinations|page)/ },
    { name: 'gpc', unused: /@aws-sdk|zod|jose|undici|hono/ },
    { name: 'unsubscribe', unused: /client-(sqs|eventbridge)|undici|lib\/destinations/ },
    { name: 'confirm', unused: /client-(sqs|eventbridge)|undici|lib\/destinations/ },
    {
      name: 'confirmations',
      unused: /client-(sqs|eventbridge)|undici|libphonenumber|lib\/destinations|notices\/texts/,
    },
  ])('$name', ({ name, unused }) => {
    expect([...parts({ name }).keys()].filter((file) => unused.test(file))).toEqual([]);
  });
});

test('the code of a destination is loaded at once in its own lane, and else only when a notice of its comes', () => {
  const loading = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports.flatMap(({ path, kind }) => {
      const destination = definedIn(path);
      const own = file.includes(`/entries/${destination}/`);
      return destination === undefined || own ? [] : [`${kind} in ${basename(file)}`];
    }),
  );
  expect([...new Set(loading)]).toEqual(['dynamic-import in notices.ts']);
});

test('what sends mail is in one function alone', () => {
  const holders = functions
    .filter((spec) => !servesOneLane(spec))
    .filter((spec) => [...parts(spec).keys()].some((file) => /client-sesv2/.test(file)));
  expect(holders.map(({ name }) => name)).toEqual(['confirmations']);
});

test('what reads consent strings is in one function alone, and is loaded there when one comes', () => {
  const reading = /@iab|lib\/http\/consent-strings/;
  const holders = functions
    .filter((spec) => !servesOneLane(spec))
    .filter((spec) => [...parts(spec).keys()].some((file) => reading.test(file)));
  expect(holders.map(({ name }) => name)).toEqual(['changes']);
  const from = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
    imports.flatMap(({ path, kind }) =>
      reading.test(path) && !reading.test(file) ? [`${kind} in ${file}`] : [],
    ),
  );
  expect(from).toEqual(['dynamic-import in functions/middleware/consent-strings.ts']);
});

describe('what functions are given of the lanes', () => {
  test('is every destination there is', () => {
    expect(ids.toSorted()).toEqual(Object.keys(destinations).toSorted());
  });

  test.each(lanes.map((lane) => [lane.destination.id, factsOf(lane)] as const))(
    'is the same of %s after it was written down',
    (_id, facts) => expect(JSON.parse(JSON.stringify(facts))).toEqual(facts),
  );
});

describe('a lane’s bundle', () => {
  const owners = (of: Bundle): readonly string[] =>
    [...parts(of).keys()].flatMap((file) => definedIn(file) ?? []);

  test.each(ids)('holds %s and no other destination', (destination) => {
    expect(owners({ name: 'deliver', destination })).toEqual([destination]);
  });

  test.each(functions.filter(servesOneLane).map(({ name }) => name))(
    'holds no other destination in its function %s either',
    (name) => expect(owners({ name, destination: WHOLE })).toEqual([WHOLE]),
  );

  test('grows by less than 40 kB for any destination', () => {
    const own = ownBytes(ids.map((destination) => parts({ name: 'deliver', destination })));
    expect(ids.map((id, i) => [id, own[i] ?? 0] as const).filter(([, bytes]) => bytes > 40_000)).toEqual([]);
  });
});
