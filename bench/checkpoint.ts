import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import config from '../heed.config.ts';
import type { Place } from '../lib/domain/checkpoint.ts';
import { sha256 } from '../lib/domain/digest.ts';
import { MINUTE, toIso } from '../lib/domain/time.ts';
import { CHECKPOINTS, type CheckpointPorts, checkpoint } from '../lib/flow/checkpoint.ts';
import { proofsFor } from '../lib/flow/prove.ts';
import type { Recorded } from '../lib/ports.ts';
import { folderArchive } from '../local/archive.ts';
import { localSigner, newSigningSecret } from '../local/signing.ts';
import { checkpointsInMemory } from '../test/memory-checkpoints.ts';
import { chainOnAccept } from './chain.ts';
import { atMost, type Report } from './report.ts';
import { type Pace, quantile } from './rounds.ts';

const A_MINUTE = 10_000;
const START = Date.UTC(2026, 4, 1, 12);
const MiB = 2 ** 20;
/** Half of what the function is given, MiB. */
const BOUND = 512;

/** One checkpoint over a million versions, a proof out of it, and what the chain costs whoever records. */
export async function benchCheckpoint(pace: Pace): Promise<Report> {
  const versions = pace.rounds < 10 ? 100_000 : 1_000_000;
  const small = await built(versions / 10);
  const large = await built(versions);
  const proofs = await proving(large.ports, versions);
  for (const { folder } of [small, large]) rmSync(folder, { recursive: true, force: true });
  const chain = await chainOnAccept(pace);
  return {
    tables: [
      { title: 'One checkpoint', rows: [small.row, large.row] },
      { title: `One proof, among ${versions} versions`, rows: [proofs] },
      { title: 'Accepted changes without the chain and with it', rows: chain.rows },
    ],
    aims: [
      atMost('the peak is within half of what the function has (1024 MiB)', BOUND, {
        MiB: large.row['peak, MiB'],
      }),
      atMost('a proof reads so many files', 8, { files: proofs['files read'] }),
      atMost('a change with the chain takes so many times as long as without', 1.1, chain.figures),
    ],
  };
}

/** Versions as the index by time lists them, made up when they are asked for. */
const recordedIn =
  (versions: number) =>
  async (minute: number): Promise<readonly Recorded[]> => {
    const first = ((minute - START) / MINUTE) * A_MINUTE;
    const count = first < 0 ? 0 : Math.max(0, Math.min(A_MINUTE, versions - first));
    return Array.from({ length: count }, (_, i) => recordedAt(first + i));
  };

const NOTHING = { topics: [], channels: [], preferences: [], identifiersChanged: [] };

const placeAt = (n: number): Place => ({
  subject: `person-${String(n % 200_000).padStart(6, '0')}`,
  version: Math.floor(n / 200_000) + 1,
  recordedAt: toIso(START + Math.floor(n / A_MINUTE) * MINUTE + ((n % A_MINUTE) * MINUTE) / A_MINUTE),
});

const recordedAt = (n: number): Recorded => ({ ...placeAt(n), digest: sha256(`${n}`), about: NOTHING });

async function built(versions: number) {
  const folder = mkdtempSync(join(tmpdir(), 'heed-bench-'));
  const end = START + Math.ceil(versions / A_MINUTE) * MINUTE;
  const ports: CheckpointPorts = {
    records: { recordedIn: recordedIn(versions) },
    archive: folderArchive(folder),
    signer: localSigner(newSigningSecret()),
    checkpoints: checkpointsInMemory(),
    bus: { put: async (entries) => entries.map(() => true) },
    clock: { now: () => end + CHECKPOINTS.settle },
    catalogue: config.catalogue,
    begunAt: async () => undefined,
  };
  const memory = watchMemory();
  const begun = performance.now();
  const made = await checkpoint(ports, { ...CHECKPOINTS, origin: 'heed', firstLook: end - START + HOURS })();
  const seconds = (performance.now() - begun) / 1000;
  const peak = memory.stop();
  if (made.checkpoints !== 1 || made.leaves !== versions) throw new Error(JSON.stringify(made));
  const { files, bytes } = sizeOf(folder);
  const row = { versions, seconds, 'peak, MiB': peak / MiB, files, 'archive, MiB': bytes / MiB };
  return { folder, ports, row };
}

/** The first look begins on a whole minute before the first version. */
const HOURS = 10 * MINUTE;

/** The most this process held meanwhile, as the system counts it; looked at often. */
function watchMemory() {
  let most = process.memoryUsage.rss();
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  return {
    stop: () => {
      clearInterval(timer);
      return most;
    },
  };
}

function sizeOf(folder: string): { readonly files: number; readonly bytes: number } {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const bytes = all.reduce((sum, one) => sum + statSync(join(one.parentPath, one.name)).size, 0);
  return { files: all.length, bytes };
}

const PROOFS = 50;

async function proving(ports: CheckpointPorts, versions: number) {
  let files = 0;
  const archive = {
    get: (name: string) => {
      files += 1;
      return ports.archive.get(name);
    },
  };
  const times: number[] = [];
  for (let turn = 0; turn < PROOFS; turn++) {
    const begun = performance.now();
    const [proof] = await proofsFor({ ...ports, archive })([
      placeAt(Math.floor((versions / PROOFS) * turn) + turn),
    ]);
    if (!proof) throw new Error('there is no proof');
    times.push(performance.now() - begun);
  }
  return {
    'files read': files / PROOFS,
    'p50, ms': quantile(times, 0.5),
    'p99, ms': quantile(times, 0.99),
  };
}
