import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const ROOT = new URL('..', import.meta.url);

/** What reads files that lie beside it still knows where it came from. */
const ownAddress: Plugin = {
  name: 'own address',
  setup: (bundle) =>
    bundle.onLoad({ filter: /\/(local|browser|test\/simulators)\/[^/]+\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll(
        'import.meta.url',
        JSON.stringify(pathToFileURL(path).href),
      ),
      loader: 'ts',
    })),
};

/**
 * Makes a program of this project one that plain Node runs: started through tsx, each process would translate every
 * module anew. Gives the file's path.
 */
export async function bundleProgram(entry: string, name: string): Promise<string> {
  const outfile = fileURLToPath(new URL(`node_modules/.cache/heed/${name}.mjs`, ROOT));
  await build({
    entryPoints: [fileURLToPath(new URL(entry, ROOT))],
    outdir: dirname(outfile),
    outExtension: { '.js': '.mjs' },
    entryNames: name,
    chunkNames: `${name}-[hash]`,
    bundle: true,
    /** What is imported on the way is loaded on the way, as in the sources. */
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    /** The package says that no import has effects, for the sake of what browsers load; a program's first import has. */
    ignoreAnnotations: true,
    plugins: [ownAddress],
    logLevel: 'warning',
  });
  return outfile;
}
