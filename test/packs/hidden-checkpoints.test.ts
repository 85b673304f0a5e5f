import { describe, expect, test } from 'vitest';
import { checkpointProofs } from '../../lib/flow/packs/checkpoint-proofs.ts';
import { PACK_SIZES } from '../../lib/flow/packs/job.ts';
import { workOnPacks } from '../../lib/flow/packs/work.ts';
import { readProofs } from '../../lib/flow/read-proofs.ts';
import { aGrant, aStop } from '../api/rig.ts';
import { post } from '../api/steps.ts';
import { ASK, MAKE, type PackRig, packIn, packRig } from './pack-rig.ts';

/** Two checkpoints, the newest of which somebody takes out of the table, or puts another number on. */
async function rewritten(change: (one: PackRig) => Promise<object>): Promise<PackRig> {
  const one = packRig();
  await post(one.on, aGrant());
  await one.prove();
  await post(one.on, aStop());
  await one.prove();
  expect(await one.judged(packIn(await one.ask(MAKE, { path: { subject: 'alice' } })))).toBe('valid');
  Object.assign(one.app.checkpoints, await change(one));
  return one;
}

const hidden = () =>
  rewritten(async ({ app: { checkpoints } }) => {
    const first = await checkpoints.numbered(1);
    return {
      newest: async () => first,
      numbered: async (number: number) => (number === 1 ? first : undefined),
    };
  });

const emptied = () =>
  rewritten(async () => ({ newest: async () => undefined, numbered: async () => undefined }));

const beyond = () =>
  rewritten(async ({ app: { checkpoints } }) => {
    const first = await checkpoints.numbered(1);
    return { newest: async () => first && { ...first, checkpoint: { ...first.checkpoint, number: 9 } } };
  });

/** Its row is written half a second after its file, as whoever reads meanwhile sees it. */
const late = () =>
  rewritten(async ({ app: { checkpoints }, on: { clock } }) => {
    const [first, { newest }] = [await checkpoints.numbered(1), checkpoints];
    const listedAt = clock.now() + 500;
    return { newest: async () => (clock.now() < listedAt ? first : newest()) };
  });

const work = (one: PackRig) =>
  workOnPacks({
    ...{ ...one.app, files: one.files, clock: one.on.clock, records: one.on.store.records },
    ...{ sizes: PACK_SIZES, proofs: checkpointProofs(one.app) },
  })({ until: one.on.clock.now() + 1e9, lease: 60_000 });

describe('where the newest checkpoint is not in the table', () => {
  test.each([
    ['taken out', hidden, 503],
    ['taken out with all the others', emptied, 503],
    ['covered by one that is not archived', beyond, 500],
  ])('(%s) no pack is signed, and no proofs are shown', async (_, prepared, status) => {
    const one = await prepared();
    expect((await one.ask(MAKE, { path: { subject: 'alice' } })).statusCode).toBe(status);
    const { records } = one.on.store;
    const reading = readProofs({ ...one.app, records })({ subject: 'alice', limit: 10 });
    await expect(reading).rejects.toThrow(/checkpoint/);
    const { id } = JSON.parse((await one.ask(ASK, { body: { subject: 'alice' } })).body);
    await expect(work(one)).rejects.toThrow(/checkpoint/);
    expect(await one.app.jobs.read(id)).toMatchObject({ state: 'waiting', tries: 0 });
  });
});

describe('where the newest checkpoint was archived this moment', () => {
  test('a pack and proofs wait until it is in the table', async () => {
    const [packed, shown] = [await late(), await late()];
    const made = await packed.ask(MAKE, { path: { subject: 'alice' } });
    expect(made.statusCode).toBe(200);
    expect(await packed.judged(packIn(made))).toBe('valid');
    const { checkpoints } = await readProofs({ ...shown.app, records: shown.on.store.records })({
      subject: 'alice',
      limit: 10,
    });
    expect(checkpoints.map(({ number }) => number)).toContain(2);
  });
});
