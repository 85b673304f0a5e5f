import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import { type FunctionSpec, servesOneLane } from '../functions/registry.ts';
import { bundling } from './bundling.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A function; where it serves one lane, of which destination. */
export interface Bundle {
  readonly name: string;
  readonly destination?: string;
}

/** A destination with functions of its own; `pollEvery` where it is polled. */
export interface Served {
  readonly id: string;
  readonly pollEvery?: number;
}

/** Every function that is deployed for these destinations. */
export const bundlesFor = (
  functions: readonly FunctionSpec[],
  destinations: readonly Served[],
): readonly Bundle[] =>
  functions.flatMap((spec): readonly Bundle[] => {
    if (!servesOneLane(spec)) return [spec];
    const served = destinations.filter(
      (one) => spec.trigger.kind !== 'poller' || one.pollEvery !== undefined,
    );
    return served.map(({ id }) => ({ name: spec.name, destination: id }));
  });

/** The folder of a function's bundle: `index.js`, which exports `handler`, and its source map. */
export const folderOf = ({ name, destination }: Bundle): string =>
  destination === undefined ? name : join('lanes', destination, name);

/** Bundles functions into a folder, all in one run of esbuild, which reads each source once; gives what is in them. */
export function bundle(bundles: readonly Bundle[], folder: string, { write = true } = {}): Metafile {
  const entryPoints = Object.fromEntries(
    bundles.map((one) => [join(folderOf(one), 'index'), entryOf(one, folder)]),
  );
  const { mainFields, alias, define, ...options } = bundling;
  const built = buildSync({
    ...options,
    ...{ mainFields: [...mainFields], alias: { ...alias }, define: { ...define } },
    ...{ bundle: true, platform: 'node', sourcemap: write, sourcesContent: false, logLevel: 'error' },
    ...{ absWorkingDir: root, outdir: folder, entryPoints, write, metafile: true },
  });
  return built.metafile;
}

/**
 * The file that a bundle starts from. A lane's function is given its destination by a file of three lines written here,
 * which names that destination and no other: what the other lanes need is not in its bundle.
 */
function entryOf({ name, destination }: Bundle, folder: string): string {
  if (destination === undefined) return `functions/${name}.ts`;
  const file = join(folder, 'entries', destination, `${name}.ts`);
  const from = (path: string): string => relative(dirname(file), join(root, path));
  const own = exportOf(destination);
  mkdirSync(dirname(file), { recursive: true });
  const lines = [
    `import { handlerFor } from '${from(`functions/${name}.ts`)}';`,
    `import { ${own} } from '${from(`lib/destinations/${destination}.ts`)}';`,
    `export const handler = handlerFor(${own});`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** What a destination's file calls it: its id in camel case. */
const exportOf = (id: string): string =>
  id.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
