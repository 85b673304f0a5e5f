import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { HOUR } from '../lib/domain/time.ts';
import type { Asleep } from '../lib/flow/reconcile.ts';
import { faultOf } from './fault.ts';
import type { Checkpoint } from './stream.ts';
import { writeWhole } from './write-whole.ts';

const Page = z.object({
  /** When the engine was last known to run, ms. */
  heartbeat: z.number(),
  /** It stopped in order, with its queues empty. */
  drained: z.boolean(),
  /** The heartbeat of an earlier run whose lost messages were put back and have not all been worked off, ms. */
  owed: z.number().optional(),
  /** Sequence number by shard. */
  positions: z.record(z.string(), z.string()),
});
type Page = z.output<typeof Page>;

/** What the engine must remember of itself: that it was alive, and how far it has read the stream. */
export interface Journal {
  /**
   * How the last run ended; undefined on a first start. `crashedAt`, ms: with messages in its queues, lost since.
   * `asleep`: since then, where that is long enough to matter.
   */
  readonly before: { readonly crashedAt?: number; readonly asleep?: Asleep } | undefined;
  readonly checkpoint: Checkpoint;
  /** What an earlier run left behind has been worked off. */
  settled(): void;
  /** This run ends with its queues empty: nothing is lost with them. */
  drained(): void;
  isDrained(): boolean;
  close(): void;
}

export interface JournalOptions {
  /** Without a folder nothing outlives the process. */
  readonly data: string | undefined;
  readonly now: () => number;
  readonly warn: (line: string) => void;
}

/** A heartbeat is this fresh, ms. A position that is lost costs repeats, never a version. */
const BEAT = 500;

/** Opens `journal.json` in the data folder, which must be this engine's alone by now. */
export function openJournal({ data, now, warn }: JournalOptions): Journal {
  if (data !== undefined) mkdirSync(data, { recursive: true });
  const file = data === undefined ? undefined : join(data, 'journal.json');
  const before = file === undefined ? undefined : readPage(file);
  const crashedAt = before && crashOf(before);
  const positions: Record<string, string> = { ...before?.positions };
  const asleep = before && asleepSince(before, now());
  let owed = crashedAt;
  let drained = false;
  const write = (): void => {
    if (file === undefined) return;
    const page: Page = { heartbeat: now(), drained, positions, ...(owed !== undefined && { owed }) };
    writeWhole(file, JSON.stringify(page));
  };
  write();
  const timer = beating(write, warn);
  return {
    before: before && { ...(crashedAt !== undefined && { crashedAt }), ...(asleep && { asleep }) },
    checkpoint: checkpointIn(positions),
    settled: () => {
      owed = undefined;
    },
    drained: () => {
      drained = true;
      owed = undefined;
    },
    isDrained: () => drained,
    close: () => {
      clearInterval(timer);
      write();
    },
  };
}

const crashOf = ({ drained, owed, heartbeat }: Page): number | undefined =>
  drained ? undefined : (owed ?? heartbeat);

/** The last beats of a run may not have been written; of a run that left no readable page nothing is known. */
function asleepSince({ heartbeat }: Page, now: number): Asleep | undefined {
  const from = heartbeat + HOUR;
  return heartbeat > 0 && from < now ? { from, to: now } : undefined;
}

/** A missed beat makes the next start look back further: worth one line, not the end. */
function beating(beat: () => void, warn: (line: string) => void): NodeJS.Timeout {
  let warned = false;
  return setInterval(() => {
    try {
      beat();
      warned = false;
    } catch (error) {
      if (!warned) warn(`the journal cannot be written: ${faultOf(error)}`);
      warned = true;
    }
  }, BEAT);
}

const checkpointIn = (positions: Record<string, string>): Checkpoint => ({
  load: async ({ shardId }) => positions[shardId],
  save: async ({ shardId }, sequenceNumber) => {
    positions[shardId] = sequenceNumber;
  },
});

/** A journal that cannot be read was a run of which nothing is known: it may have lost messages at any time. */
function readPage(file: string): Page | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return Page.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { heartbeat: 0, drained: false, positions: {} };
  }
}
