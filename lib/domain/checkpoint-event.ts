import type { Catalogue } from './catalogue.ts';
import type { SignedCheckpoint } from './checkpoint.ts';
import { envelopeOf } from './event.ts';
import type { CheckpointMade } from './event-schema.ts';

/** A checkpoint for the bus: whoever keeps it can later show that nothing before it was rewritten. About no person. */
export const checkpointEvent = (
  { checkpoint, jws }: SignedCheckpoint,
  catalogue: Catalogue,
): CheckpointMade => ({
  ...envelopeOf(catalogue, 'checkpoint.v1', 'checkpoints', checkpoint.number),
  type: 'checkpoint.v1',
  id: `checkpoint:${checkpoint.number}`,
  time: checkpoint.at,
  data: { ...checkpoint, jws },
});
