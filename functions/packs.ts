import { type CheckpointPorts, checkpointProofs } from '../lib/flow/packs/checkpoint-proofs.ts';
import { PACK_SIZES } from '../lib/flow/packs/job.ts';
import { type WorkPorts, workOnPacks } from '../lib/flow/packs/work.ts';
import { archive, checkpoints, clock, onLambda, packFiles, packJobs, records, signer } from './app.ts';
import { printLine, type WriteLine } from './middleware/line.ts';
import { worker } from './middleware/worker.ts';

export interface PacksApp {
  readonly ports: Omit<WorkPorts, 'proofs' | 'sizes'> & CheckpointPorts;
  /** How long one run goes on beginning parts, and how long a part of a run that died stays its own, ms. */
  readonly options: { readonly runs: number; readonly lease: number };
  readonly line?: WriteLine;
}

/** Works on the bulk packs that were asked for. */
export const packer = ({ ports, options: { runs, lease }, line = printLine }: PacksApp) =>
  worker<unknown, void>('packs', line).handler(async () => {
    const until = ports.clock.now() + runs;
    await workOnPacks({ ...ports, proofs: checkpointProofs(ports), sizes: PACK_SIZES })({ until, lease });
  });

/** The lease outlasts the function: whoever holds one of the two is alone. */
const ON_AWS = { runs: 240_000, lease: 660_000 };

export const handler = onLambda(() =>
  packer({
    ports: {
      ...{ clock, records: records(), archive: archive(), checkpoints: checkpoints() },
      ...{ signer: signer(), jobs: packJobs(), files: packFiles() },
    },
    options: ON_AWS,
  }),
);
