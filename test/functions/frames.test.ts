import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { bundling } from '../../cdk/bundling.ts';
import { framesOf } from '../../functions/middleware/frames.ts';

const folder = mkdtempSync(join(tmpdir(), 'heed-frames-'));
afterAll(() => rmSync(folder, { recursive: true }));

const Bundle = z.object({ failing: z.custom<() => Error>((value) => typeof value === 'function') });

/** An error thrown in the third line of `written.ts`, which was bundled as functions are. */
async function thrownInBundle(name: string, sourcemap: boolean): Promise<Error> {
  const entry = join(folder, 'written.ts');
  const outfile = join(folder, `${name}.cjs`);
  writeFileSync(entry, 'export function failing(): Error {\n\n  return new Error("a secret");\n}\n');
  await build({
    ...{ ...bundling, mainFields: [...bundling.mainFields] },
    ...{ entryPoints: [entry], outfile, bundle: true, platform: 'node', sourcemap },
  });
  return Bundle.parse(createRequire(import.meta.url)(outfile)).failing();
}

describe('the frames of an error', () => {
  test('name the line as it was written, in a bundle with its map beside it', async () => {
    const [first] = framesOf(await thrownInBundle('mapped', true));
    expect(first).toMatch(/written\.ts:3:\d+\)?$/);
  });

  test('name the bundle where there is no map', async () => {
    const [first] = framesOf(await thrownInBundle('bare', false));
    expect(first).toContain(join(folder, 'bare.cjs'));
  });

  test('leave its message out, and are none where there is no error', async () => {
    expect(framesOf(await thrownInBundle('silent', true)).join()).not.toContain('a secret');
    expect(framesOf(null)).toEqual([]);
  });
});
