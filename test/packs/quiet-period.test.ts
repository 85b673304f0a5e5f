import { expect, test } from 'vitest';
import { checkpointProofs } from '../../lib/flow/packs/checkpoint-proofs.ts';
import { PACK_SIZES } from '../../lib/flow/packs/job.ts';
import type { Proofs } from '../../lib/flow/packs/proofs.ts';
import { workOnPacks } from '../../lib/flow/packs/work.ts';
import { aGrant } from '../api/rig.ts';
import { post } from '../api/steps.ts';
import { ASK, filesIn, type PackRig, packRig, WATCH } from './pack-rig.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Asked {
  /** How long ago the period began and ended, ms. */
  readonly ago: readonly [from: number, to: number];
  readonly source?: string;
  /** Happens between the moment at which the newest checkpoint is settled and the making of the pack. */
  readonly meanwhile?: (one: PackRig) => Promise<void>;
}

async function packOf(one: PackRig, { ago, source, meanwhile }: Asked): Promise<Buffer> {
  const { app, files, on } = one;
  const [from, to] = ago.map((ms) => new Date(on.clock.now() - ms).toISOString());
  const { id } = JSON.parse((await one.ask(ASK, { body: { from, to, source } })).body);
  const proofs = checkpointProofs(app);
  const newest: Proofs['newest'] = async () => {
    const number = await proofs.newest();
    await meanwhile?.(one);
    return number;
  };
  await workOnPacks({
    ...{ ...app, files, sizes: PACK_SIZES, clock: on.clock, records: on.store.records },
    proofs: { ...proofs, newest },
  })({ until: on.clock.now() + 1e9, lease: MINUTE });
  const { state, file } = JSON.parse((await one.ask(WATCH, { path: { pack: id } })).body);
  expect(state).toBe('done');
  return Buffer.from(files.opened(String(file).split('/').at(-1) ?? '') ?? []);
}

/** A log three days old with a checkpoint for each day, the last of which ended fourteen hours ago. */
async function quietLog(): Promise<PackRig> {
  const one = packRig();
  await post(one.on, aGrant());
  await one.prove();
  for (let day = 0; day < 3; day++) {
    one.on.clock.advance(24 * HOUR);
    await one.prove();
  }
  one.on.clock.advance(14 * HOUR);
  await one.prove();
  return one;
}

const checkpointsIn = (pack: Buffer): readonly unknown[] =>
  [...(filesIn(pack).get('checkpoints-000001.jsonl') ?? '').matchAll(/"number":(\d+)/g)].map(([, number]) =>
    Number(number),
  );

test.each([
  ['of all sources', undefined],
  ['of one source', 'web-signup'],
])(
  'a pack (%s) of hours after the newest checkpoint, in which nothing was recorded, is valid',
  async (_, source) => {
    const one = await quietLog();
    const pack = await packOf(one, { ago: [10 * HOUR, HOUR], ...(source && { source }) });
    expect(await one.judged(pack)).toBe('valid');
    expect(checkpointsIn(pack)).toEqual([1, 4]);
  },
);

test('so it is where all that was recorded then is minutes old, and in no checkpoint yet', async () => {
  const one = await quietLog();
  await post(one.on, aGrant(), 'bob');
  one.on.clock.advance(3 * MINUTE);
  const pack = await packOf(one, { ago: [HOUR, 1_000] });
  expect(await one.judged(pack)).toBe('valid');
  expect(JSON.parse(filesIn(pack).get('manifest.json') ?? '')).toMatchObject({ versions: 1 });
});

test('and where the checkpoints of the period are made while the pack is', async () => {
  const one = await quietLog();
  await post(one.on, aGrant(), 'bob');
  one.on.clock.advance(3 * MINUTE);
  const pack = await packOf(one, { ago: [HOUR, 1_000], meanwhile: (on) => on.prove() });
  expect((await one.app.checkpoints.newest())?.checkpoint.number).toBe(5);
  expect(checkpointsIn(pack)).toEqual([1, 4]);
  expect(await one.judged(pack)).toBe('valid');
});

test('a pack of hours long ago has the newest too, and none in between that has nothing to do with it', async () => {
  const one = await quietLog();
  const pack = await packOf(one, { ago: [86 * HOUR + MINUTE, 80 * HOUR] });
  expect(await one.judged(pack)).toBe('valid');
  expect(checkpointsIn(pack)).toEqual([1, 2, 4]);
});
