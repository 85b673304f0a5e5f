import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { StoredRaw } from '../../lib/ports.ts';
import { aGrant, aStop } from '../api/rig.ts';
import { post } from '../api/steps.ts';
import { MAKE, type PackRig, packIn, packRig } from '../packs/pack-rig.ts';
import { canonical, sha256 } from './pack.ts';

const program = fileURLToPath(new URL('../../verify/heed.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'heed-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Three versions of one person, two of them in a checkpoint. */
async function recorded(): Promise<PackRig> {
  const one = packRig();
  for (const change of [aGrant(), aStop()]) {
    await post(one.on, change);
    one.on.clock.advance(1_000);
  }
  await one.prove();
  await post(one.on, { ...aGrant(), evidence: { ...aGrant().evidence, occurredAt: '2026-05-01T10:30:00Z' } });
  return one;
}

/** What the program says of the pack that Heed makes, with the key that Heed publishes. */
async function verified(one: PackRig): Promise<{ readonly code: number; readonly out: string }> {
  const [pack, keys] = [join(folder, 'pack.zip'), join(folder, 'keys.json')];
  writeFileSync(pack, packIn(await one.ask(MAKE, { path: { subject: 'alice' } })));
  writeFileSync(keys, JSON.stringify({ keys: await one.app.signer.keys() }));
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, 'verify', pack, '--key', keys], (_, out) =>
      resolve({ code: child.exitCode ?? -1, out }),
    );
  });
}

/** The person's history as somebody with the table in their hands would rewrite it: every digest fits, to the newest. */
function rewritten(versions: readonly StoredRaw[]): readonly StoredRaw[] {
  let previous: string | null = null;
  const rising = versions.toReversed().map((one) => {
    const { document = '' } = one;
    const fields: object = JSON.parse(document.replaceAll('withdrawn', 'granted'));
    const own = canonical({ ...fields, previous });
    previous = sha256(own);
    const { stored: _, ...rest } = one;
    return { ...rest, document: own, digest: previous };
  });
  return rising.toReversed();
}

test('a pack of Heed is valid to the program, with what is proved and what is too new to be', async () => {
  const { code, out } = await verified(await recorded());
  expect(code).toBe(0);
  expect(out).toMatch(/^VALID\n {2}pack +the versions of alice, made at/);
  expect(out).toContain('versions    3, each what its digest says');
  expect(out).toContain('proved      2 by checkpoints');
  expect(out).toContain('the first: alice version 3');
});

test('where the past was rewritten in the table, the pack that Heed signs over it names the first version', async () => {
  const one = await recorded();
  const { records } = one.app;
  Object.assign(one.app, {
    records: {
      ...records,
      raw: async (...asked: Parameters<typeof records.raw>) => rewritten(await records.raw(...asked)),
    },
  });
  const { code, out } = await verified(one);
  expect(code).toBe(1);
  expect(out).toContain(
    'NOT VALID\n  alice version 2: is not in checkpoint 1, as its proof says: it was changed after that, or never was there.\n',
  );
});
