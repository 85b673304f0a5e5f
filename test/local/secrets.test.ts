import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readSecrets } from '../../local/secrets.ts';

const Kept = z.looseObject({ signing: z.unknown().optional() });

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heed-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (): string => join(folder, 'secrets.json');
const kept = () => Kept.parse(JSON.parse(readFileSync(file(), 'utf8')));

describe('the key that signs on this machine', () => {
  test('is made with the folder, and is the same ever after', () => {
    const { signing } = readSecrets(folder);
    expect(signing.key.crv).toBe('P-256');
    expect(readSecrets(folder).signing).toEqual(signing);
  });

  test('is made once for a folder of an earlier release, whose other secrets stay as they are', () => {
    const before = readSecrets(folder);
    const { signing: _, ...older } = kept();
    writeFileSync(file(), JSON.stringify(older));
    const after = readSecrets(folder);
    expect(after.tokens).toEqual(before.tokens);
    expect(after.wrappingKey).toBe(before.wrappingKey);
    expect(after.signing).not.toEqual(before.signing);
    expect(readSecrets(folder).signing).toEqual(after.signing);
  });

  test('is another in every engine without a folder', () => {
    expect(readSecrets(undefined).signing).not.toEqual(readSecrets(undefined).signing);
  });
});
