import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byPlace, checkpointDigest, type Leaf } from '../../lib/domain/checkpoint.ts';
import { canonical } from '../../lib/domain/digest.ts';
import { HOUR, MINUTE } from '../../lib/domain/time.ts';
import { type CheckpointOptions, type CheckpointPorts, checkpoint } from '../../lib/flow/checkpoint.ts';
import { proofsFor } from '../../lib/flow/prove.ts';
import { OPTIONS, type ProvenLog, provenLog } from './proven-log.ts';

/** What may happen to a log, one after the other. */
const events = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('record' as const),
      late: fc.nat(14),
      many: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(500) }),
    fc.record({ kind: fc.constant('run' as const) }),
    fc.record({ kind: fc.constant('race' as const) }),
    fc.record({ kind: fc.constant('crash' as const), step: fc.nat(40), after: fc.boolean() }),
  ),
  { maxLength: 30 },
);
type Event = Parameters<Parameters<typeof events.map>[0]>[0][number];

/** Ports of which one call, the `step`th, dies before it does anything or after it has. */
function dying(ports: CheckpointPorts, { step, after }: { readonly step: number; readonly after: boolean }) {
  let calls = 0;
  const wrap =
    <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      calls += 1;
      const dies = calls > step;
      if (dies && !(after && calls === step + 1)) throw new Error('died');
      const result = await call(...args);
      if (dies) throw new Error('died');
      return result;
    };
  const { records, archive, checkpoints, bus, signer } = ports;
  return {
    ...ports,
    records: { recordedIn: wrap(records.recordedIn) },
    archive: { put: wrap(archive.put), get: wrap(archive.get) },
    signer: { sign: wrap(signer.sign), keys: wrap(signer.keys) },
    bus: { put: wrap(bus.put) },
    checkpoints: {
      ...checkpoints,
      newest: wrap(checkpoints.newest),
      add: wrap(checkpoints.add),
      noteQuiet: wrap(checkpoints.noteQuiet),
    },
  };
}

/** A way to make checkpoints, sound or broken. */
interface Made {
  readonly options: CheckpointOptions;
  readonly ports: (log: ProvenLog) => CheckpointPorts;
}

/** Longer than anything here waits. */
const LONG = { ...OPTIONS, firstLook: 6 * HOUR };

const SOUND: Made = { options: LONG, ports: ({ ports }) => ports };

async function happen(log: ProvenLog, { options, ports }: Made, event: Event): Promise<void> {
  const made = ports(log);
  const run = checkpoint(made, options);
  if (event.kind === 'record') for (let i = 0; i < event.many; i++) log.record(`p-${i}`, event.late * MINUTE);
  if (event.kind === 'wait') log.advance(event.seconds * 1_000);
  if (event.kind === 'run') await run();
  if (event.kind === 'race') await Promise.all([run(), run()]);
  if (event.kind === 'crash') await checkpoint(dying(made, event), options)().catch(() => undefined);
}

/** Every version once, in order; one chain; one checkpoint of each number, told as it is; a proof for everything. */
async function isProven(log: ProvenLog): Promise<void> {
  const leaves = await log.leaves();
  for (const each of leaves) expect([...each].sort(byPlace)).toEqual(each);
  const names = leaves.flat().map(({ subject, version }: Leaf) => `${subject}:${version}`);
  expect(names.toSorted()).toEqual(log.versions.map((one) => `${one.subject}:${one.version}`).toSorted());
  const chain = (await log.ports.checkpoints.list({ limit: 1_000 }))
    .toReversed()
    .map((one) => one.checkpoint);
  for (const [i, one] of chain.entries()) {
    const before = chain[i - 1];
    expect(one.number).toBe(i + 1);
    expect(one.previous).toBe(before ? checkpointDigest(before) : null);
    expect(before ? one.from : one.previous).toBe(before ? before.to : null);
  }
  const told = new Set(log.told.map(({ detail }) => canonical(detail)));
  expect(told.size).toBe(chain.length);
  const proofs = await proofsFor(log.ports)(log.versions);
  expect(proofs.every((proof) => proof !== undefined)).toBe(true);
}

const whateverHappens = (made: Made) =>
  fc.asyncProperty(events, async (all) => {
    const log = provenLog();
    for (const event of [...all, { kind: 'wait' as const, seconds: 20 * 60 }]) await happen(log, made, event);
    for (let turn = 0; turn < 3; turn++) await checkpoint(made.ports(log), made.options)();
    await isProven(log);
  });

const isCaught = async (made: Made): Promise<void> => {
  const details = await fc.check(whateverHappens(made), { numRuns: 2_000, seed: 20_260_501 });
  expect(details.failed, 'no counterexample was found').toBe(true);
};

describe('checkpoints, wherever runs die and whatever is shown late', () => {
  it('hold every version once, in one chain, with a proof for each', async () => {
    await fc.assert(whateverHappens(SOUND), { numRuns: 60 });
  });

  it('that do not look back are caught', async () => {
    await isCaught({ ...SOUND, options: { ...LONG, lookBack: 0 } });
  });

  it('that do not wait until the index shows what was written are caught, where they look back too little', async () => {
    await isCaught({ ...SOUND, options: { ...LONG, settle: 0, lookBack: 5 * MINUTE } });
  });

  it('in an archive that lets one be replaced are caught', async () => {
    const files = new WeakMap<ProvenLog, Map<string, Uint8Array>>();
    const lying = (log: ProvenLog): CheckpointPorts => {
      const kept = files.get(log) ?? new Map<string, Uint8Array>();
      files.set(log, kept);
      const put = async (name: string, bytes: Uint8Array): Promise<boolean> => {
        kept.set(name, bytes);
        await log.ports.archive.put(name, bytes);
        return true;
      };
      return { ...log.ports, archive: { put, get: async (name) => kept.get(name) } };
    };
    await isCaught({ ...SOUND, ports: lying });
  });
});
