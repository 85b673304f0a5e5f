import { MINUTE } from '../lib/domain/time.ts';
import {
  CHECKPOINTS,
  type CheckpointOptions,
  type CheckpointPorts,
  checkpoint,
} from '../lib/flow/checkpoint.ts';
import {
  archive,
  begunAt,
  bus,
  catalogue,
  checkpoints,
  clock,
  env,
  onLambda,
  records,
  signer,
} from './app.ts';
import { metricLine, printLine, type WriteLine } from './middleware/line.ts';
import { worker } from './middleware/worker.ts';

export interface CheckpointApp {
  readonly ports: CheckpointPorts;
  readonly options: CheckpointOptions;
  readonly line?: WriteLine;
}

/** Proves what was recorded: a signed checkpoint for each period, one after the other. */
export const checkpointer = ({ ports, options, line = printLine }: CheckpointApp) =>
  worker<unknown, void>('checkpoint', line).handler(async () => {
    const strange = new Set<string>();
    const made = await checkpoint({ ...ports, strange: (name) => void strange.add(name) }, options)();
    const { checkpoints: Checkpoints, leaves: Leaves, behind, uncounted = [] } = made;
    for (const { name: error } of uncounted)
      line({ level: 'error', message: 'uncounted', function: 'checkpoint', error });
    if (strange.size > 0)
      line({
        level: 'error',
        message: 'strange',
        function: 'checkpoint',
        entries: [...strange].slice(0, 100),
      });
    const counted = { Uncounted: uncounted.length, Strange: strange.size };
    const metrics = { Checkpoints, Leaves, MinutesBehind: Math.ceil(behind / MINUTE), ...counted };
    line(metricLine(ports.clock.now(), { function: 'checkpoint' }, metrics));
  });

export const handler = onLambda(() =>
  checkpointer({
    ports: {
      ...{ clock, catalogue, records: records(), bus: bus() },
      ...{ signer: signer(), archive: archive(), checkpoints: checkpoints() },
      begunAt: begunAt(),
    },
    options: { ...CHECKPOINTS, origin: env('HEED_PUBLIC_URL') },
  }),
);
