import { expect, test } from 'vitest';
import { checkpointProofs } from '../../lib/flow/packs/checkpoint-proofs.ts';
import { PACK_SIZES } from '../../lib/flow/packs/job.ts';
import { workOnPacks } from '../../lib/flow/packs/work.ts';
import { readProofs } from '../../lib/flow/read-proofs.ts';
import { aGrant, aStop } from '../api/rig.ts';
import { post } from '../api/steps.ts';
import { ASK, filesIn, MAKE, type PackRig, packIn, packRig, WATCH } from './pack-rig.ts';

/** Two versions of one person in the first checkpoint; the second counts them. */
async function counted(): Promise<PackRig> {
  const one = packRig();
  for (const change of [aGrant(), aStop()]) {
    await post(one.on, change);
    one.on.clock.advance(1_000);
  }
  await one.prove();
  await post(one.on, aGrant());
  await one.prove();
  return one;
}

/** From here on the table has no versions of hers after this one. */
function cutAfter(one: PackRig, newest: number): void {
  const { raw, version } = one.app.records;
  const records = {
    ...one.app.records,
    newest: async (subject: string) => (newest > 0 ? version(subject, newest) : undefined),
    raw: async (...[subject, page]: Parameters<typeof raw>) =>
      raw(subject, { ...page, below: Math.min(page.below ?? newest + 1, newest + 1) }),
  };
  Object.assign(one.app, { records });
}

const single = async (one: PackRig): Promise<Buffer> =>
  packIn(await one.ask(MAKE, { path: { subject: 'alice' } }));

async function inBulk(one: PackRig): Promise<Buffer> {
  const { id } = JSON.parse((await one.ask(ASK, { body: { subject: 'alice' } })).body);
  await workOnPacks({
    ...{ ...one.app, records: { ...one.on.store.records, ...one.app.records } },
    ...{ files: one.files, clock: one.on.clock },
    ...{ sizes: PACK_SIZES, proofs: checkpointProofs(one.app) },
  })({ until: one.on.clock.now() + 1e9, lease: 60_000 });
  const { file } = JSON.parse((await one.ask(WATCH, { path: { pack: id } })).body);
  return Buffer.from(one.files.opened(String(file).split('/').at(-1) ?? '') ?? []);
}

test.each([
  ['asked for at once', single, 'counts.jsonl'],
  ['made in bulk', inBulk, 'counts-000001.jsonl'],
])(
  'a pack %s shows how many versions are counted, and names one that somebody deleted',
  async (_, make, file) => {
    const one = await counted();
    const honest = await make(one);
    expect(await one.judged(honest)).toBe('valid');
    expect(JSON.parse(filesIn(honest).get(file) ?? '{}')).toMatchObject({ subject: 'alice', versions: 2 });
    cutAfter(one, 1);
    expect(await one.judged(await make(one))).toBe(
      'alice version 2: is missing: checkpoint 2 counts 2 of alice up to checkpoint 1, and 1 of them are here',
    );
    cutAfter(one, 0);
    expect(await one.judged(await make(one))).toMatch(/^alice version 1: is missing: checkpoint 2 counts 2/);
  },
);

test('the first page of proofs has the count, the others have none', async () => {
  const one = await counted();
  const asked = readProofs(one.app);
  const { counts, checkpoints } = await asked({ subject: 'alice', limit: 2 });
  expect(counts).toMatchObject([{ subject: 'alice', versions: 2, index: 0 }]);
  expect(checkpoints.at(-1)?.number).toBe(2);
  expect(await asked({ subject: 'alice', limit: 2, below: 2 })).not.toHaveProperty('counts');
  expect((await asked({ subject: 'zoe', limit: 2 })).counts).toMatchObject([{ subject: 'alice' }]);
});
