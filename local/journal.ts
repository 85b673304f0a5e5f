import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Checkpoint } from './stream.ts';
import { writeWhole } from './write-whole.ts';

const Page = z.object({
  /** When the engine was last known to run, ms. */
  heartbeat: z.number(),
  /** It stopped in order, with its queues empty. */
  drained: z.boolean(),
  /** Sequence number by shard. */
  positions: z.record(z.string(), z.string()),
});
type Page = z.output<typeof Page>;

/** What the engine must remember of itself: that it was alive, and how far it has read the stream. */
export interface Journal {
  /** The last run's last heartbeat and whether it ended in order; undefined on a first start. */
  readonly before: { readonly heartbeat: number; readonly drained: boolean } | undefined;
  readonly checkpoint: Checkpoint;
  close(drained: boolean): void;
}

/** A heartbeat is this fresh, ms. A position that is lost costs repeats, never a version. */
const BEAT = 500;

/** Opens `journal.json` in the data folder; without a folder nothing outlives the process. */
export function openJournal(data: string | undefined, now: () => number): Journal {
  const file = data === undefined ? undefined : join(data, 'journal.json');
  const before = file === undefined ? undefined : readPage(file);
  const positions: Record<string, string> = { ...before?.positions };
  const write = (drained: boolean): void => {
    if (file !== undefined) writeWhole(file, JSON.stringify({ heartbeat: now(), drained, positions }));
  };
  if (data !== undefined) mkdirSync(data, { recursive: true });
  write(false);
  const timer = setInterval(() => write(false), BEAT);
  return {
    before,
    checkpoint: {
      load: async ({ shardId }) => positions[shardId],
      save: async ({ shardId }, sequenceNumber) => {
        positions[shardId] = sequenceNumber;
      },
    },
    close: (drained) => {
      clearInterval(timer);
      write(drained);
    },
  };
}

function readPage(file: string): Page | undefined {
  try {
    return Page.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
