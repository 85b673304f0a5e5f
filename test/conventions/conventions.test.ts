import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { functions } from '../../functions/registry.ts';
import { destinations } from '../../lib/destinations/index.ts';
import { simulators } from '../simulators/index.ts';
import { violations } from './layers.ts';
import { importsOf, root, sourcesIn, textOf } from './tree.ts';

const verifier = sourcesIn('verify', '.mjs');
const sources = [
  ...['lib', 'functions', 'browser', 'local', 'cdk'].flatMap((folder) => sourcesIn(folder)),
  ...verifier,
];
/** What a company writes: it may name destinations. */
const declared = ['heed.config.ts', ...sourcesIn('config')];
const everything = [
  ...sources,
  ...declared,
  ...['test', 'bench', 'scripts'].flatMap((folder) => sourcesIn(folder)),
];

describe('layers', () => {
  test('nobody imports what their layer may not', () => {
    const files = [...sources, ...declared];
    expect(violations(files.flatMap((file) => importsOf(file, textOf(file))))).toEqual([]);
  });

  test.each([
    ['lib/domain/planted.ts', "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';"],
    ['lib/domain/planted.ts', "import type { Records } from '../ports.ts';"],
    ['lib/destinations/planted.ts', "import { Pool } from 'undici';"],
    ['lib/flow/planted.ts', "import { recordsOn } from '../aws/records.ts';"],
    ['lib/flow/planted.ts', "import { hubspot } from '../destinations/hubspot.ts';"],
    ['lib/http/planted.ts', "const { SQSClient } = await import('@aws-sdk/client-sqs');"],
    ['functions/planted.ts', "import { SQSClient } from '@aws-sdk/client-sqs';"],
    ['cdk/planted.ts', "import { startEngine } from '../local/engine.ts';"],
    ['local/planted.ts', "import { HeedStack } from '../cdk/stack.ts';"],
    ['verify/planted.mjs', "import { sha256 } from '../lib/domain/digest.ts';"],
    ['verify/planted.mjs', "import canonicalize from 'canonicalize';"],
    ['verify/planted.mjs', "const { request } = await import('node:https');"],
    ['functions/planted.ts', "import { leafHash } from '../verify/tree.mjs';"],
    ['config/planted.ts', "import { hubspot } from '../lib/destinations/hubspot.ts';"],
    ['functions/planted.ts', "import { topics } from '../config/topics.ts';"],
  ])('a planted import in %s is found: %s', (file, text) => {
    expect(violations(importsOf(file, text))).toHaveLength(1);
  });
});

describe('names', () => {
  const VAGUE = /(^|-)(utils?|helpers?|common|manager|service|misc)(-|\.|$)/;
  const allowed = new Set(['service-key.ts']);

  test('say what is in the room', () => {
    const files = everything.map((file) => basename(file)).filter((file) => !allowed.has(file));
    expect(files.filter((file) => VAGUE.test(file))).toEqual([]);
  });

  test('are kebab-case', () => {
    const odd = everything
      .map((file) => basename(file))
      .filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.(ts|mjs)$/.test(file));
    expect(odd).toEqual([]);
  });
});

describe('sizes', () => {
  const linesOf = (file: string): number => textOf(file).trimEnd().split('\n').length;
  const over = (files: readonly string[], limit: number): readonly string[] =>
    files.filter((file) => linesOf(file) > limit).map((file) => `${file}: ${linesOf(file)}`);

  test('a file of the product fits in the head', () => {
    expect(over([...sources, ...declared], 300)).toEqual([]);
  });

  test('a handler is an entry, not a home', () => {
    const handlers = functions.map(({ name }) => `functions/${name}.ts`);
    expect(over(handlers, 62)).toEqual([]);
  });

  test('a destination is one small file', () => {
    expect(
      over(
        Object.keys(destinations).map((id) => `lib/destinations/${id}.ts`),
        140,
      ),
    ).toEqual([]);
  });
});

describe('the registries', () => {
  test('hold every function there is', () => {
    const files = readdirSync(join(root, 'functions'))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => file.slice(0, -3));
    const named = new Set(functions.map(({ name }) => name));
    const others = files.filter((file) => !named.has(file));
    expect(others.sort()).toEqual(OTHER_FILES);
    expect([...named].filter((name) => !files.includes(name))).toEqual([]);
  });

  /** Files in `functions/` that are not functions: the registry, and how functions are composed. */
  const OTHER_FILES = ['app', 'environment', 'evidence-app', 'lane-app', 'registry'];

  /** A watcher copies nobody's choices: of the contract nothing holds for it, and what does its own test runs. */
  test('hold every destination under its own name, with its simulator and what the contract must know of it', () => {
    const tests = readdirSync(join(root, 'test/destinations'));
    for (const [id, { id: own, kind }] of Object.entries(destinations)) {
      expect(own).toBe(id);
      if (kind !== 'watch') expect(tests).toContain(`${id}.table.ts`);
      else expect(textOf(`test/destinations/${id}.test.ts`)).toContain('await aWatch(');
    }
    expect(Object.keys(simulators).sort()).toEqual(Object.keys(destinations).sort());
  });

  test('hold no destination whose declared limits the queue could not keep', () => {
    for (const { limits } of Object.values(destinations)) {
      expect(limits.concurrency).toBeGreaterThanOrEqual(2);
      expect(limits.batch).toBeGreaterThanOrEqual(1);
      /** SQS delays a message for 900 s at most. */
      expect(limits.settleAfter).toBeLessThanOrEqual(840);
    }
  });

  test('are the only place that names a destination outside its own files', () => {
    /** The demonstration asks each vendor in that vendor's own words. */
    const shared = sources.filter((file) => !/^(lib\/destinations|local\/demo)\//.test(file));
    const naming = shared.filter((file) =>
      Object.keys(destinations).some((id) => new RegExp(`['"\`]${id}['"\`]`).test(textOf(file))),
    );
    expect(naming).toEqual([]);
  });
});

describe('the verifier', () => {
  test('is a folder of its own, of JavaScript that runs as it is', () => {
    expect(verifier.length).toBeGreaterThan(10);
    expect(sourcesIn('verify', '')).toEqual(verifier);
  });

  test('is judged by packs that are not of Heed’s making, nor of its own', () => {
    const makers = ['pack', 'rfc6962', 'zip'].map((name) => `test/verify/${name}.ts`);
    const imports = makers.flatMap((file) => importsOf(file, textOf(file)));
    expect(imports.filter(({ of }) => !/^(node:|test\/verify\/)/.test(of))).toEqual([]);
  });
});

describe('simulators', () => {
  test('import nothing of the code they judge', () => {
    const imports = sourcesIn('test/simulators').flatMap((file) => importsOf(file, textOf(file)));
    expect(imports.filter(({ of }) => /^(lib|functions|local)\//.test(of))).toEqual([]);
  });
});

describe('what is committed', () => {
  test('names no machine path and no registry host', () => {
    const leaking = everything.filter((file) => LEAK.test(textOf(file)));
    expect(leaking).toEqual([]);
    expect(LEAK.test(['', 'work', 'main'].join('/'))).toBe(true);
    expect(textOf('package-lock.json')).not.toMatch(/"resolved"/);
  });

  const LEAK = new RegExp(['/work', '/main|registry[.]npmjs|/root', '/'].join(''));
});
