import { join, relative } from 'node:path';
import type { Metafile } from 'esbuild';
import { type Bundle, folderOf } from '../cdk/bundles.ts';

/** What of a bundle comes from which file, bytes. */
export type Parts = ReadonlyMap<string, number>;

/** The parts of one of the bundles that were made in a folder. */
export function partsOf(metafile: Metafile, folder: string, of: Bundle): Parts {
  const file = relative(process.cwd(), join(folder, folderOf(of), 'index.js'));
  const inputs = Object.entries(metafile.outputs[file]?.inputs ?? {});
  if (inputs.length === 0) throw new Error(`there is no bundle of ${of.name}`);
  return new Map(
    inputs.flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [[input, bytesInOutput]] : [])),
  );
}

/** Bytes that each of some bundles has beyond what is in all of them. */
export function ownBytes(bundles: readonly Parts[]): readonly number[] {
  const [first, ...others] = bundles;
  const shared = [...(first ?? [])].map(
    ([file, bytes]) => [file, Math.min(bytes, ...others.map((parts) => parts.get(file) ?? 0))] as const,
  );
  const sharedBytes = shared.reduce((sum, [, bytes]) => sum + bytes, 0);
  return bundles.map((parts) => [...parts.values()].reduce((sum, bytes) => sum + bytes, 0) - sharedBytes);
}
